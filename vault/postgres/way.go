package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"sessionferry/internal/settings"
)

// way is how the server is reached.
type way struct {
	direct bool // no pooler stands in between
}

// backend is the server's process behind a connection. It is also what the server
// has said when it accepted the connection; a pooler, which accepts connections
// itself, has said something of its own then. So one question tells the two apart,
// however busy the pooler is and however it shares its connections.
const backend = `pg_backend_pid()`

// findWay finds out how the server is reached.
func findWay(ctx context.Context, config *pgx.ConnConfig) (w way, err error) {
	c, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	var pid uint32
	err = c.QueryRow(ctx, `SELECT `+backend, pgx.QueryExecModeSimpleProtocol).Scan(&pid)
	return way{direct: pid == c.PgConn().PID()}, err
}

// prepare lets statements be prepared by name only on connections of the server's
// own: a pooler may give each transaction another one. Behind a pooler the server
// plans each statement anew, but in one round trip all the same, since what a
// statement takes and returns is kept here.
func (w way) prepare(config *pgx.ConnConfig) {
	const more = 512 // than the store has statements
	config.StatementCacheCapacity, config.DescriptionCacheCapacity = more, more
	config.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	if !w.direct {
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
}

// check refuses a connection to a server that could lose what it has acknowledged,
// or by another way than the first. Each new connection is checked, since a server
// may start anew with other settings.
func (w way) check(ctx context.Context, c *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, usual.begin)
	defer cancel()
	t, err := c.BeginTx(ctx, beginning(writing, usual.whole))
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	defer func() { _ = t.Rollback(ctx) }() // it has changed nothing
	var waits, syncs, whole bool
	var pid uint32
	const query = `SELECT current_setting('synchronous_commit') IN ('on', 'remote_apply'), current_setting('fsync')::boolean, current_setting('full_page_writes')::boolean, ` + backend
	if err := t.QueryRow(ctx, query, pgx.QueryExecModeSimpleProtocol).Scan(&waits, &syncs, &whole, &pid); err != nil {
		return fmt.Errorf("read the server's settings: %w", err)
	}
	const lossy = "%s, so a loss of power could %s; set it to on"
	switch {
	case !waits:
		return settings.Wrongf("database", lossy, "the server does not let the vault set synchronous_commit", "undo what was acknowledged")
	case !syncs:
		return settings.Wrongf("database", lossy, "the server's fsync is off", "destroy the database")
	case !whole:
		return settings.Wrongf("database", lossy, "the server's full_page_writes is off", "tear its pages")
	case w.direct && pid != c.PgConn().PID():
		return settings.Wrongf("database", "a pooler was put in front of the server after the vault had started: start the vault again")
	}
	return nil
}
