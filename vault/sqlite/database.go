package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"sessionferry/session"
	"sessionferry/vault/sqlstore"
)

// database implements sqlstore.DB.
type database struct {
	writer  *sql.DB // one connection; its transactions begin as BEGIN IMMEDIATE
	readers *sql.DB // cannot write
}

var _ sqlstore.DB = (*database)(nil)

// limit ends a transaction that would go on for ever. A reader would keep the log
// from being emptied, and with it erasures from being confirmed; a writer that
// cannot begin would keep its caller.
const limit = 20 * time.Second

// Write implements sqlstore.DB. The one connection orders all writers, so f is
// called once.
func (d *database) Write(ctx context.Context, f func(sqlstore.Tx) error) error {
	return in(ctx, limit, d.writer, nil, f)
}

// Read implements sqlstore.DB.
func (d *database) Read(ctx context.Context, f func(sqlstore.Tx) error) error {
	return in(ctx, limit, d.readers, &sql.TxOptions{ReadOnly: true}, f)
}

// Snapshot implements sqlstore.DB.
func (d *database) Snapshot(ctx context.Context, f func(sqlstore.Tx) error) error {
	return in(ctx, sqlstore.LongTime, d.readers, &sql.TxOptions{ReadOnly: true}, f)
}

// Faults implements sqlstore.DB.
func (d *database) Faults(ctx context.Context) (faults []string, err error) {
	for _, query := range []string{
		`SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
		`SELECT 'a row of ' || "table" || ' names one of ' || parent || ' that is not there' FROM pragma_foreign_key_check`,
	} {
		found, err := d.words(ctx, query)
		if err != nil {
			return nil, fault(err)
		}
		faults = append(faults, found...)
	}
	return faults, nil
}

func (d *database) words(ctx context.Context, query string) (list []string, err error) {
	rows, err := d.readers.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}

func in(ctx context.Context, limit time.Duration, db *sql.DB, opts *sql.TxOptions, f func(sqlstore.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	t, err := db.BeginTx(ctx, opts)
	if err != nil {
		return fault(err)
	}
	if err := f(transaction{t}); err != nil {
		_ = t.Rollback() // the error of f says more
		return fault(err)
	}
	return fault(t.Commit())
}

// EmptyLog implements sqlstore.DB. It writes the log into the database and cuts
// it to nothing: pages that were erased are zero in the database (secure_delete),
// but lie in the log as they were.
func (d *database) EmptyLog(ctx context.Context) error {
	var busy, frames, moved int
	if err := d.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return fault(err)
	}
	if busy != 0 {
		return sqlstore.ErrBusy
	}
	return nil
}

// Process implements sqlstore.DB: there is one.
func (d *database) Process() session.ID { return session.ID{} }

// Close implements sqlstore.DB. The database may be opened again at once.
func (d *database) Close() error {
	var err error
	for _, db := range []*sql.DB{d.readers, d.writer} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}

// transaction implements sqlstore.Tx.
type transaction struct{ tx *sql.Tx }

func (t transaction) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Query leaves the locking clause away, which SQLite does not know.
func (t transaction) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	query, _, _ = strings.Cut(query, " FOR UPDATE")
	return t.tx.QueryContext(ctx, query, args...) //nolint:rowserrcheck // sqlstore does, for both databases
}

// Lock does nothing: who writes is alone.
func (t transaction) Lock(context.Context, string, ...any) error { return nil }

func (t transaction) Now(context.Context) (time.Time, error) { return time.Now(), nil }
