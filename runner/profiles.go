package runner

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// profiles is the folder of this user's profiles in a folder such as /dev/shm, which
// other users may write to, too. They can neither write to it nor replace it.
type profiles struct {
	dir  string
	root *os.Root
}

const (
	profilesName  = "sessionferry-profiles-" // and the user's number
	profilePrefix = "profile-"
)

// openProfiles opens the folder of profiles in base, or makes it. Where another user
// has taken the name, the folder has a longer one.
func openProfiles(base string) (*profiles, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	name := fmt.Sprintf("%s%d", profilesName, os.Geteuid())
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Name() != name && !strings.HasPrefix(e.Name(), name+"-") {
			continue
		}
		if own, err := openOwn(root, e.Name()); err == nil {
			return &profiles{filepath.Join(base, e.Name()), own}, nil
		}
	}
	_ = root.Mkdir(name, 0o700) // it is there if another runner has made it meanwhile
	if own, err := openOwn(root, name); err == nil {
		return &profiles{filepath.Join(base, name), own}, nil
	}
	dir, err := os.MkdirTemp(base, name+"-") // 0700
	if err != nil {
		return nil, err
	}
	own, err := openOwn(root, filepath.Base(dir))
	return &profiles{dir, own}, err
}

// openOwn opens a folder that belongs to this user and to nobody else. It follows no
// link.
func openOwn(root *os.Root, name string) (*os.Root, error) {
	named, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if owner, ok := named.Sys().(*syscall.Stat_t); !ok || int(owner.Uid) != os.Geteuid() || named.Mode() != fs.ModeDir|0o700 {
		return nil, fmt.Errorf("%s is not a folder of this user alone", name)
	}
	own, err := root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opened, err := own.Stat("."); err != nil || !os.SameFile(named, opened) {
		_ = own.Close()
		return nil, fmt.Errorf("%s was replaced", name)
	}
	return own, nil
}

func (p *profiles) close() { _ = p.root.Close() }

// lock takes the lock of a profile, without waiting. The lock ends with the process,
// however it ends.
func (p *profiles) lock(name string) (*os.File, error) {
	f, err := p.root.OpenFile(filepath.Join(name, "lock"), os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// settled is how old a profile must be to be swept: a new one may not be locked
// yet.
const settled = time.Minute

// sweep removes the profiles that a killed runner has left.
func (p *profiles) sweep() {
	entries, _ := fs.ReadDir(p.root.FS(), ".")
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.IsDir() || !strings.HasPrefix(e.Name(), profilePrefix) || time.Since(info.ModTime()) < settled {
			continue
		}
		if f, err := p.lock(e.Name()); err == nil {
			_ = p.root.RemoveAll(e.Name())
			_ = f.Close()
		}
	}
}
