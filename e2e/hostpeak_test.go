package e2e

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// peakAfter gives the host some input and returns its peak resident size in KiB.
// The host's standard output is full, so that it cannot end with its answer
// before it was measured. The kernel's figure for a child that has ended would
// be that of this process, which it was a copy of.
func peakAfter(t *testing.T, input string, args []string) int {
	t.Helper()
	cmd := hostCommand(t.Context(), t, home(t), args...)
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	size, err := unix.FcntlInt(w.Fd(), unix.F_GETPIPE_SZ, 0)
	require.NoError(t, err)
	_, err = w.Write(make([]byte, size))
	require.NoError(t, err)
	cmd.Stdout = w
	require.NoError(t, cmd.Start())
	require.NoError(t, w.Close())
	_, err = io.WriteString(stdin, input)
	require.NoError(t, err)

	last := 0
	for steady := 0; steady < 10; time.Sleep(10 * time.Millisecond) {
		now := peak(t, cmd.Process.Pid)
		if steady++; now != last {
			last, steady = now, 0
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	_ = cmd.Wait()
	return last
}

var peakLine = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)

func peak(t *testing.T, pid int) int {
	t.Helper()
	kib := peakOf(strconv.Itoa(pid))
	require.NotZero(t, kib, "the host has ended before its answer was read")
	return kib
}

// peakOf is the peak resident size of a process in KiB, or 0 if it has ended.
func peakOf(pid string) int {
	status, _ := os.ReadFile("/proc/" + pid + "/status") // none has ended
	m := peakLine.FindSubmatch(status)
	if m == nil {
		return 0
	}
	kib, _ := strconv.Atoi(string(m[1])) // digits
	return kib
}
