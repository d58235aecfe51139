package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Members implements vault.People.
func (s *Store) Members(ctx context.Context, p vault.Principal, account session.ID) (list []vault.Member, err error) {
	err = s.read(ctx, func(t *tx) error {
		if _, err := t.owned(p, account); err != nil {
			return err
		}
		var m vault.Member
		return t.each(`SELECT pe.id, pe.name, m.role FROM memberships m JOIN persons pe ON pe.id = m.person WHERE m.account = ?
			ORDER BY CASE WHEN m.role = 'owner' THEN 0 ELSE 1 END, pe.name, pe.id`, []any{account[:]},
			func() error { list = append(list, m); return nil }, toID(&m.Person), &m.Name, &m.Role)
	})
	return list, err
}

// AddMember implements vault.People.
func (s *Store) AddMember(ctx context.Context, p vault.Principal, account, person session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		if _, err := t.person(p, person); err != nil {
			return err
		}
		if _, err := t.owned(p, account); err != nil {
			return err
		}
		n, err := t.exec(`INSERT INTO memberships (account, person, role) VALUES (?, ?, 'collaborator') ON CONFLICT DO NOTHING`, account[:], person[:])
		if err != nil || n == 0 { // a member already, or the owner
			return err
		}
		return t.audit(entry{action: vault.ActionMemberAdded, owner: p.Person, by: p, account: account, of: person})
	})
}

// RemoveMember implements vault.People.
func (s *Store) RemoveMember(ctx context.Context, p vault.Principal, account, person session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		if _, err := t.owned(p, account); err != nil {
			return err
		}
		n, err := t.exec(`DELETE FROM memberships WHERE account = ? AND person = ? AND role = 'collaborator'`, account[:], person[:])
		if err != nil || n == 0 {
			return err
		}
		return t.audit(entry{action: vault.ActionMemberRemoved, owner: p.Person, by: p, account: account, of: person})
	})
}

// Transfer implements vault.People.
func (s *Store) Transfer(ctx context.Context, p vault.Principal, account, to session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		if _, err := t.person(p, to); err != nil {
			return err
		}
		v, err := t.owned(p, account)
		if err != nil || to == p.Person {
			return err
		}
		taken, err := t.hasCard(to, v.card())
		if err != nil {
			return err
		}
		if taken {
			return session.Errorf(session.CodeAccountExists, "")
		}
		return t.handOver(p, v, to, true)
	})
}

// hasCard reports whether the person owns an account with the card.
func (t *tx) hasCard(person session.ID, c vault.Card) (bool, error) {
	var one int
	return t.row(`SELECT 1 FROM accounts WHERE owner = ? AND app = ? AND site = ? AND username = ?`, []any{person[:], c.App, c.Site, c.Username}, &one)
}

// handOver gives an account to another owner. Its session was sealed to the
// programs of the older one, and goes.
func (t *tx) handOver(p vault.Principal, v *view, to session.ID, stays bool) error {
	if err := t.delete(p, v, session.CauseDeleted); err != nil {
		return err
	}
	older := v.owner
	steps := []Statement{
		stmt(`UPDATE accounts SET owner = ? WHERE id = ?`, to[:], v.id[:]),
		stmt(`DELETE FROM memberships WHERE account = ? AND person IN (?, ?)`, v.id[:], older[:], to[:]),
		stmt(`INSERT INTO memberships (account, person, role) VALUES (?, ?, 'owner')`, v.id[:], to[:]),
	}
	if stays {
		steps = append(steps, stmt(`INSERT INTO memberships (account, person, role) VALUES (?, ?, 'collaborator')`, v.id[:], older[:]))
	}
	if err := t.run(steps...); err != nil {
		return err
	}
	for _, owner := range []session.ID{older, to} { // both hear of it
		if err := t.audit(entry{action: vault.ActionOwnerChanged, owner: owner, by: p, account: v.id, of: to}); err != nil {
			return err
		}
	}
	return nil
}
