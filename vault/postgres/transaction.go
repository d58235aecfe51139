package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"sessionferry/vault/sqlstore"
)

// transaction implements sqlstore.Tx, also by a connection that is in none. Its
// queries end by until, whatever context they come with: that a transaction has
// begun in time bounds nothing that it does then.
type transaction struct {
	tx    querier
	until time.Time
}

type querier interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, query string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// transactionOn ends when ctx does, which has a deadline.
func transactionOn(ctx context.Context, tx querier) transaction {
	until, _ := ctx.Deadline()
	return transaction{tx, until}
}

func (t transaction) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	ctx, cancel := context.WithDeadline(ctx, t.until)
	defer cancel()
	tag, err := t.tx.Exec(ctx, numbered(query), args...)
	return tag.RowsAffected(), err
}

func (t transaction) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	ctx, cancel := context.WithDeadline(ctx, t.until)
	r, err := t.tx.Query(ctx, numbered(query), args...)
	if err != nil {
		cancel()
		return nil, err
	}
	return rows{r, cancel}, nil
}

func (t transaction) Run(ctx context.Context, statements []sqlstore.Statement) error {
	var b pgx.Batch
	for _, s := range statements {
		b.Queue(numbered(s.Query), s.Args...)
	}
	return t.send(ctx, &b)
}

func (t transaction) Lock(ctx context.Context, query string, args ...any) (now time.Time, err error) {
	var b pgx.Batch
	b.Queue(numbered(query), args...)
	b.Queue(clock).QueryRow(func(row pgx.Row) error { return row.Scan(&now) })
	return now, t.send(ctx, &b)
}

func (t transaction) send(ctx context.Context, b *pgx.Batch) error {
	ctx, cancel := context.WithDeadline(ctx, t.until)
	defer cancel()
	return t.tx.SendBatch(ctx, b).Close()
}

// clock is the server's at this moment, not the transaction's.
const clock = `SELECT clock_timestamp()`

func (t transaction) Now(ctx context.Context) (now time.Time, err error) {
	err = t.value(ctx, clock, &now)
	return now, err
}

// value reads the one value that a query of this package's own returns.
func (t transaction) value(ctx context.Context, query string, dest any) error {
	ctx, cancel := context.WithDeadline(ctx, t.until)
	defer cancel()
	return t.tx.QueryRow(ctx, query).Scan(dest)
}

// rows implements sqlstore.Rows.
type rows struct {
	pgx.Rows
	cancel context.CancelFunc
}

func (r rows) Close() error {
	r.Rows.Close()
	r.cancel()
	return r.Err()
}
