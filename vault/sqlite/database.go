package sqlite

import (
	"context"
	"errors"
	"strings"
	"time"

	"sessionferry/session"
	"sessionferry/vault/sqlstore"
)

// database implements sqlstore.DB.
type database struct {
	writer  *writer    // nil for one that is only read
	readers chan *conn // those that are free; they cannot write
}

var _ sqlstore.DB = (*database)(nil)

// limit ends a transaction that would go on for ever. A reader would keep the log
// from being emptied, and with it erasures from being confirmed; a writer that
// cannot begin would keep its caller.
const limit = 20 * time.Second

// Write implements sqlstore.DB. The one connection orders all writers. f is
// called again only where one that shared its commit has undone that.
func (d *database) Write(ctx context.Context, f func(sqlstore.Tx) error) error {
	if d.writer == nil {
		return errors.New("the database was opened to be read alone")
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return fault(d.writer.do(&job{ctx: ctx, f: f}))
}

// Read implements sqlstore.DB.
func (d *database) Read(ctx context.Context, f func(sqlstore.Tx) error) error {
	return d.snapshot(ctx, limit, f)
}

// Snapshot implements sqlstore.DB.
func (d *database) Snapshot(ctx context.Context, f func(sqlstore.Tx) error) error {
	return d.snapshot(ctx, sqlstore.LongTime, f)
}

func (d *database) snapshot(ctx context.Context, limit time.Duration, f func(sqlstore.Tx) error) error {
	return d.reading(ctx, limit, func(c *conn) (err error) {
		if _, err = c.exec(`BEGIN`); err != nil {
			return err
		}
		defer func() {
			c.db.SetInterrupt(context.Background()) // the end is not to be interrupted
			c.settle()
			_, end := c.exec(`ROLLBACK`)
			err = errors.Join(err, end)
		}()
		return f(transaction{c})
	})
}

// ReadOne implements sqlstore.DB. A query is a snapshot by itself.
func (d *database) ReadOne(ctx context.Context, f func(sqlstore.Tx) error) error {
	return d.reading(ctx, limit, func(c *conn) error { return f(transaction{c}) })
}

// reading gives f one of the readers, as soon as one is free.
func (d *database) reading(ctx context.Context, limit time.Duration, f func(*conn) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var c *conn
	select {
	case c = <-d.readers:
	case <-ctx.Done():
		return fault(ctx.Err())
	}
	c.db.SetInterrupt(ctx)
	defer func() {
		c.db.SetInterrupt(context.Background())
		c.settle()
		d.readers <- c
	}()
	err := f(c)
	if ctx.Err() != nil && err != nil {
		err = errors.Join(ctx.Err(), err)
	}
	return fault(err)
}

// Faults implements sqlstore.DB.
func (d *database) Faults(ctx context.Context) (faults []string, err error) {
	err = d.reading(ctx, sqlstore.LongTime, func(c *conn) error {
		for _, query := range []string{
			`SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
			`SELECT 'a row of ' || "table" || ' names one of ' || parent || ' that is not there' FROM pragma_foreign_key_check`,
		} {
			s, err := c.begin(query, nil)
			if err != nil {
				return err
			}
			for s.Step() {
				faults = append(faults, s.ColumnText(0))
			}
			if err := s.end(); err != nil {
				return err
			}
		}
		return nil
	})
	return faults, err
}

// GoOn implements sqlstore.DB: SQLite counts from the highest number that there is.
func (d *database) GoOn(context.Context) error { return nil }

// Size implements sqlstore.DB.
func (d *database) Size(ctx context.Context) (n int64, err error) {
	err = d.reading(ctx, limit, func(c *conn) error {
		s, err := c.begin(`SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`, nil)
		if err != nil {
			return err
		}
		if s.Step() {
			n = s.ColumnInt64(0)
		}
		return s.end()
	})
	return n, err
}

// EmptyLog implements sqlstore.DB. It writes the log into the database and cuts
// it to nothing: pages that were erased are zero in the database (secure_delete),
// but lie in the log as they were.
func (d *database) EmptyLog(ctx context.Context) error {
	return fault(d.writer.do(&job{ctx: ctx, alone: func(c *conn) error {
		s, err := c.begin(`PRAGMA wal_checkpoint(TRUNCATE)`, nil)
		if err != nil {
			return err
		}
		busy := s.Step() && s.ColumnInt64(0) != 0
		if err := s.end(); err != nil {
			return err
		}
		if busy {
			return sqlstore.ErrBusy
		}
		return nil
	}}))
}

// Process implements sqlstore.DB: there is one.
func (d *database) Process() session.ID { return session.ID{} }

// Close implements sqlstore.DB. It waits for what is being read and written; the
// database may be opened again at once.
func (d *database) Close() error {
	var err error
	for range cap(d.readers) {
		err = errors.Join(err, (<-d.readers).close())
	}
	if d.writer != nil {
		err = errors.Join(err, d.writer.close())
	}
	return err
}

// transaction implements sqlstore.Tx.
type transaction struct{ c *conn }

func (t transaction) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return t.c.exec(query, args...)
}

// Query leaves the locking clause away, which SQLite does not know.
func (t transaction) Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	query, _, _ = strings.Cut(query, " FOR UPDATE")
	s, err := t.c.begin(query, args)
	if err != nil {
		return nil, err
	}
	return &rows{s: s}, nil
}

func (t transaction) Run(ctx context.Context, statements []sqlstore.Statement) error {
	for _, s := range statements {
		if _, err := t.Exec(ctx, s.Query, s.Args...); err != nil {
			return err
		}
	}
	return nil
}

// Lock does nothing: who writes is alone.
func (t transaction) Lock(context.Context, string, ...any) (now time.Time, err error) {
	return now, nil
}

func (t transaction) Now(context.Context) (time.Time, error) { return time.Now(), nil }
