package config

import (
	"path/filepath"

	"sessionferry/internal/statefile"
	"sessionferry/session"
)

// memory is what the host must remember to notice a vault that goes back in
// time (docs/envelope.md, Rollback).
type memory struct {
	Roster string                            `json:"roster,omitempty"` // hash of the newest roster version seen, hex
	Seen   map[session.ID]session.Generation `json:"seen,omitempty"`
}

func (d Dirs) memoryFile() string { return filepath.Join(d.State, "seen.json") }

// RosterPin returns the pinned roster hash in hex, or "" before the first.
func (d Dirs) RosterPin() (string, error) {
	var m memory
	_, err := statefile.ReadJSON(d.memoryFile(), &m)
	return m.Roster, err
}

// PinRoster replaces the pinned roster hash.
func (d Dirs) PinRoster(hash string) error {
	return d.update(func(m *memory) bool { changed := m.Roster != hash; m.Roster = hash; return changed })
}

// Seen returns the newest generation seen of an account; zero if none.
func (d Dirs) Seen(account session.ID) (session.Generation, error) {
	var m memory
	_, err := statefile.ReadJSON(d.memoryFile(), &m)
	return m.Seen[account], err
}

// Saw remembers that g was seen of the account. An older one changes nothing.
func (d Dirs) Saw(account session.ID, g session.Generation) error {
	return d.update(func(m *memory) bool {
		if m.Seen[account].Compare(g) >= 0 {
			return false
		}
		if m.Seen == nil {
			m.Seen = map[session.ID]session.Generation{}
		}
		m.Seen[account] = g
		return true
	})
}

// update changes the memory under a lock, since two browsers may run two hosts
// at once.
func (d Dirs) update(change func(*memory) bool) error {
	unlock, err := statefile.Lock(filepath.Join(d.State, "seen.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	var m memory
	if _, err := statefile.ReadJSON(d.memoryFile(), &m); err != nil {
		return err
	}
	if !change(&m) {
		return nil
	}
	return statefile.WriteJSON(d.memoryFile(), &m)
}
