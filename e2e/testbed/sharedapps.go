package testbed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"sessionferry/e2e/testbed/places"
)

// An app takes up to half a minute to start, so all test processes of a checkout
// share one of each kind. It belongs to a process of its own, its keeper, which
// the first test process starts. Locks of files say who is there: the keeper holds
// "keeper" while it runs, and each test process shares the lock of "users". Once
// the keeper gets that lock for itself, nobody uses the app, and it ends.

// sharedApp is what a keeper writes about its app.
type sharedApp struct {
	Site, Addr, Authority string
}

// joined are the shared apps that this process uses.
var joined struct {
	sync.Mutex
	apps  map[string]*sharedApp
	users []*os.File // locked until the process ends
}

// SharedApp is StartApp for tests that change nothing of an app but who is signed
// in to it: the app is shared by all that run at the time.
func (b *Bed) SharedApp(ctx context.Context, id string) (*App, error) {
	kind, known := appKinds[id]
	if !known {
		return nil, fmt.Errorf("the bed has no app %q", id)
	}
	shared, err := join(id, b.Bin)
	if err != nil {
		return nil, err
	}
	a := &App{ID: id, Site: shared.Site, addr: shared.Addr, authority: shared.Authority}
	kind.describe(a)
	return a, b.trustApp(ctx, a)
}

func join(id, bin string) (*sharedApp, error) {
	joined.Lock()
	defer joined.Unlock()
	if a := joined.apps[id]; a != nil {
		return a, nil
	}
	dir, err := sharedFolder(id)
	if err != nil {
		return nil, err
	}
	users, err := places.Lock(filepath.Join(dir, "users"), unix.LOCK_SH)
	if err != nil {
		return nil, err
	}
	a, err := ensureKeeper(dir, id, bin)
	if err != nil {
		return nil, errors.Join(err, users.Close())
	}
	if joined.apps == nil {
		joined.apps = map[string]*sharedApp{}
	}
	joined.apps[id], joined.users = a, append(joined.users, users)
	return a, nil
}

// ensureKeeper returns the app of a keeper that runs, or of a new one.
func ensureKeeper(dir, id, bin string) (*sharedApp, error) {
	starting, err := places.Lock(filepath.Join(dir, "starting"), unix.LOCK_EX)
	if err != nil {
		return nil, err
	}
	defer starting.Close()
	for {
		free, err := places.Lock(filepath.Join(dir, "keeper"), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			_ = os.Remove(filepath.Join(dir, sharedFile)) // of a keeper that was killed
			return startKeeper(dir, id, bin, free)
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return nil, err
		}
		if a, err := readShared(dir); err == nil {
			return a, nil
		}
		time.Sleep(waitPoll) // it is still starting, and the process that started it is gone
	}
}

// The files of a shared app, beside its locks.
const (
	sharedFile = "app.json"
	keeperLog  = "keeper.log"
)

func readShared(dir string) (*sharedApp, error) {
	data, err := os.ReadFile(filepath.Join(dir, sharedFile))
	if err != nil {
		return nil, err
	}
	a := &sharedApp{}
	return a, json.Unmarshal(data, a)
}

// The variables that make a test program a keeper.
const (
	keepID  = "SESSIONFERRY_KEEP_APP"
	keepBin = "SESSIONFERRY_KEEP_BIN"

	keeperFD = 3 // the lock that says that a keeper runs
)

// startKeeper starts this program anew as the keeper of an app, hands it the lock
// that says so, and waits until the app answers.
func startKeeper(dir, id, bin string, lock *os.File) (*sharedApp, error) {
	defer lock.Close() // the keeper's copy goes on
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, keeperLog))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), keepID+"="+id, keepBin+"="+bin)
	cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = log, log, []*os.File{lock}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // it outlives this process, for the others
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &Proc{cmd: cmd, done: make(chan struct{}), Log: log.Name()}
	go func() { p.err = cmd.Wait(); close(p.done) }()
	var a *sharedApp
	return a, Wait("the keeper of "+id, p, func() bool {
		a, err = readShared(dir)
		return err == nil
	})
}

// keep starts an app and ends it when no test process uses it any more.
func keep(id, bin string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	syscall.CloseOnExec(keeperFD) // the app's processes do not hold the keeper's lock
	dir, err := sharedFolder(id)
	if err != nil {
		return err
	}
	bed, err := New(bin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	a, err := bed.StartApp(ctx, id, 0)
	if err != nil {
		return err
	}
	data, err := json.Marshal(sharedApp{Site: a.Site, Addr: a.addr, Authority: a.authority})
	if err != nil {
		return err
	}
	file := filepath.Join(dir, sharedFile)
	if err := os.WriteFile(file+".new", data, 0o600); err != nil {
		return err
	}
	if err := os.Rename(file+".new", file); err != nil {
		return err
	}
	unused := make(chan error, 1)
	go func() {
		users, err := places.Lock(filepath.Join(dir, "users"), unix.LOCK_EX)
		joined.users = append(joined.users, users) // a test that comes now waits until this process has ended
		unused <- err
	}()
	select {
	case err = <-unused:
	case <-ctx.Done():
	}
	return errors.Join(err, os.Remove(file))
}

// sharedFolder is where the files of a shared app of this checkout are.
func sharedFolder(id string) (string, error) {
	root, err := projectRoot()
	if err != nil {
		return "", err
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(root)) // a hash takes everything
	return places.Folder(filepath.Join("apps", fmt.Sprintf("%x", h.Sum64()), id))
}
