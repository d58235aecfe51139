package sqlstore

import (
	"context"
	"slices"
	"strings"

	"sessionferry/session"
	"sessionferry/vault"
)

// window is for how long the account's session is kept without being used.
func (s *Store) window(t *tx, v *view) (int64, error) {
	var days int
	// '' comes first in every order.
	_, err := t.row(`SELECT days FROM retention WHERE workspace = ? AND app IN ('', ?) AND days > 0 ORDER BY app DESC LIMIT 1`,
		[]any{v.workspace[:], v.app}, &days)
	return s.windowOf(days), err
}

// windowOf is a window in milliseconds; of no days it is the vault's own.
func (s *Store) windowOf(days int) int64 {
	r := s.unset()
	r.Days = days
	return r.Window("").Milliseconds()
}

// unset is what holds where no admin has set a window.
func (s *Store) unset() vault.Retention {
	return vault.Retention{Default: s.cfg.RetentionWindow, Cap: s.cfg.RetentionCap}
}

// Retention implements vault.Retentions.
func (s *Store) Retention(ctx context.Context, p vault.Principal) (r vault.Retention, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		r, err = s.retention(t, p)
		return err
	})
	return r, err
}

func (s *Store) retention(t *tx, p vault.Principal) (vault.Retention, error) {
	r := s.unset()
	var a vault.AppRetention
	err := t.each(`SELECT app, days FROM retention WHERE workspace = ? AND days > 0`, []any{p.Workspace[:]}, func() error {
		if a.App == "" {
			r.Days = a.Days
		} else {
			r.Apps = append(r.Apps, a)
		}
		return nil
	}, &a.App, &a.Days)
	slices.SortFunc(r.Apps, func(a, b vault.AppRetention) int { return strings.Compare(a.App, b.App) })
	return r, err
}

// checkDays refuses a window that would promise more than the vault keeps.
func (s *Store) checkDays(days int) error {
	if longest := s.unset().MaxDays(); days < 0 || days > longest {
		return session.Errorf(session.CodeDaysInvalid, "a retention window has 1 to %d days, or 0 for none of its own", longest)
	}
	return nil
}

// SetRetention implements vault.Retentions.
func (s *Store) SetRetention(ctx context.Context, p vault.Principal, app string, days int) error {
	if err := s.checkDays(days); err != nil {
		return err
	}
	changed := false
	err := s.act(ctx, p, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		n, err := t.exec(`INSERT INTO retention (workspace, app, days, changed) VALUES (?, ?, ?, ?)
			ON CONFLICT (workspace, app) DO UPDATE SET days = excluded.days, changed = excluded.changed, settled = 0 WHERE retention.days <> excluded.days`,
			p.Workspace[:], app, days, t.now)
		changed = n > 0
		if err != nil || !changed {
			return err
		}
		return t.audit(entry{action: vault.ActionRetentionChanged, owner: p.Person, by: p, app: app, days: days})
	})
	if err != nil || !changed {
		return err
	}
	return s.SettleRetention(ctx)
}

// PreviewRetention implements vault.Retentions.
func (s *Store) PreviewRetention(ctx context.Context, p vault.Principal, app string, days int) (list []vault.RetentionEffect, err error) {
	if err := s.checkDays(days); err != nil {
		return nil, err
	}
	err = s.read(ctx, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		r, err := s.retention(t, p)
		if err != nil {
			return err
		}
		if app != "" && days == 0 { // the workspace's holds then
			days = r.Days
		}
		window := s.windowOf(days)
		var e vault.RetentionEffect
		accounts, args := governed(p.Workspace, app)
		return t.each(`SELECT a.app, count(*), coalesce(sum(CASE WHEN s.used_at + ? <= ? THEN 1 ELSE 0 END), 0),
				coalesce(sum(CASE WHEN s.used_at + ? > ? AND s.used_at + ? < s.expires THEN 1 ELSE 0 END), 0)
			FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.pending = 0 AND s.expires > ? AND a.id IN (`+accounts+`) GROUP BY a.app`,
			append([]any{window, t.now, window, t.now, window, t.now}, args...),
			func() error { list = append(list, e); return nil }, &e.App, &e.Held, &e.Expire, &e.Shorten)
	})
	slices.SortFunc(list, func(a, b vault.RetentionEffect) int { return strings.Compare(a.App, b.App) })
	return list, err
}

// governed queries the accounts that a window is of.
func governed(workspace session.ID, app string) (query string, args []any) {
	if app != "" {
		return `SELECT a.id FROM accounts a WHERE a.workspace = ? AND a.app = ?`, []any{workspace[:], app}
	}
	return `SELECT a.id FROM accounts a WHERE a.workspace = ? AND a.app NOT IN (SELECT o.app FROM retention o WHERE o.workspace = a.workspace AND o.days > 0)`, []any{workspace[:]}
}
