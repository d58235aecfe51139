package sqlite

import (
	"context"
	"errors"
	"fmt"

	"sessionferry/vault/sqlstore"
)

// writer runs the functions that write, one after the other, and commits those
// that have come while the one before was being committed together: the disk's
// sync is what a write costs, and so it is paid once for all of them.
//
// Each runs in a savepoint. One that fails, panics or whose caller has gone away
// takes back what it did and no more. Nobody is answered before the commit.
type writer struct {
	c    *conn
	jobs chan *job
	done chan struct{} // closed when the goroutine has ended
}

// job is one function that writes, or, with alone set, something that needs the
// connection outside a transaction.
type job struct {
	ctx   context.Context
	f     func(sqlstore.Tx) error
	alone func(*conn) error

	err      error
	panicked any
	ended    chan struct{}
}

// maxGroup bounds how long the first of a group waits for the last, and how much
// of the log one commit writes.
const maxGroup = 64

func newWriter(c *conn) *writer {
	w := &writer{c: c, jobs: make(chan *job), done: make(chan struct{})}
	go w.run()
	return w
}

// do waits until the job has been committed or undone. A panic of the function is
// the caller's.
func (w *writer) do(j *job) error {
	j.ended = make(chan struct{})
	select {
	case w.jobs <- j:
	case <-j.ctx.Done():
		return j.ctx.Err()
	case <-w.done:
		return errClosed
	}
	<-j.ended
	if j.panicked != nil {
		panic(j.panicked)
	}
	return j.err
}

var errClosed = errors.New("the database is closed")

// close ends the goroutine behind the jobs that it has begun.
func (w *writer) close() error {
	stop := &job{ctx: context.Background(), alone: func(*conn) error { return errClosed }}
	if err := w.do(stop); !errors.Is(err, errClosed) {
		return err
	}
	<-w.done
	return w.c.close()
}

func (w *writer) run() {
	defer close(w.done)
	for {
		j := <-w.jobs
		for j != nil && j.alone == nil {
			j = w.group(j)
		}
		if j == nil {
			continue
		}
		j.err = j.alone(w.c)
		close(j.ended)
		if errors.Is(j.err, errClosed) {
			return
		}
	}
}

// group runs a job and those that come meanwhile in one transaction. It returns
// one that came and cannot be part of it.
func (w *writer) group(first *job) (next *job) {
	_, err := w.c.exec(`BEGIN IMMEDIATE`)
	if err != nil {
		w.commit([]*job{first}, err)
		return nil
	}
	var group []*job
	for next = first; next != nil && next.alone == nil && err == nil; {
		group = append(group, next)
		err = w.one(next)
		next = nil
		if len(group) < maxGroup {
			select {
			case next = <-w.jobs:
			default:
			}
		}
	}
	w.commit(group, err)
	return next
}

// one runs a job in its savepoint. An error of it means that the transaction is
// no more.
func (w *writer) one(j *job) error {
	if _, err := w.c.exec(`SAVEPOINT one`); err != nil {
		return err
	}
	j.call(transaction{w.c})
	w.c.settle()
	if w.c.db.GetAutocommit() { // SQLite has undone everything, as it does when the disk is full
		return errors.Join(errUndone, j.err)
	}
	if j.err != nil || j.panicked != nil {
		if _, err := w.c.exec(`ROLLBACK TO one`); err != nil {
			return err
		}
	}
	_, err := w.c.exec(`RELEASE one`)
	return err
}

var errUndone = errors.New("the transaction was undone")

// call runs the function, unless its caller has gone away.
func (j *job) call(t transaction) {
	defer func() { j.panicked = recover() }()
	j.err, j.panicked = j.ctx.Err(), nil
	if j.err == nil {
		j.err = j.f(t)
	}
}

// commit commits a group and answers all. Where that fails for the whole group,
// each is run again by itself: what one cannot do, another may.
func (w *writer) commit(group []*job, err error) {
	if err == nil {
		_, err = w.c.exec(`COMMIT`)
	}
	if err != nil && !w.c.db.GetAutocommit() {
		if _, undo := w.c.exec(`ROLLBACK`); undo != nil {
			err = fmt.Errorf("%w; and it was not undone: %w", err, undo)
		}
	}
	for _, j := range group {
		switch {
		case err == nil:
		case len(group) > 1:
			w.again(j)
			continue
		case j.err == nil && j.panicked == nil:
			j.err = err
		}
		close(j.ended)
	}
}

// again runs a job in a transaction of its own.
func (w *writer) again(j *job) {
	_, err := w.c.exec(`BEGIN IMMEDIATE`)
	if err == nil {
		err = w.one(j)
	}
	w.commit([]*job{j}, err)
}
