package sqlite

import (
	"context"
	"errors"
	"slices"
	"syscall"

	"github.com/ncruces/go-sqlite3"

	"sessionferry/session"
)

// passing are SQLite's words for what the disk or another process does to it, and
// what it gets over when they stop.
var passing = []sqlite3.ErrorCode{
	sqlite3.BUSY, sqlite3.LOCKED, sqlite3.PROTOCOL, sqlite3.INTERRUPT,
	sqlite3.READONLY, sqlite3.IOERR, sqlite3.CANTOPEN, sqlite3.NOMEM,
}

// fault gives a code to an error that is the disk's and not this program's. The
// transaction is undone, so that whoever hears of it may try again.
func fault(err error) error {
	var sqlite sqlite3.ErrorCode
	known := errors.As(err, &sqlite)
	switch {
	case known && sqlite == sqlite3.FULL, errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return session.Errorf(session.CodeVaultDiskFull, "").Because(err)
	case known && slices.Contains(passing, sqlite), errors.Is(err, context.DeadlineExceeded):
		return session.Errorf(session.CodeVaultUnavailable, "").Because(err)
	}
	return err
}
