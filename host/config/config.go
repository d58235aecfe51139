// Package config keeps what the host knows without asking anyone: the vault it
// is enrolled at, the roster that it has pinned and the newest generation that
// it has seen of each account. All of it lies in files of the person's own
// (0600, replaced atomically); no key and no token is among it.
package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sessionferry/internal/statefile"
	"sessionferry/session"
)

// Enrolment is where this device is enrolled.
type Enrolment struct {
	Vault     string     `json:"vault"` // base address, e.g. "http://127.0.0.1:7421"
	Workspace session.ID `json:"workspace"`
	Person    session.ID `json:"person"`
	Device    session.ID `json:"device"`
	Name      string     `json:"name"` // of this device, as the vault shows it
	Network   Network    `json:"network,omitempty"`
}

// Apps is the folder of a company's own apps; it need not exist.
func (d Dirs) Apps() string { return filepath.Join(d.Config, "apps") }

func (d Dirs) enrolmentFile() string { return filepath.Join(d.Config, "enrolment.json") }

// Enrolment reads the enrolment; CodeNotEnrolled if there is none.
func (d Dirs) Enrolment() (*Enrolment, error) {
	var e Enrolment
	switch found, err := statefile.ReadJSON(d.enrolmentFile(), &e); {
	case err != nil:
		return nil, err
	case !found:
		return nil, session.Errorf(session.CodeNotEnrolled, "")
	}
	return &e, nil
}

// SaveEnrolment replaces the enrolment.
func (d Dirs) SaveEnrolment(e *Enrolment) error { return statefile.WriteJSON(d.enrolmentFile(), e) }

// RemoveEnrolment forgets the enrolment; it is no error if there is none.
func (d Dirs) RemoveEnrolment() error {
	if err := os.Remove(d.enrolmentFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return session.Errorf(session.CodeInternal, "the enrolment file").Because(err)
	}
	return nil
}
