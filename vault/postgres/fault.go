package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"sessionferry/internal/settings"
	"sessionferry/session"
)

// diskFull is PostgreSQL's word for a disk without space.
const diskFull = "53100"

// passing are classes of PostgreSQL's words, and single ones, that say that the
// server is not there, not ready or out of something, and not that it was asked
// wrongly.
var (
	passingClasses = []string{
		"08", // the connection
		"53", // resources
		"57", // the server stops, starts or has cancelled
		"58", // its system
	}
	passing = []string{
		"25006", // it may only be read: a stand-by
		"55P03", // a lock was not to be had
		"40001", // it could not be ordered among others, as often as it was tried
		"40P01",
		"XX000", // what it has no other word for, such as a quota of its disk
	}
)

// fault gives a code to an error that is the database's and not this program's.
// The transaction is undone, or nobody knows whether it was: whoever tries again
// with the same idempotency key is safe either way.
func fault(err error) error {
	var pg *pgconn.PgError
	var unsafe *settings.Wrong
	switch {
	case errors.As(err, &pg) && pg.Code == diskFull:
		return session.Errorf(session.CodeVaultDiskFull, "").Because(err)
	case pg != nil && isPassing(pg.Code), isLost(err), errors.As(err, &unsafe), errors.Is(err, context.DeadlineExceeded):
		return session.Errorf(session.CodeVaultUnavailable, "").Because(err)
	}
	return err
}

func isPassing(sqlState string) bool {
	return slices.Contains(passing, sqlState) || len(sqlState) == 5 && slices.Contains(passingClasses, sqlState[:2])
}

// isLost reports whether there was no connection, or is none any more.
func isLost(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
