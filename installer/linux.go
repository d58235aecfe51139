//go:build linux

package installer

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

func install(c Config) ([]Result, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	if err := checkHost(c.Host); err != nil {
		return nil, err
	}
	results := c.each(installOne)
	switch {
	case len(c.Record.Content) > 0:
		results = append(results, c.write("", c.Record.Path, c.Record.Content))
	case c.Record.Path != "" && exists(c.Record.Path):
		results = append(results, c.remove("", c.Record.Path))
	}
	return results, nil
}

func uninstall(c Config) ([]Result, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	results := c.each(uninstallOne)
	if c.Record.Path != "" && exists(c.Record.Path) && !c.isRegistered(results) {
		results = append(results, c.remove("", c.Record.Path))
	}
	return results, nil
}

func (c Config) each(do func(Config, manifest.Browser) Result) []Result {
	var results []Result
	for _, b := range c.Browsers {
		results = append(results, do(c, b))
		if shell, differs := c.fromShell(b); differs {
			results = append(results, do(shell, b))
		}
	}
	return results
}

// isRegistered reports whether a browser of the person still has a manifest for
// the host, after results. What a dry run would have removed does not count.
func (c Config) isRegistered(results []Result) bool {
	c.DryRun, c.UserData, c.Browsers = true, "", manifest.Browsers()
	return slices.ContainsFunc(c.each(uninstallOne), func(left Result) bool {
		return left.Action == WouldRemove && !slices.Contains(results, left)
	})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkHost refuses a program that no browser could start: browsers would tell
// the person "not found" only.
func checkHost(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return session.Errorf(session.CodeInstallFailed, "there is no program at %s", path).Because(err)
	case !info.Mode().IsRegular():
		return session.Errorf(session.CodeInstallFailed, "%s is not a program", path)
	case info.Mode()&0o111 == 0:
		return session.Errorf(session.CodeInstallFailed, "%s is not executable", path)
	}
	return nil
}

func installOne(c Config, b manifest.Browser) Result {
	if err := c.refuseSnap(b); err != nil {
		return c.failed(b, "", err)
	}
	path, err := manifest.Place(b, "linux", c.dirs())
	if err != nil {
		return c.failed(b, "", err)
	}
	data, err := manifest.Manifest(b, c.Host)
	if err != nil {
		return c.failed(b, path, err)
	}
	return c.write(b, path, data)
}

// write makes path hold data.
func (c Config) write(b manifest.Browser, path string, data []byte) Result {
	result := Result{Browser: b, Path: path, Action: Written, Content: string(data)}
	switch {
	case isThere(path, data):
		result.Action = Unchanged
		return result
	case c.DryRun:
		result.Action = WouldWrite
		return result
	}
	if err := atomicfile.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return c.failed(b, path, err)
	}
	if err := atomicfile.Write(path, data, fileMode); err != nil {
		return c.failed(b, path, err)
	}
	return result
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

func uninstallOne(c Config, b manifest.Browser) Result {
	path, err := manifest.Place(b, "linux", c.dirs())
	if err != nil {
		return c.failed(b, "", err)
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Result{Browser: b, Path: path, Action: Absent}
	case err != nil:
		return c.failed(b, path, err)
	}
	host, ours := manifest.HostPath(data)
	if !ours || filepath.Base(host) != filepath.Base(c.Host) {
		return Result{Browser: b, Path: path, Action: Foreign}
	}
	return c.remove(b, path)
}

func (c Config) remove(b manifest.Browser, path string) Result {
	if c.DryRun {
		return Result{Browser: b, Path: path, Action: WouldRemove}
	}
	err := os.Remove(path)
	if err == nil {
		err = atomicfile.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		return c.failed(b, path, err)
	}
	return Result{Browser: b, Path: path, Action: Removed}
}

// failed tells where and, for the causes that a person can mend, what and how.
func (c Config) failed(b manifest.Browser, path string, cause error) Result {
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
	r.Next = c.remedy(path, cause, os.Geteuid())
	return r
}
