package sqlite

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Roster implements vault.Store.
func (s *Store) Roster(ctx context.Context, person session.ID) (chain [][]byte, err error) {
	err = s.read(ctx, func(t *tx) error {
		var signed []byte
		return t.each(`SELECT signed FROM rosters WHERE person = ? ORDER BY version`, []any{person[:]}, func() error {
			chain = append(chain, signed)
			signed = nil
			return nil
		}, &signed)
	})
	return chain, err
}

func (t *tx) rosterLength(person session.ID) (n int, err error) {
	_, err = t.row(`SELECT count(*) FROM rosters WHERE person = ?`, []any{person[:]}, &n)
	return n, err
}

// checkRoster refuses a put whose signature was checked with a shorter chain.
func (t *tx) checkRoster(person session.ID, checked int) error {
	n, err := t.rosterLength(person)
	if err == nil && n != checked {
		err = vault.ErrRosterMoved
	}
	return err
}

// AppendRoster implements vault.Store.
func (s *Store) AppendRoster(ctx context.Context, p vault.Principal, a vault.RosterAppend) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.rosterLength(p.Person)
		if err != nil {
			return err
		}
		if n != a.After {
			return session.Errorf(session.CodeRosterConflict, "the roster has %d versions", n)
		}
		if _, err := t.exec(`INSERT INTO rosters (person, version, signed, at) VALUES (?, ?, ?, ?)`, p.Person[:], n+1, a.Version, t.now); err != nil {
			return err
		}
		for _, key := range a.Revoked {
			if err := t.endNaming(p, key); err != nil {
				return err
			}
		}
		return t.audit(entry{action: vault.ActionRoster, owner: p.Person, by: p})
	})
}

// endNaming ends the sessions of the person's own accounts that name a key.
func (t *tx) endNaming(p vault.Principal, key []byte) error {
	const where = `WHERE m.person = ? AND m.role = 'owner' AND EXISTS (SELECT 1 FROM session_keys k WHERE k.key = ? AND k.session = `
	current, err := t.views(where+`s.seq)`, p.Person[:], key)
	if err != nil {
		return err
	}
	for i := range current {
		// No state of its own: to the person, the session was taken away.
		e := ending{session.StateInvalid, session.CauseRosterRevoked, t.now, vault.ActionInvalid, p}
		if err := t.end(&current[i], e); err != nil {
			return err
		}
	}
	pending, err := t.views(where+`n.seq)`, p.Person[:], key)
	if err != nil {
		return err
	}
	for i := range pending {
		if err := t.refuse(&pending[i], session.CauseRosterRevoked, t.now, p); err != nil {
			return err
		}
	}
	return nil
}
