package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// findEntries lists the entries of a condition that fit, newest first. The
// condition begins an index that goes on with the time.
func (t *tx) findEntries(where string, args []any, cursor string, limit int, fits func(*vault.AuditRecord) bool) (list []vault.AuditRecord, next string, err error) {
	from, err := parseMark(cursor)
	if err != nil {
		return nil, "", err
	}
	last, more, err := find(from, limit, findChunk, func(after mark, chunk int, row func(at mark, fits bool) bool) error {
		all := append(args[:len(args):len(args)], after.at, after.seq, chunk)
		return t.eachEntry(`WHERE `+where+` AND (at, seq) < (?, ?) ORDER BY at DESC, seq DESC LIMIT ?`, all, func(r vault.AuditRecord) {
			if row(mark{millis(r.Time), r.Seq}, fits(&r)) {
				list = append(list, r)
			}
		})
	})
	return list, cursorAfter(more, last), err
}

// History implements vault.Overviews. What was before the account became the
// caller's stands in another person's log.
func (s *Store) History(ctx context.Context, p vault.Principal, account session.ID, cursor string, limit int) (list []vault.HistoryEntry, next string, err error) {
	err = s.read(ctx, func(t *tx) error {
		if _, err := t.owned(p, account); err != nil {
			return err
		}
		var records []vault.AuditRecord
		records, next, err = t.findEntries(`account = ?`, []any{account[:]}, cursor, limit, func(r *vault.AuditRecord) bool { return r.Owner == p.Person })
		if err != nil {
			return err
		}
		names := names{t, map[session.ID]string{}}
		for _, r := range records {
			by, err := names.doneBy(r)
			if err != nil {
				return err
			}
			list = append(list, vault.HistoryEntry{AuditEntry: r.AuditEntry, DoneBy: by})
		}
		return nil
	})
	return list, next, err
}

// day is a day of UTC in milliseconds.
const day = int64(24 * hour)

// Outcomes implements vault.Overviews.
func (s *Store) Outcomes(ctx context.Context, p vault.Principal, account session.ID, days int) (list []vault.Outcome, err error) {
	err = s.read(ctx, func(t *tx) error {
		if _, err := t.owned(p, account); err != nil {
			return err
		}
		first := t.now/day - int64(days) + 1
		for n := range days {
			list = append(list, vault.Outcome{Day: fromMillis((first + int64(n)) * day).Format("2006-01-02")})
		}
		var at int64
		var action vault.Action
		var count int
		return t.each(`SELECT at / ?, action, count(*) FROM audit WHERE account = ? AND at >= ? AND owner = ? AND action IN ('used', 'invalid') GROUP BY 1, 2`,
			[]any{day, account[:], first * day, p.Person[:]}, func() error {
				switch n := at - first; {
				case n >= int64(days): // the clock has jumped back
				case action == vault.ActionUsed:
					list[n].Used = count
				default:
					list[n].Invalid = count
				}
				return nil
			}, &at, &action, &count)
	})
	return list, err
}

// FindAudit implements vault.Overviews.
func (s *Store) FindAudit(ctx context.Context, p vault.Principal, f vault.AuditFilter, cursor string, limit int) (list []vault.FoundEntry, next string, err error) {
	where, args := auditWhere(f)
	err = s.read(ctx, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		var records []vault.AuditRecord
		records, next, err = t.findEntries(where, args, cursor, limit, func(r *vault.AuditRecord) bool { return foundBy(f, r) })
		if err != nil {
			return err
		}
		names := names{t, map[session.ID]string{}}
		for _, r := range records {
			e, err := names.found(r)
			if err != nil {
				return err
			}
			list = append(list, e)
		}
		return nil
	})
	return list, next, err
}

// auditWhere is the part of a filter that an index serves.
func auditWhere(f vault.AuditFilter) (where string, args []any) {
	where = `at >= ?`
	args = []any{int64(0)}
	if !f.From.IsZero() {
		args[0] = millis(f.From)
	}
	if !f.To.IsZero() {
		where, args = where+` AND at < ?`, append(args, millis(f.To))
	}
	switch {
	case !f.Account.IsZero():
		where, args = where+` AND account = ?`, append(args, f.Account[:])
	case !f.Person.IsZero():
		where, args = where+` AND person = ?`, append(args, f.Person[:])
	}
	return where, args
}

// foundBy is the rest of it. A number that was never used is nothing that happened.
func foundBy(f vault.AuditFilter, r *vault.AuditRecord) bool {
	return (f.Person.IsZero() || r.Person == f.Person) && (f.Action == "" && r.Action != vault.ActionSkipped || r.Action == f.Action)
}
