package runner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"sessionferry/envelope"
	"sessionferry/internal/atomicfile"
	"sessionferry/session"
)

// Enrolment says where this runner is enrolled.
type Enrolment struct {
	Vault     string     `json:"vault"` // base address, e.g. "http://127.0.0.1:7421"
	Workspace session.ID `json:"workspace"`
	Person    session.ID `json:"person"`
	Runner    session.ID `json:"runner"`
	Name      string     `json:"name"`
}

// trust is what the runner must remember, so that the vault cannot take it back
// in time: the newest roster version and the highest generation of each account.
type trust struct {
	Roster *envelope.Hash                    `json:"roster,omitempty"`
	Seen   map[session.ID]session.Generation `json:"seen,omitempty"`
}

// maxStateFile bounds what is read back, in bytes.
const maxStateFile = 4 << 20

// store is the runner's folder: files of 0600 that are replaced whole.
type store struct{ dir string }

func (s store) path(name string) string { return filepath.Join(s.dir, name) }

// enrolment returns the enrolment and the token, or session.CodeNotEnrolled.
func (s store) enrolment() (*Enrolment, string, error) {
	var e Enrolment
	found, err := s.readJSON("enrolment.json", &e)
	if err != nil {
		return nil, "", err
	}
	token, err := s.read("token")
	if err != nil {
		return nil, "", err
	}
	if !found || len(token) == 0 {
		return nil, "", session.Errorf(session.CodeNotEnrolled, "")
	}
	return &e, string(token), nil
}

// enrol keeps an enrolment. The token comes first: an enrolment without one
// reads as none.
func (s store) enrol(e *Enrolment, token string) error {
	if err := s.write("token", []byte(token)); err != nil {
		return err
	}
	return s.writeJSON("enrolment.json", e)
}

func (s store) trust() (trust, error) {
	var t trust
	_, err := s.readJSON("trust.json", &t)
	return t, err
}

// update changes the trust under a lock, since two runs may overlap.
func (s store) update(change func(*trust)) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return s.failed("trust.json", err)
	}
	lock, err := os.OpenFile(s.path("trust.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return s.failed("trust.lock", err)
	}
	defer func() { _ = lock.Close() }()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return s.failed("trust.lock", err)
	}
	t, err := s.trust()
	if err != nil {
		return err
	}
	change(&t)
	return s.writeJSON("trust.json", t)
}

// saw remembers that g was served as current for the account.
func (s store) saw(account session.ID, g session.Generation) error {
	return s.update(func(t *trust) {
		if t.Seen == nil {
			t.Seen = map[session.ID]session.Generation{}
		}
		if t.Seen[account].Compare(g) < 0 {
			t.Seen[account] = g
		}
	})
}

// read returns a file's content, nil if it is not there.
func (s store) read(name string) ([]byte, error) {
	info, err := os.Stat(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || info.Size() > maxStateFile {
		return nil, s.failed(name, err)
	}
	data, err := os.ReadFile(s.path(name))
	if err != nil {
		return nil, s.failed(name, err)
	}
	return data, nil
}

func (s store) write(name string, data []byte) error {
	err := os.MkdirAll(s.dir, 0o700)
	if err == nil {
		err = atomicfile.Write(s.path(name), data, 0o600)
	}
	if err != nil {
		return session.Errorf(session.CodeInternal, "%s in the runner's folder cannot be written", name).Because(err)
	}
	return nil
}

func (s store) readJSON(name string, v any) (bool, error) {
	data, err := s.read(name)
	if err != nil || data == nil {
		return false, err
	}
	return true, session.Unmarshal(data, v, session.CodeInternal)
}

func (s store) writeJSON(name string, v any) error {
	data, err := session.Marshal(v)
	if err != nil {
		return session.Errorf(session.CodeInternal, "%s", name).Because(err)
	}
	return s.write(name, data)
}

func (s store) failed(name string, err error) error {
	return session.Errorf(session.CodeInternal, "%s in the runner's folder cannot be read", name).Because(err)
}
