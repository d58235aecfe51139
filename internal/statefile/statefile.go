// Package statefile keeps the small files that a program of ours remembers
// things in: of its user alone (0600, in folders of 0700) and replaced whole. Its
// errors name a file by its last part.
package statefile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"sessionferry/internal/atomicfile"
	"sessionferry/session"
)

const (
	maxFile  = 4 << 20         // bytes that are read back; the files are a few kilobytes
	patience = 5 * time.Second // for a lock: a stuck process must not hang every other
)

// Read returns a file's content, nil if it is not there.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || info.Size() > maxFile {
		return nil, unreadable(path, err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return data, nil
}

func unreadable(path string, err error) error {
	return session.Errorf(session.CodeInternal, "%s cannot be read", filepath.Base(path)).Because(err)
}

// Write replaces a file and makes its folder where that is absent.
func Write(path string, data []byte) error {
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = atomicfile.Write(path, data, 0o600)
	}
	if err != nil {
		return session.Errorf(session.CodeInternal, "%s cannot be written", filepath.Base(path)).Because(err)
	}
	return nil
}

// ReadJSON reads a file strictly into v; found is false if it is not there.
func ReadJSON(path string, v any) (found bool, err error) {
	data, err := Read(path)
	if err != nil || data == nil {
		return false, err
	}
	return true, session.Unmarshal(data, v, session.CodeInternal)
}

// WriteJSON replaces a file by v.
func WriteJSON(path string, v any) error {
	data, err := session.Marshal(v)
	if err != nil {
		return session.Errorf(session.CodeInternal, "%s cannot be written", filepath.Base(path)).Because(err)
	}
	return Write(path, data)
}

// Lock takes an advisory lock on a file of its own, for a change that reads
// before it writes. The kernel releases it when the process ends, however it ends.
func Lock(path string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, session.Errorf(session.CodeInternal, "the folder of %s cannot be made", filepath.Base(path)).Because(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, session.Errorf(session.CodeInternal, "%s cannot be opened", filepath.Base(path)).Because(err)
	}
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if time.Now().After(end) {
			_ = f.Close()
			return nil, session.Errorf(session.CodeBusy, "another Sessionferry process holds the lock").Because(err)
		}
	}
}
