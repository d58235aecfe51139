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

func (t transaction) Lock(ctx context.Context, query string, args ...any) (waited bool, err error) {
	_, err = t.Exec(ctx, query, args...)
	return true, err
}

// Now is the server's clock at this moment, not the transaction's.
func (t transaction) Now(ctx context.Context) (now time.Time, err error) {
	err = t.value(ctx, `SELECT clock_timestamp()`, &now)
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
