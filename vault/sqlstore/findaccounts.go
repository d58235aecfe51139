package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Accounts implements vault.Store.
func (s *Store) Accounts(ctx context.Context, p vault.Principal, cursor string, limit int) ([]session.Account, string, error) {
	return s.FindAccounts(ctx, p, vault.AccountFilter{}, cursor, limit)
}

// FindAccounts implements vault.Overviews. All accounts are one query.
func (s *Store) FindAccounts(ctx context.Context, p vault.Principal, f vault.AccountFilter, cursor string, limit int) (list []session.Account, next string, err error) {
	read, chunk := s.read, findChunk
	if f == (vault.AccountFilter{}) {
		read, chunk = s.readOne, limit+1
	}
	err = read(ctx, func(t *tx) error {
		list = nil
		v := new(view)
		next, err = findAccounts(cursor, limit, chunk, func(after int64, chunk int, row func(seq int64, fits bool) bool) error {
			return t.each(viewColumns+`WHERE m.person = ? AND a.seq > ? ORDER BY a.seq LIMIT ?`, []any{p.Person[:], after, chunk}, func() error {
				if row(v.seq, v.fits(f, t.now)) {
					list = append(list, v.account(t.now))
				}
				return nil
			}, v.dest()...)
		})
		return err
	})
	return list, next, err
}

// WorkspaceAccounts implements vault.Overviews. It reads each account as its owner
// does.
func (s *Store) WorkspaceAccounts(ctx context.Context, p vault.Principal, f vault.AccountFilter, cursor string, limit int) (list []vault.WorkspaceAccount, next string, err error) {
	err = s.read(ctx, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		v, owner := new(view), ""
		next, err = findAccounts(cursor, limit, findChunk, func(after int64, chunk int, row func(seq int64, fits bool) bool) error {
			return t.each(viewList+`, pe.name`+viewFrom+`JOIN persons pe ON pe.id = a.owner
				WHERE m.person = a.owner AND a.workspace = ? AND a.seq > ? ORDER BY a.seq LIMIT ?`, []any{p.Workspace[:], after, chunk}, func() error {
				if row(v.seq, v.fits(f, t.now, owner)) {
					list = append(list, vault.WorkspaceAccount{
						ID: v.id, App: v.app, Site: v.site, Username: v.username, Owner: v.owner, OwnerName: owner, State: v.status(t.now).State,
					})
				}
				return nil
			}, append(v.dest(), &owner)...)
		})
		return err
	})
	return list, next, err
}

// findAccounts is find for accounts, oldest first.
func findAccounts(cursor string, limit, chunk int, fetch func(after int64, chunk int, row func(seq int64, fits bool) (takes bool)) error) (next string, err error) {
	from, err := seqCursor(cursor)
	if err != nil {
		return "", err
	}
	last, more, err := find(from, limit, chunk, fetch)
	return cursorAfter(more, seqMark(last)), err
}

// fits reports whether the filter lets the account through; its text may also
// stand in others.
func (v *view) fits(f vault.AccountFilter, now int64, others ...string) bool {
	return (f.Text == "" || holds(f.Text, append(others, v.username, v.app, v.site)...)) &&
		(f.State == "" || v.status(now).State == f.State)
}
