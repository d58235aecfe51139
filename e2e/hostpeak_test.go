package e2e

import (
	"io"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
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
	_, err = w.Write(make([]byte, capacity(t, w)))
	require.NoError(t, err)
	cmd.Stdout = w
	require.NoError(t, cmd.Start())
	require.NoError(t, w.Close())
	_, err = io.WriteString(stdin, input)
	require.NoError(t, err)

	eventually(t, func() bool { return writes(cmd.Process.Pid) }, "the host answers")
	last := peak(t, cmd.Process.Pid)
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
