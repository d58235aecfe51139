package runner

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"sessionferry/session"
)

// profile is the folder that one browser lives in and that disappears with it.
// It lies in memory (tmpfs), so that cookies never reach a disk.
type profile struct {
	dir  string
	lock *os.File // held as long as this process uses the profile
}

// newProfile makes a profile below the first folder of bases that is a tmpfs.
// The browser gets HOME, TMPDIR and its data there, too, and nothing elsewhere.
func newProfile(bases []string) (*profile, error) {
	for _, base := range bases {
		if base == "" || !isTmpfs(base) {
			continue
		}
		p, err := makeProfile(base)
		if err != nil {
			continue
		}
		for _, sub := range []string{p.data(), p.home(), p.temp()} {
			if err := os.Mkdir(sub, 0o700); err != nil {
				_ = p.remove()
				return nil, session.Errorf(session.CodeBrowserFailed, "no folder for the profile").Because(err)
			}
		}
		if err := os.WriteFile(filepath.Join(p.data(), "Local State"), []byte(localState), 0o600); err != nil {
			_ = p.remove()
			return nil, session.Errorf(session.CodeBrowserFailed, "no space for the profile").Because(err)
		}
		return p, nil
	}
	return nil, session.Errorf(session.CodeBrowserFailed, "no writable folder in memory, such as /dev/shm, for the profile")
}

// makeProfile makes an empty profile that is locked, and sweeps those of runners that
// were killed.
func makeProfile(base string) (*profile, error) {
	all, err := openProfiles(base)
	if err != nil {
		return nil, err
	}
	defer all.close()
	all.sweep()
	dir, err := os.MkdirTemp(all.dir, profilePrefix) // 0700
	if err != nil {
		return nil, err
	}
	p := &profile{dir: dir}
	if p.lock, err = all.lock(filepath.Base(dir)); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return p, nil
}

// localState leaves "negotiate" out of the browser's authentication schemes.
// Its library cannot be loaded into the browser's own process, where the network
// code runs, so that a server which offers it could end the browser.
const localState = `{"auth":{"schemes":"basic,digest,ntlm"}}`

func (p *profile) data() string { return filepath.Join(p.dir, "data") }
func (p *profile) home() string { return filepath.Join(p.dir, "home") }
func (p *profile) temp() string { return filepath.Join(p.dir, "tmp") }

func (p *profile) remove() error {
	_ = p.lock.Close()
	return os.RemoveAll(p.dir)
}

func isTmpfs(dir string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(dir, &fs) == nil && (fs.Type == unix.TMPFS_MAGIC || fs.Type == unix.RAMFS_MAGIC)
}
