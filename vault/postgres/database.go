package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"sessionferry/session"
	"sessionferry/vault/sqlstore"
)

// database implements sqlstore.DB.
type database struct {
	pool *pgxpool.Pool
	self session.ID
}

var _ sqlstore.DB = (*database)(nil)

// attempts is how often a transaction is run at most.
const attempts = 20

// Write implements sqlstore.DB. Rows are locked before they are looked at, so
// READ COMMITTED is enough. An engine that orders transactions in another way may
// still ask for one to be run again.
func (d *database) Write(ctx context.Context, f func(sqlstore.Tx) error) error {
	for n := 1; ; n++ {
		err := d.in(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, f)
		if n == attempts || !runAgain(err) {
			return err
		}
		select {
		case <-time.After(pause(n)):
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// pause grows with each attempt. It is as good as random, so that two that met do
// not meet again.
func pause(n int) time.Duration {
	return time.Duration(n) * time.Duration(time.Now().Nanosecond()%5000+1) * time.Microsecond
}

// runAgain reports whether a transaction failed for the others that ran beside
// it: it could not be put in order with them, each waited for the other, it made a
// row that another had just made and that it will see the next time, or its number
// in the audit log was given away, see sqlstore.Store.ChainAudit.
func runAgain(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "23505")
}

// readLimit ends a reader that would go on for ever.
const readLimit = 20 * time.Second

// Read implements sqlstore.DB.
func (d *database) Read(ctx context.Context, f func(sqlstore.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	return d.in(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, f)
}

// ReadOne implements sqlstore.DB. A query is a snapshot by itself.
func (d *database) ReadOne(ctx context.Context, f func(sqlstore.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	return d.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) error { return f(transaction{c}) })
}

func (d *database) in(ctx context.Context, opts pgx.TxOptions, f func(sqlstore.Tx) error) error {
	return pgx.BeginTxFunc(ctx, d.pool, opts, func(t pgx.Tx) error { return f(transaction{t}) })
}

// EmptyLog does nothing: see the package's comment.
func (d *database) EmptyLog(context.Context) error { return nil }

// Process implements sqlstore.DB.
func (d *database) Process() session.ID { return d.self }

// Close implements sqlstore.DB.
func (d *database) Close() error {
	d.pool.Close()
	return nil
}

// transaction implements sqlstore.Tx, also by a connection that is in none.
type transaction struct{ tx querier }

type querier interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
}

func (t transaction) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := t.tx.Exec(ctx, numbered(query), args...)
	return tag.RowsAffected(), err
}

func (t transaction) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	r, err := t.tx.Query(ctx, numbered(query), args...)
	return rows{r}, err
}

func (t transaction) Lock(ctx context.Context, query string, args ...any) error {
	_, err := t.tx.Exec(ctx, numbered(query), args...)
	return err
}

// Now is the server's clock at this moment, not the transaction's.
func (t transaction) Now(ctx context.Context) (now time.Time, err error) {
	err = t.tx.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&now)
	return now, err
}

// rows implements sqlstore.Rows.
type rows struct{ pgx.Rows }

func (r rows) Close() error {
	r.Rows.Close()
	return r.Err()
}
