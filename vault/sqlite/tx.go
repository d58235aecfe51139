package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sessionferry/session"
)

// write runs f in the one write transaction that may be open. f returns an error
// to undo everything.
func (s *Store) write(ctx context.Context, f func(*tx) error) error {
	return s.in(ctx, s.writer, nil, f)
}

// read runs f on one snapshot of the database.
func (s *Store) read(ctx context.Context, f func(*tx) error) error {
	// A reader that never ends would keep the log from being emptied, and with
	// it erasures from being confirmed.
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	return s.in(ctx, s.readers, &sql.TxOptions{ReadOnly: true}, f)
}

const readLimit = 20 * time.Second

func (s *Store) in(ctx context.Context, db *sql.DB, opts *sql.TxOptions, f func(*tx) error) error {
	t, err := db.BeginTx(ctx, opts)
	if err != nil {
		return err
	}
	// The clock is read after the transaction has begun: a writer may have waited,
	// and what expired meanwhile must not be served.
	if err := f(&tx{ctx: ctx, Tx: t, now: millis(s.cfg.Now())}); err != nil {
		_ = t.Rollback() // the error of f says more
		return err
	}
	return t.Commit()
}

// tx is one transaction with its time.
type tx struct {
	*sql.Tx
	ctx context.Context
	now int64 // milliseconds
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	r, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// run runs statements whose counts do not matter, up to the first error.
func (t *tx) run(statements ...statement) error {
	for _, st := range statements {
		if _, err := t.exec(st.query, st.args...); err != nil {
			return err
		}
	}
	return nil
}

type statement struct {
	query string
	args  []any
}

func stmt(query string, args ...any) statement { return statement{query, args} }

// row scans the first row and reports whether there was one.
func (t *tx) row(query string, args []any, dest ...any) (bool, error) {
	err := t.QueryRowContext(t.ctx, query, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each scans all rows; next is called after each scan.
func (t *tx) each(query string, args []any, next func() error, dest ...any) error {
	rows, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := next(); err != nil {
			return err
		}
	}
	return rows.Err()
}

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
type idColumn struct{ *session.ID }

// Scan implements sql.Scanner.
func (c idColumn) Scan(v any) error {
	switch b := v.(type) {
	case nil:
		*c.ID = session.ID{}
		return nil
	case []byte:
		if len(b) == len(c.ID) {
			copy(c.ID[:], b)
			return nil
		}
	}
	return errors.New("a column does not hold an id")
}

// nullID is an id as an argument; the zero id is null.
func nullID(id session.ID) any {
	if id.IsZero() {
		return nil
	}
	return id[:]
}
