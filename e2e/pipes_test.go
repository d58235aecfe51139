package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// unread is how many bytes lie in a pipe, seen from either of its ends.
func unread(t *testing.T, pipe *os.File) int {
	t.Helper()
	return ask(t, pipe, func(fd uintptr) (int, error) { return unix.IoctlGetInt(int(fd), unix.TIOCINQ) })
}

// capacity is how many bytes a pipe holds.
func capacity(t *testing.T, pipe *os.File) int {
	t.Helper()
	return ask(t, pipe, func(fd uintptr) (int, error) { return unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0) })
}

// ask asks the kernel of a file without changing how it is read and written.
func ask(t *testing.T, f *os.File, question func(fd uintptr) (int, error)) (n int) {
	t.Helper()
	raw, err := f.SyscallConn()
	require.NoError(t, err)
	var failed error
	require.NoError(t, raw.Control(func(fd uintptr) { n, failed = question(fd) }))
	require.NoError(t, failed)
	return n
}

// writes reports whether a thread of a process waits for room in a pipe.
func writes(pid int) bool {
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", pid)) // the pattern is well formed
	for _, path := range threads {
		if where, err := os.ReadFile(path); err == nil && bytes.Contains(where, []byte("pipe_write")) {
			return true
		}
	}
	return false
}
