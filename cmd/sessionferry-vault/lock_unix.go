//go:build unix

package main

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"sessionferry/session"
)

// lock keeps a second vault from the same data folder. The kernel releases it
// when the process ends, however it ends.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, session.Errorf(session.CodeDataInUse, "%s", filepath.Dir(path))
	}
	return func() { _ = f.Close() }, nil
}
