package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// Freeze stops the server where it is: its connections stay, and nothing answers.
func (s *Server) Freeze() error {
	return s.each(func(pid int) error { return syscall.Kill(pid, syscall.SIGSTOP) })
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw() error {
	return s.each(func(pid int) error { return syscall.Kill(pid, syscall.SIGCONT) })
}

// Room lets no file of the server grow beyond so many bytes. What would is cut
// short and then refused, by the system and not by a stand-in, as on a disk that is
// full; a small disk would need somebody who may mount one. "unlimited" is all that
// there is.
func (s *Server) Room(bytes string) error {
	return s.each(func(pid int) error {
		limit := exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":")
		limit.SysProcAttr = &syscall.SysProcAttr{Credential: s.as.Credential} // nobody else may
		if out, err := limit.CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		return nil
	})
}

// each calls f with the server's processes. The first is the one that starts the
// others, each of which is a group of its own.
func (s *Server) each(f func(pid int) error) error {
	first := s.cmd.Process.Pid
	if err := f(first); err != nil {
		return err
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return err
	}
	for _, path := range stats {
		pid, parent := family(path)
		if parent != first {
			continue
		}
		if err := f(pid); err != nil && !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			return err // of one that has not just ended
		}
	}
	return nil
}

// family reads of a process its number and its parent's, see proc(5).
func family(path string) (pid, parent int) {
	stat, err := os.ReadFile(path)
	if err != nil {
		return 0, 0 // it has ended
	}
	// Its name, in parentheses, may hold anything.
	var state string
	_, _ = fmt.Sscan(string(stat[bytes.LastIndexByte(stat, ')')+1:]), &state, &parent) // what cannot be read is nobody's child
	pid, _ = strconv.Atoi(filepath.Base(filepath.Dir(path)))
	return pid, parent
}
