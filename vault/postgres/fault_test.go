package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestFaults: what the server does to the vault has a code of its own; what the
// vault has asked wrongly is its own fault.
func TestFaults(t *testing.T) {
	for code, errs := range map[session.Code][]error{
		session.CodeVaultDiskFull: {&pgconn.PgError{Code: "53100"}},
		session.CodeVaultUnavailable: {
			&pgconn.PgError{Code: "57P01"}, &pgconn.PgError{Code: "57P03"}, &pgconn.PgError{Code: "53300"}, &pgconn.PgError{Code: "08006"},
			&pgconn.PgError{Code: "58030"}, &pgconn.PgError{Code: "25006"}, &pgconn.PgError{Code: "40001"}, &pgconn.PgError{Code: "XX000"},
			io.ErrUnexpectedEOF, pgconn.ErrConnClosed, context.DeadlineExceeded,
		},
		session.CodeInternal:   {&pgconn.PgError{Code: "23505"}, &pgconn.PgError{Code: "42P01"}, errors.New("another")},
		session.CodeNotOwner:   {session.Errorf(session.CodeNotOwner, "")},
		session.CodeLeaseEnded: {session.Errorf(session.CodeLeaseEnded, "")},
	} {
		for _, err := range errs {
			require.Equal(t, code, session.CodeOf(fault(fmt.Errorf("as it comes: %w", err))), "%v", err)
		}
	}
	require.NoError(t, fault(nil))
}
