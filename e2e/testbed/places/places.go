// Package places is for tests that start browsers. It limits how many of them run
// at once, over all test processes of a user, and reports what a machine lacks.
//
// A place is the lock of a file in the folder for temporary files. The kernel
// releases it when its process ends, however that ends.
package places

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// poll is how often a test that waits for a place looks for one.
const poll = 100 * time.Millisecond

// Limit is how many places there are: a browser leaves half of a core's time to
// others, since it waits for the vault, the keyring and the app.
func Limit() int { return min(2*runtime.NumCPU(), 12) }

// Take waits for a place. A test takes one, however many browsers it starts: two
// tests with one browser each that both waited for a second would wait for ever.
// For the same reason no subtest of a test that has a place is parallel: it would
// wait for its turn until nearly all other tests have begun, and keep the place.
func Take(ctx context.Context) (leave func(), err error) {
	dir, err := Folder("places")
	if err != nil {
		return nil, err
	}
	for {
		for n := range Limit() {
			f, err := Lock(filepath.Join(dir, fmt.Sprint(n)), unix.LOCK_EX|unix.LOCK_NB)
			if err == nil {
				return func() { _ = f.Close() }, nil
			}
			if !errors.Is(err, unix.EWOULDBLOCK) {
				return nil, err
			}
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(poll):
		}
	}
}

// Folder makes a folder that all test processes of this user share.
func Folder(name string) (string, error) {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("sessionferry-tests-%d", os.Getuid()), name)
	return dir, os.MkdirAll(dir, 0o700)
}

// Lock opens a file and locks it as how says, an argument of flock(2). Closing the
// file releases the lock.
func Lock(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = unix.Flock(int(f.Fd()), how)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Check returns an error that names the programs that this machine lacks.
func Check(programs ...string) error {
	var missing []string
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			missing = append(missing, p)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("these tests need %s: run \"make test\", which installs what they need, or \"make quick\" for those that need no browser",
			strings.Join(missing, ", "))
	}
	return nil
}
