package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sessionferry/session"
)

// write runs f in a transaction, and again from the start where the database
// says so. f returns an error to undo everything.
func (s *Store) write(ctx context.Context, f func(*tx) error) error {
	return s.db.Write(ctx, func(t Tx) error { return s.in(ctx, t, true, f) })
}

// read runs f on one snapshot of the database.
func (s *Store) read(ctx context.Context, f func(*tx) error) error {
	return s.db.Read(ctx, func(t Tx) error { return s.in(ctx, t, false, f) })
}

// readOne is read for an f that makes one query at most, as what people and
// programs ask for all the time does.
func (s *Store) readOne(ctx context.Context, f func(*tx) error) error {
	return s.db.ReadOne(ctx, func(t Tx) error { return s.in(ctx, t, false, f) })
}

func (s *Store) in(ctx context.Context, db Tx, writes bool, f func(*tx) error) error {
	t := &tx{ctx: ctx, db: db, fake: s.cfg.Now, watch: &s.watch, writes: writes}
	if err := t.tick(); err != nil {
		return err
	}
	return f(t)
}

// tx is one transaction with its time.
type tx struct {
	ctx    context.Context
	db     Tx
	fake   func() time.Time // see Config.Now
	watch  *watch
	writes bool
	clock  int64 // what the database's clock shows, in milliseconds
	now    int64 // the same, unless that has jumped back
}

// tick reads the clock. It is read after each wait for another transaction: what
// expired meanwhile must not be served.
func (t *tx) tick() (err error) {
	var now time.Time
	if t.fake == nil {
		now, err = t.db.Now(t.ctx)
	}
	if err == nil {
		t.at(now)
	}
	return err
}

// at sets the time to what the database's clock shows.
func (t *tx) at(now time.Time) {
	if t.fake != nil {
		now = t.fake()
	}
	t.clock = millis(now)
	t.now = t.watch.later(t.clock)
}

// lock waits for the rows of a query and reads the clock anew.
func (t *tx) lock(query string, args ...any) error {
	now, err := t.db.Lock(t.ctx, query, args...)
	if err == nil && !now.IsZero() {
		t.at(now)
	}
	return err
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	return t.db.Exec(t.ctx, query, args...)
}

// run runs statements whose counts do not matter, up to the first error.
func (t *tx) run(statements ...Statement) error { return t.db.Run(t.ctx, statements) }

func stmt(query string, args ...any) Statement { return Statement{query, args} }

// row scans the first row and reports whether there was one.
func (t *tx) row(query string, args []any, dest ...any) (found bool, err error) {
	rows, err := t.db.Query(t.ctx, query, args...)
	err = scan(rows, err, func() (bool, error) { found = true; return false, nil }, dest)
	return found, err
}

// each scans all rows; next is called after each scan.
func (t *tx) each(query string, args []any, next func() error, dest ...any) error {
	rows, err := t.db.Query(t.ctx, query, args...)
	return scan(rows, err, func() (bool, error) { return true, next() }, dest)
}

// ids returns the ids of a query.
func (t *tx) ids(query string, args ...any) (list []session.ID, err error) {
	var id session.ID
	err = t.each(query, args, func() error { list = append(list, id); return nil }, toID(&id))
	return list, err
}

func scan(rows Rows, err error, next func() (more bool, err error), dest []any) error {
	if err != nil {
		return err
	}
	for more := true; more && rows.Next(); {
		if err = rows.Scan(dest...); err == nil {
			more, err = next()
		}
		if err != nil {
			return errors.Join(err, rows.Close())
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// someInt and someText are values of columns that may be null.
func someInt(n int64) sql.NullInt64    { return sql.NullInt64{Int64: n, Valid: true} }
func someText(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }

func millis(t time.Time) int64 { return t.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// timePtr is fromMillis for columns that may be null.
func timePtr(ms sql.NullInt64) *time.Time {
	if !ms.Valid {
		return nil
	}
	t := fromMillis(ms.Int64)
	return &t
}

// idColumn scans an id; null is the zero id.
type idColumn struct{ id *session.ID }

// Scan implements sql.Scanner.
func (c *idColumn) Scan(v any) error {
	switch b := v.(type) {
	case nil:
		*c.id = session.ID{}
		return nil
	case []byte:
		if len(b) == len(c.id) {
			copy(c.id[:], b)
			return nil
		}
	}
	return errors.New("a column does not hold an id")
}

func toID(to *session.ID) *idColumn { return &idColumn{to} }

// flagColumn scans a truth value; null is false.
type flagColumn struct{ flag *bool }

// Scan implements sql.Scanner.
func (c *flagColumn) Scan(v any) error {
	n, ok := v.(int64)
	if v != nil && !ok {
		return errors.New("a column does not hold a truth value")
	}
	*c.flag = n != 0
	return nil
}

func toBool(to *bool) *flagColumn { return &flagColumn{to} }

// bit is a truth value as an argument.
func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// nullID is an id as an argument; the zero id is null.
func nullID(id session.ID) any {
	if id.IsZero() {
		return nil
	}
	return id[:]
}
