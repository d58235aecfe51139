package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"sessionferry/internal/settings"
)

// own are the settings that the vault's promises rest on. Each transaction makes
// them for itself, in the message that begins it: a session's settings do not
// reach a server behind a pooler that gives each transaction another connection,
// and the defaults of a role or a database must not count.
//
//   - An acknowledged write survives a loss of power. A level that waits for more
//     is kept.
//   - A transaction whose process hangs keeps neither rows nor old row versions.
//   - How long a transaction may take and wait is the vault's decision.
const own = `SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
	set_config('idle_in_transaction_session_timeout', '30s', true), set_config('statement_timeout', '%d', true), set_config('lock_timeout', '0', true)`

// The ways in which transactions begin.
const (
	writing = `BEGIN ISOLATION LEVEL READ COMMITTED`
	reading = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`
)

// beginning begins a transaction that may take so long.
func beginning(how string, limit time.Duration) pgx.TxOptions {
	return pgx.TxOptions{BeginQuery: how + "; " + fmt.Sprintf(own, limit.Milliseconds())}
}

// keepsPromises refuses a server that could lose what it has acknowledged. It is
// asked on every new connection, since a server may start anew with other settings.
func keepsPromises(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, usual.begin)
	defer cancel()
	t, err := c.BeginTx(ctx, beginning(writing, usual.whole))
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() { _ = t.Rollback(ctx) }() // it has changed nothing
	var waits, syncs, whole bool
	const query = `SELECT current_setting('synchronous_commit') IN ('on', 'remote_apply'), current_setting('fsync')::boolean, current_setting('full_page_writes')::boolean`
	if err := t.QueryRow(ctx, query).Scan(&waits, &syncs, &whole); err != nil {
		return fmt.Errorf("read the server's settings: %w", err)
	}
	const lossy = "%s, so that a loss of power could %s: set it to on"
	switch {
	case !waits:
		return settings.Wrongf("database", lossy, "synchronous_commit cannot be set in a transaction", "lose what was acknowledged")
	case !syncs:
		return settings.Wrongf("database", lossy, "the server's fsync is off", "destroy the database")
	case !whole:
		return settings.Wrongf("database", lossy, "the server's full_page_writes is off", "tear its pages")
	}
	return nil
}
