package cdpmux

import "sync"

// maxQueue is how many bytes may wait for a client that does not read.
const maxQueue = 2 * maxMessage

// queue is an unbounded line from the reading goroutine, which must never wait,
// to one reader. It closes itself when too many bytes wait.
type queue[T any] struct {
	mu     sync.Mutex
	wake   *sync.Cond
	items  []sized[T]
	bytes  int
	closed bool
}

type sized[T any] struct {
	v T
	n int
}

func newQueue[T any]() *queue[T] {
	q := new(queue[T])
	q.wake = sync.NewCond(&q.mu)
	return q
}

// push adds v, which holds n bytes.
func (q *queue[T]) push(v T, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	q.items, q.bytes = append(q.items, sized[T]{v, n}), q.bytes+n
	if q.bytes > maxQueue {
		q.items, q.closed = nil, true
	}
	q.wake.Signal()
}

// pop waits for the next item; false means that the queue is closed and empty.
func (q *queue[T]) pop() (T, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 && !q.closed {
		q.wake.Wait()
	}
	if len(q.items) == 0 {
		var zero T
		return zero, false
	}
	it := q.items[0]
	q.items, q.bytes = q.items[1:], q.bytes-it.n
	return it.v, true
}

// close lets the reader take what is there and then ends it.
func (q *queue[T]) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake.Broadcast()
}
