package runner

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"sessionferry/session"
)

// profile is the folder that one browser lives in and that disappears with it.
// It lies in memory (tmpfs), so that cookies never reach a disk.
type profile struct{ dir string }

// newProfile makes a profile below the first folder of bases that is a tmpfs.
// The browser gets HOME, TMPDIR and its data there, too, and nothing elsewhere.
func newProfile(bases []string) (*profile, error) {
	for _, base := range bases {
		if base == "" || !isTmpfs(base) {
			continue
		}
		dir, err := os.MkdirTemp(base, "sessionferry-") // 0700
		if err != nil {
			continue
		}
		p := &profile{dir}
		for _, sub := range []string{p.data(), p.home(), p.temp()} {
			if err := os.Mkdir(sub, 0o700); err != nil {
				_ = p.remove()
				return nil, session.Errorf(session.CodeBrowserFailed, "no folder for the profile").Because(err)
			}
		}
		return p, nil
	}
	return nil, session.Errorf(session.CodeBrowserFailed, "no writable folder in memory, such as /dev/shm, for the profile")
}

func (p *profile) data() string { return filepath.Join(p.dir, "data") }
func (p *profile) home() string { return filepath.Join(p.dir, "home") }
func (p *profile) temp() string { return filepath.Join(p.dir, "tmp") }

func (p *profile) remove() error { return os.RemoveAll(p.dir) }

func isTmpfs(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) == nil && (fs.Type == unix.TMPFS_MAGIC || fs.Type == unix.RAMFS_MAGIC)
}
