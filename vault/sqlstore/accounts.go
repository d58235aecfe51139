package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Account implements vault.Store.
func (s *Store) Account(ctx context.Context, p vault.Principal, account session.ID) (a session.Account, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		v, err := t.view(p, account)
		if err == nil {
			a = v.account(t.now)
		}
		return err
	})
	return a, err
}

// Role implements vault.Store.
func (s *Store) Role(ctx context.Context, p vault.Principal, account session.ID) (role session.Role, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		found, err := t.row(`SELECT m.role FROM memberships m JOIN accounts a ON a.id = m.account WHERE m.person = ? AND m.account = ?`, []any{p.Person[:], account[:]}, &role)
		if err == nil && !found {
			err = vault.NotFound()
		}
		return err
	})
	return role, err
}

// AddAccount implements vault.Store.
func (s *Store) AddAccount(ctx context.Context, p vault.Principal, card vault.Card) (a session.Account, err error) {
	err = s.act(ctx, p, func(t *tx) error {
		id := session.NewID()
		n, err := t.exec(`INSERT INTO accounts (id, workspace, owner, app, site, username, created, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`,
			id[:], p.Workspace[:], p.Person[:], card.App, card.Site, card.Username, t.now, t.now)
		if err != nil {
			return err
		}
		if n == 0 {
			return session.Errorf(session.CodeAccountExists, "")
		}
		if _, err := t.exec(`INSERT INTO memberships (account, person, role) VALUES (?, ?, ?)`, id[:], p.Person[:], string(session.RoleOwner)); err != nil {
			return err
		}
		if err := t.audit(entry{action: vault.ActionAccountAdded, owner: p.Person, by: p, account: id}); err != nil {
			return err
		}
		v, err := t.view(p, id)
		if err == nil {
			a = v.account(t.now)
		}
		return err
	})
	return a, err
}

// ChangeAccount implements vault.Store. Its owner's row is locked, as by whoever
// gives the owner another account: none comes between the look and the change.
func (s *Store) ChangeAccount(ctx context.Context, p vault.Principal, account session.ID, card vault.Card) (a session.Account, err error) {
	err = s.act(ctx, p, func(t *tx) error {
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		card.App = v.app
		if card != v.card() {
			err = t.changeAccount(p, v, card)
		}
		a = v.account(t.now)
		return err
	})
	return a, err
}

// changeAccount gives the account another card. What was known of a session is
// known of somebody else from here on.
func (t *tx) changeAccount(p vault.Principal, v *view, card vault.Card) error {
	taken, err := t.hasCard(p.Person, card)
	if err != nil {
		return err
	}
	if taken {
		return session.Errorf(session.CodeAccountExists, "")
	}
	if err := t.delete(p, v, session.CauseChanged); err != nil {
		return err
	}
	steps := []Statement{stmt(`UPDATE accounts SET site = ?, username = ? WHERE id = ?`, card.Site, card.Username, v.id[:])}
	if v.cause != session.CauseNever {
		steps = append(steps, stmt(`UPDATE accounts SET state = 'none', cause = ?, since = ? WHERE id = ?`, string(session.CauseChanged), t.now, v.id[:]))
	}
	if err := t.run(steps...); err != nil {
		return err
	}
	if err := t.audit(entry{action: vault.ActionAccountChanged, owner: v.owner, by: p, account: v.id}); err != nil {
		return err
	}
	return t.reread(p, v)
}

// RemoveAccount implements vault.Store.
func (s *Store) RemoveAccount(ctx context.Context, p vault.Principal, account session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		return t.removeAccount(p, v)
	})
}

// removeAccount erases what the account holds, and then the account.
func (t *tx) removeAccount(p vault.Principal, v *view) error {
	if err := t.delete(p, v, session.CauseDeleted); err != nil {
		return err
	}
	if _, err := t.exec(`DELETE FROM accounts WHERE id = ?`, v.id[:]); err != nil {
		return err
	}
	return t.audit(entry{action: vault.ActionAccountRemoved, owner: v.owner, by: p, account: v.id})
}
