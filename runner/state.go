package runner

import (
	"path/filepath"

	"sessionferry/envelope"
	"sessionferry/internal/statefile"
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

// store is the runner's folder.
type store struct{ dir string }

func (s store) path(name string) string { return filepath.Join(s.dir, name) }

// enrolment returns the enrolment, or session.CodeNotEnrolled.
func (s store) enrolment() (*Enrolment, error) {
	var e Enrolment
	found, err := statefile.ReadJSON(s.path("enrolment.json"), &e)
	if err == nil && !found {
		err = session.Errorf(session.CodeNotEnrolled, "there is no enrolment in %s", s.dir)
	}
	return &e, err
}

// enrol keeps an enrolment.
func (s store) enrol(e *Enrolment) error { return statefile.WriteJSON(s.path("enrolment.json"), e) }

func (s store) trust() (trust, error) {
	var t trust
	_, err := statefile.ReadJSON(s.path("trust.json"), &t)
	return t, err
}

// update changes the trust under a lock, since two runs may overlap.
func (s store) update(change func(*trust)) error {
	unlock, err := statefile.Lock(s.path("trust.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	t, err := s.trust()
	if err != nil {
		return err
	}
	change(&t)
	return statefile.WriteJSON(s.path("trust.json"), t)
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
