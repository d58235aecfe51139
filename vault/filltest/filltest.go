// Package filltest fills a vault's database by SQL, with more accounts and sessions
// than could be shared one by one. It serves measurements only: nothing that it
// makes opens.
package filltest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"       // registers "pgx"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"

	"sessionferry/session"
	"sessionferry/vault/epoch"
)

// Filler fills one database, which no vault serves meanwhile.
type Filler struct {
	db                *sql.DB
	series            string // names the rows n from $1 to $2
	bytes             func(n int) string
	workspace, person []byte
}

// SQLite fills a file.
func SQLite(ctx context.Context, path string) (*Filler, error) {
	return open(ctx, "sqlite3", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=cache_size(-100000)", &Filler{
		series: `WITH RECURSIVE s(n) AS (SELECT $1 UNION ALL SELECT n + 1 FROM s WHERE n < $2)`,
		bytes:  func(n int) string { return fmt.Sprintf("randomblob(%d)", n) },
	})
}

// PostgreSQL fills the database of an address.
func PostgreSQL(ctx context.Context, address string) (*Filler, error) {
	return open(ctx, "pgx", address, &Filler{
		series: `WITH s(n) AS (SELECT generate_series(CAST($1 AS bigint), CAST($2 AS bigint)))`,
		bytes: func(n int) string {
			return fmt.Sprintf("substr(decode(repeat(md5(random()::text || random()::text), %d), 'hex'), 1, %d)", (n+15)/16, n)
		},
	})
}

// open makes the person who owns what is filled in.
func open(ctx context.Context, driver, name string, f *Filler) (_ *Filler, err error) {
	if f.db, err = sql.Open(driver, name); err != nil {
		return nil, err
	}
	f.db.SetMaxOpenConns(1)
	person := session.NewID()
	f.person = person[:]
	err = f.db.QueryRowContext(ctx, `SELECT id FROM workspaces`).Scan(&f.workspace)
	if err == nil {
		_, err = f.db.ExecContext(ctx, `INSERT INTO persons (id, workspace, created) VALUES ($1, $2, 9000000000000000000)`, f.person, f.workspace)
	}
	return f, err
}

// Close makes the planner know what is there.
func (f *Filler) Close(ctx context.Context) error {
	_, err := f.db.ExecContext(ctx, `ANALYZE`) //nolint:misspell // SQL spells it so
	return errors.Join(err, f.db.Close())
}

// chunk is how many rows one statement makes.
const chunk = 100_000

// Accounts adds cards with numbers from first to last.
func (f *Filler) Accounts(ctx context.Context, first, last int, progress func(done int)) error {
	for ; first <= last; first += chunk {
		to := min(first+chunk-1, last)
		var before int64
		if err := f.db.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) FROM accounts`).Scan(&before); err != nil {
			return err
		}
		if _, err := f.db.ExecContext(ctx, f.series+` INSERT INTO accounts (id, workspace, owner, app, site, username, created, since)
			SELECT `+f.bytes(16)+`, $3, $4, 'mediawiki', 'https://wiki.example', 'fill' || n, 0, 0 FROM s`, first, to, f.workspace, f.person); err != nil {
			return err
		}
		if _, err := f.db.ExecContext(ctx, `INSERT INTO memberships (account, person, role) SELECT id, owner, 'owner' FROM accounts WHERE seq > $1`, before); err != nil {
			return err
		}
		progress(to)
	}
	return nil
}

// bucket is how many records share an epoch key.
const bucket = 64

// Sessions gives n cards that were added a session of size bytes that ends at a
// time, in full buckets with a key each.
func (f *Filler) Sessions(ctx context.Context, n, size int, ends time.Time, keys epoch.Keys, progress func(done int)) error {
	var after int64
	if err := f.db.QueryRowContext(ctx, `SELECT coalesce(min(seq), 1) - 1 FROM accounts WHERE username LIKE 'fill%'`).Scan(&after); err != nil {
		return err
	}
	for done := 0; done < n; done += bucket {
		if err := f.fillBucket(ctx, &after, min(bucket, n-done), size, ends, keys); err != nil {
			return err
		}
		if done%(bucket*100) == 0 {
			progress(done)
		}
	}
	return nil
}

// fillBucket gives the n cards behind after a session, in a bucket of their own.
func (f *Filler) fillBucket(ctx context.Context, after *int64, n, size int, ends time.Time, keys epoch.Keys) error {
	tx, err := f.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	id := session.NewID()
	if err := keys.Create(id); err != nil {
		return err
	}
	var number int64
	if _, err := tx.ExecContext(ctx, `INSERT INTO epochs (id, created, named) VALUES ($1, 0, 1)`, id[:]); err != nil {
		return err
	}
	if err := tx.QueryRowContext(ctx, `INSERT INTO buckets (epoch, records) VALUES ($1, 0) RETURNING id`, id[:]).Scan(&number); err != nil {
		return err
	}
	for _, st := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO sessions (account, pending, id, share, share_key, shared_at, shared_by, used_at, cap, expires, expires_cause, bucket, record_key)
			SELECT id, 0, ` + f.bytes(16) + `, 1, 'key', 0, 'laptop', 0, $1, $1, $2, $3, ` + f.bytes(72) + ` FROM accounts
			WHERE seq > $4 ORDER BY seq LIMIT $5`,
			[]any{ends.UnixMilli(), string(session.CauseWindow), number, *after, n}},
		{`INSERT INTO envelope_parts (session, part, data) SELECT seq, 0, ` + f.bytes(1500) + ` FROM sessions WHERE bucket = $1`, []any{number}},
		{`INSERT INTO envelope_parts (session, part, data) SELECT seq, 1, ` + f.bytes(size-1500) + ` FROM sessions WHERE bucket = $1`, []any{number}},
		{`INSERT INTO session_keys (session, key) SELECT seq, ` + f.bytes(32) + ` FROM sessions WHERE bucket = $1`, []any{number}},
		{`UPDATE buckets SET records = (SELECT count(*) FROM sessions WHERE bucket = $1) WHERE id = $1`, []any{number}},
	} {
		if _, err := tx.ExecContext(ctx, st.query, st.args...); err != nil {
			return err
		}
	}
	if err := tx.QueryRowContext(ctx, `SELECT max(a.seq) FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.bucket = $1`, number).Scan(after); err != nil {
		return err
	}
	return tx.Commit()
}

// End moves the end of the sessions that were filled in.
func (f *Filler) End(ctx context.Context, at time.Time) error {
	_, err := f.db.ExecContext(ctx, `UPDATE sessions SET expires = $1 WHERE share_key = 'key'`, at.UnixMilli())
	return err
}
