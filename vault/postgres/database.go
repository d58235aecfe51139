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
	limits
}

var _ sqlstore.DB = (*database)(nil)

// attempts is how often a transaction is run at most.
const attempts = 20

// Write implements sqlstore.DB. Rows are locked before they are looked at, so
// READ COMMITTED is enough. An engine that orders transactions in another way may
// still ask for one to be run again.
func (d *database) Write(ctx context.Context, f func(sqlstore.Tx) error) error {
	for n := 1; ; n++ {
		err := d.in(ctx, d.whole, writing, f)
		if n == attempts || !runAgain(err) {
			return fault(err)
		}
		select {
		case <-time.After(pause(n)):
		case <-ctx.Done():
			return fault(err)
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

// Read implements sqlstore.DB.
func (d *database) Read(ctx context.Context, f func(sqlstore.Tx) error) error {
	return fault(d.in(ctx, d.whole, reading, f))
}

// Snapshot implements sqlstore.DB.
func (d *database) Snapshot(ctx context.Context, f func(sqlstore.Tx) error) error {
	return fault(d.in(ctx, sqlstore.LongTime, reading, f))
}

// Faults implements sqlstore.DB: PostgreSQL checks its pages and its foreign keys
// whenever it reads or writes them.
func (d *database) Faults(context.Context) ([]string, error) { return nil, nil }

// limits are how long a transaction may wait until it has begun, and how long it
// may take: a caller hears soon that the database is gone.
type limits struct{ begin, whole time.Duration }

var usual = limits{begin: 5 * time.Second, whole: 20 * time.Second}

func (d *database) in(ctx context.Context, limit time.Duration, how string, f func(sqlstore.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	c, t, err := d.begin(ctx, beginning(how, limit))
	if err != nil {
		return err
	}
	defer c.Release()
	defer func() { _ = t.Rollback(ctx) }() // does nothing after a commit; else an error before it says more
	if err := f(transactionOn(ctx, t)); err != nil {
		return err
	}
	return t.Commit(ctx)
}

// begin passes over connections that the server has closed since they were used
// last: it may have begun anew. Each is met once.
func (d *database) begin(ctx context.Context, opts pgx.TxOptions) (*pgxpool.Conn, pgx.Tx, error) {
	ctx, cancel := context.WithTimeout(ctx, d.limits.begin)
	defer cancel()
	for {
		c, err := d.pool.Acquire(ctx)
		if err != nil {
			return nil, nil, err
		}
		t, err := c.BeginTx(ctx, opts)
		if err == nil {
			return c, t, nil
		}
		stale := c.Conn().IsClosed() && ctx.Err() == nil
		c.Release()
		if !stale {
			return nil, nil, err
		}
	}
}

// ReadOne implements sqlstore.DB. A query is a snapshot by itself.
func (d *database) ReadOne(ctx context.Context, f func(sqlstore.Tx) error) error {
	return fault(d.one(ctx, func(t transaction) error { return f(t) }))
}

func (d *database) one(ctx context.Context, f func(transaction) error) error {
	ctx, cancel := context.WithTimeout(ctx, d.whole)
	defer cancel()
	acquire, end := context.WithTimeout(ctx, d.limits.begin)
	defer end()
	c, err := d.pool.Acquire(acquire)
	if err != nil {
		return err
	}
	defer c.Release()
	return f(transactionOn(ctx, c))
}

// GoOn implements sqlstore.DB.
func (d *database) GoOn(ctx context.Context) error {
	return d.Write(ctx, func(t sqlstore.Tx) error {
		_, err := t.Exec(ctx, `SELECT setval(pg_get_serial_sequence('audit', 'seq'), (SELECT max(seq) FROM audit)) WHERE EXISTS (SELECT 1 FROM audit)`)
		return err
	})
}

// Size implements sqlstore.DB.
func (d *database) Size(ctx context.Context) (n int64, err error) {
	err = d.one(ctx, func(t transaction) error { return t.value(ctx, `SELECT pg_database_size(current_database())`, &n) })
	return n, fault(err)
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
