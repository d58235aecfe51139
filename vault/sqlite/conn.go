package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/ncruces/go-sqlite3"
)

// conn is one connection with the statements that it has prepared: the store has
// a fixed set, and to compile one takes longer than to run it. It serves one
// goroutine at a time.
type conn struct {
	db       *sqlite3.Conn
	prepared map[string]*statement
	running  []*statement
}

// statement is a prepared statement, which runs once at a time.
type statement struct {
	*sqlite3.Stmt
	c    *conn
	busy bool
	lone bool // not kept, since the kept one was busy
}

// connect makes a connection that has all of the pragmas.
func connect(ctx context.Context, dsn string) (*conn, error) {
	db, err := sqlite3.OpenContext(ctx, dsn)
	if err != nil {
		return nil, err
	}
	c := &conn{db: db, prepared: map[string]*statement{}}
	if err := c.check(); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// close gives everything back. A statement that runs keeps the connection open,
// which is an error.
func (c *conn) close() error {
	var errs []error
	for _, s := range c.prepared {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, c.db.Close())...)
}

// begin returns a statement with its arguments, to be given back by end.
func (c *conn) begin(query string, args []any) (*statement, error) {
	s := c.prepared[query]
	if s == nil || s.busy {
		p, _, err := c.db.Prepare(query)
		if err != nil {
			return nil, err
		}
		fresh := &statement{Stmt: p, c: c, lone: s != nil}
		if s == nil {
			c.prepared[query] = fresh
		}
		s = fresh
	}
	s.busy = true
	c.running = append(c.running, s)
	for i, arg := range args {
		if err := s.bind(i+1, arg); err != nil {
			return nil, errors.Join(err, s.end())
		}
	}
	return s, nil
}

// end makes the statement ready for its next run. SQLite forgets the arguments:
// an envelope must not stay in its memory.
func (s *statement) end() error {
	err := s.Reset() // repeats the error of the run, if there was one
	s.busy = false
	s.c.running = slices.DeleteFunc(s.c.running, func(r *statement) bool { return r == s })
	if s.lone {
		return errors.Join(err, s.Close())
	}
	return errors.Join(err, s.ClearBindings())
}

// settle ends what a function has left running that panicked: it would keep the
// database's log.
func (c *conn) settle() {
	for len(c.running) > 0 {
		_ = c.running[0].end() // nobody waits for its result
	}
}

func (s *statement) bind(n int, arg any) error {
	switch v := arg.(type) {
	case nil:
		return s.BindNull(n)
	case int:
		return s.BindInt64(n, int64(v))
	case int64:
		return s.BindInt64(n, v)
	case bool:
		return s.BindBool(n, v)
	case string:
		return s.BindText(n, v)
	case []byte:
		return s.BindBlob(n, v)
	case driver.Valuer:
		of, err := v.Value()
		if err != nil {
			return err
		}
		return s.bind(n, of)
	}
	return fmt.Errorf("an argument of a statement is a %T", arg)
}

// exec runs a statement and returns how many rows it changed.
func (c *conn) exec(query string, args ...any) (int64, error) {
	s, err := c.begin(query, args)
	if err != nil {
		return 0, err
	}
	for s.Step() { // RETURNING has rows
	}
	n := c.db.Changes()
	return n, s.end()
}
