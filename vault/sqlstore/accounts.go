package sqlstore

import (
	"context"
	"strconv"

	"sessionferry/session"
	"sessionferry/vault"
)

// Accounts implements vault.Store. The cursor is the sequence number of the last
// account of the page before.
func (s *Store) Accounts(ctx context.Context, p vault.Principal, cursor string, limit int) (list []session.Account, next string, err error) {
	after := int64(0)
	if cursor != "" {
		if after, err = strconv.ParseInt(cursor, 10, 64); err != nil || after < 0 {
			return nil, "", session.Errorf(session.CodeRequestInvalid, "the cursor")
		}
	}
	err = s.readOne(ctx, func(t *tx) error {
		v := new(view)
		last := int64(0)
		return t.each(viewColumns+`WHERE m.person = ? AND a.seq > ? ORDER BY a.seq LIMIT ?`, []any{p.Person[:], after, limit + 1},
			func() error {
				if len(list) == limit {
					next = strconv.FormatInt(last, 10)
					return nil
				}
				last = v.seq
				list = append(list, v.account(t.now))
				return nil
			}, v.dest()...)
	})
	return list, next, err
}

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
	if err := t.delete(p, v); err != nil {
		return err
	}
	if _, err := t.exec(`DELETE FROM accounts WHERE id = ?`, v.id[:]); err != nil {
		return err
	}
	return t.audit(entry{action: vault.ActionAccountRemoved, owner: v.owner, by: p, account: v.id})
}
