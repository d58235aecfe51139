package places

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestTake fills all places of a folder of its own: the next test gets one when
// another leaves, also if its process was killed.
func TestTake(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var leave []func()
	for range Limit() - 1 {
		l, err := Take(t.Context())
		require.NoError(t, err)
		leave = append(leave, l)
	}
	dir, err := Folder("places")
	require.NoError(t, err)
	last := filepath.Join(dir, strconv.Itoa(Limit()-1))
	other := exec.CommandContext(t.Context(), "flock", last, "cat")
	held, err := other.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())
	defer held.Close()
	require.Eventually(t, func() bool {
		f, err := Lock(last, unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			_ = f.Close()
		}
		return err != nil
	}, time.Minute, 10*time.Millisecond)

	full, cancel := context.WithCancelCause(t.Context())
	cancel(os.ErrDeadlineExceeded)
	_, err = Take(full)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded, "all places are taken")

	require.NoError(t, other.Process.Kill())
	_ = other.Wait() // an error: it was killed
	l, err := Take(t.Context())
	require.NoError(t, err)
	l()
	for _, l := range leave {
		l()
	}
}

// TestCheck names what is missing and what to run.
func TestCheck(t *testing.T) {
	require.NoError(t, Check("sh"))
	err := Check("sh", "no-such-browser")
	require.ErrorContains(t, err, `these tests need no-such-browser: run "make test"`)
}
