package postgres

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
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
