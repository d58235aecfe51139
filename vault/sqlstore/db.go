package sqlstore

import (
	"context"
	"errors"
	"time"

	"sessionferry/session"
)

// DB is an open database whose schema is up to date. A parameter is written as a
// question mark. Ids are 16 bytes, times milliseconds since 1970, truth values 0
// and 1.
type DB interface {
	// Write runs f in a transaction. f returns an error to undo everything; it is
	// called again, in a new transaction, where others that ran beside it or shared
	// its commit have undone this one.
	Write(ctx context.Context, f func(Tx) error) error
	// ReadOne is Read for an f that makes one query at most, which needs no
	// transaction around it.
	ReadOne(ctx context.Context, f func(Tx) error) error
	// Read runs f once on one snapshot of the database.
	Read(ctx context.Context, f func(Tx) error) error
	// Snapshot is Read that may take long. Meanwhile no log can be emptied.
	Snapshot(ctx context.Context, f func(Tx) error) error
	// Faults are what the database itself finds wrong with its files, in words.
	Faults(ctx context.Context) ([]string, error)
	// GoOn lets the numbers that the database gives go on behind the highest, after
	// rows were put in with theirs.
	GoOn(ctx context.Context) error
	// EmptyLog removes what the database's own log still holds of erased rows, or
	// returns ErrBusy. It does nothing where logs are kept for other ends: there the
	// promise rests on the epoch keys alone.
	EmptyLog(ctx context.Context) error
	// Size is how many bytes the database takes, with its indexes.
	Size(ctx context.Context) (int64, error)
	// Process names this process among those that share the database. It is zero
	// where there is only one, which so goes on with what it left when it died.
	Process() session.ID
	Close() error
}

// Tx is one transaction.
type Tx interface {
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a query. One that ends in FOR UPDATE … SKIP LOCKED locks its rows and
	// passes over those that another transaction holds; a database with one writer
	// leaves that clause away.
	Query(ctx context.Context, query string, args ...any) (Rows, error)
	// Run runs statements one after the other, up to the first error. They go to the
	// database together.
	Run(ctx context.Context, statements []Statement) error
	// Lock waits until no other transaction holds the rows of a query, which ends in
	// FOR UPDATE, and keeps them until this one ends. It returns Now of after the wait.
	// In a database with one writer it does nothing, and returns the zero time.
	Lock(ctx context.Context, query string, args ...any) (now time.Time, err error)
	// Now is the clock of the database at this moment.
	Now(ctx context.Context) (time.Time, error)
}

// Statement is one whose count of changed rows does not matter.
type Statement struct {
	Query string
	Args  []any
}

// Rows are the rows of a query.
type Rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close() error
}

// ErrBusy is a log that could not be emptied since a reader still needs it.
var ErrBusy = errors.New("a reader holds the database's log")
