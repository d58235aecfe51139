//go:build linux

package installer

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"sessionferry/internal/atomicfile"
	"sessionferry/manifest"
	"sessionferry/session"
)

// A manifest is no secret, and a browser in a sandbox may run as another user.
const (
	fileMode = 0o644
	dirMode  = 0o700 // as browsers make their own folders
)

func install(c Config, b manifest.Browser) Result {
	if err := c.refuseSnap(b); err != nil {
		return failed(b, "", err)
	}
	path, err := manifest.Place(b, "linux", c.dirs())
	if err != nil {
		return failed(b, "", err)
	}
	data, err := manifest.Manifest(b, c.Host)
	if err != nil {
		return failed(b, path, err)
	}
	if isThere(path, data) {
		return Result{Browser: b, Path: path, Action: Unchanged}
	}
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return failed(b, path, err)
	}
	if err := atomicfile.Write(path, data, fileMode); err != nil {
		return failed(b, path, err)
	}
	return Result{Browser: b, Path: path, Action: Written}
}

// isThere reports whether path is already as atomicfile would leave it.
func isThere(path string, data []byte) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode() != fileMode {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, data)
}

func uninstall(c Config, b manifest.Browser) Result {
	path, err := manifest.Place(b, "linux", c.dirs())
	if err != nil {
		return failed(b, "", err)
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Result{Browser: b, Path: path, Action: Absent}
	case err != nil:
		return failed(b, path, err)
	}
	host, ours := manifest.HostPath(data)
	if !ours || filepath.Base(host) != filepath.Base(c.Host) {
		return Result{Browser: b, Path: path, Action: Foreign}
	}
	if err := os.Remove(path); err != nil {
		return failed(b, path, err)
	}
	return Result{Browser: b, Path: path, Action: Removed}
}

// failed tells where and, for the causes that a person can mend, what.
func failed(b manifest.Browser, path string, cause error) Result {
	r := Result{Browser: b, Path: path, Action: Failed}
	if errors.As(cause, &r.Err) {
		return r
	}
	detail := path
	switch {
	case path == "":
		detail = string(b)
	case errors.Is(cause, fs.ErrPermission):
		detail = "no permission to write " + path
	case errors.Is(cause, syscall.ENOSPC), errors.Is(cause, syscall.EDQUOT):
		detail = "no space for " + path
	case errors.Is(cause, syscall.EROFS):
		detail = "read-only: " + path
	}
	r.Err = session.Errorf(session.CodeInstallFailed, "%s", detail).Because(cause)
	return r
}

func checkExecutable(path string, info fs.FileInfo) error {
	if info.Mode()&0o111 == 0 {
		return session.Errorf(session.CodeInstallFailed, "%s is not executable", path)
	}
	return nil
}
