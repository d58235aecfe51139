package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Roster implements vault.Store.
func (s *Store) Roster(ctx context.Context, person session.ID) (chain [][]byte, err error) {
	err = s.readOne(ctx, func(t *tx) error {
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
	return s.act(ctx, p, func(t *tx) error {
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

// RestartRoster implements vault.Store.
func (s *Store) RestartRoster(ctx context.Context, p vault.Principal) error {
	return s.act(ctx, p, func(t *tx) error {
		owned, err := t.ids(`SELECT id FROM accounts WHERE owner = ? ORDER BY id`, p.Person[:])
		if err != nil {
			return err
		}
		for _, account := range owned {
			v, err := t.view(p, account)
			if err != nil {
				return err
			}
			if err := t.revokeAll(p, v); err != nil {
				return err
			}
		}
		if err := t.endPrograms(p.Person); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM rosters WHERE person = ?`, p.Person[:]); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionRosterRestarted, owner: p.Person, by: p})
	})
}

// revokeAll ends what the account holds since its keys are trusted no more.
func (t *tx) revokeAll(p vault.Principal, v *view) error {
	if _, err := t.expireIfDue(v); err != nil {
		return err
	}
	if err := t.end(v, revokedKey(t.now, p)); err != nil {
		return err
	}
	return t.refuse(v, session.CauseRosterRevoked, t.now, p)
}

// revokedKey has no state of its own: to the person, the session was taken away.
func revokedKey(now int64, p vault.Principal) ending {
	return ending{session.StateInvalid, session.CauseRosterRevoked, now, vault.ActionInvalid, p}
}

// endNaming ends the sessions of the person's own accounts that name a key. No
// share can name it from here on: the person's row is locked.
func (t *tx) endNaming(p vault.Principal, key []byte) error {
	var account session.ID
	var naming []session.ID
	err := t.each(`SELECT DISTINCT s.account FROM session_keys k JOIN sessions s ON s.seq = k.session JOIN memberships m ON m.account = s.account
		WHERE k.key = ? AND m.person = ? AND m.role = 'owner' ORDER BY s.account`, []any{key, p.Person[:]},
		func() error { naming = append(naming, account); return nil }, toID(&account))
	if err != nil {
		return err
	}
	for _, account := range naming {
		v, err := t.view(p, account)
		if err != nil {
			return err
		}
		if err := t.endIfNaming(p, v, key); err != nil {
			return err
		}
	}
	return nil
}

// endIfNaming ends what names the key. What has expired stays expired, whether the
// sweeper has come or not.
func (t *tx) endIfNaming(p vault.Principal, v *view, key []byte) error {
	if _, err := t.expireIfDue(v); err != nil {
		return err
	}
	if names, err := t.names(v.current, key); err != nil {
		return err
	} else if names {
		if err := t.end(v, revokedKey(t.now, p)); err != nil {
			return err
		}
	}
	names, err := t.names(v.pending, key)
	if err != nil || !names {
		return err
	}
	return t.refuse(v, session.CauseRosterRevoked, t.now, p)
}

// names reports whether a session was signed with a key or sealed to it.
func (t *tx) names(h held, key []byte) (bool, error) {
	var one int
	return t.row(`SELECT 1 FROM session_keys WHERE session = ? AND key = ?`, []any{h.seq, key}, &one)
}
