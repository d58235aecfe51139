package native

import (
	"sync"
	"time"

	"sessionferry/session"
)

// ChunkSize is the number of bundle bytes in every chunk but the last.
const ChunkSize = 256 << 10

// chunkWait is how long a transfer waits for its next chunk.
const chunkWait = 60 * time.Second

// transfer collects the bundle of one share or check. Its buffer is taken once
// for the declared size, which is checked first.
type transfer struct {
	mu    sync.Mutex
	data  []byte
	size  int
	next  int
	err   error
	done  chan struct{} // closed when the data is whole or err is set
	alive chan struct{} // gets a token for every chunk
}

func newTransfer(size int) (*transfer, error) {
	if size > session.MaxBundle {
		return nil, session.Errorf(session.CodeBundleTooLarge, "%d bytes, at most %d", size, session.MaxBundle)
	}
	if size <= 0 {
		return nil, session.Errorf(session.CodeMessageInvalid, "the size")
	}
	return &transfer{data: make([]byte, 0, size), size: size, done: make(chan struct{}), alive: make(chan struct{}, 1)}, nil
}

// add takes one chunk. Anything out of order or of the wrong length ends the
// transfer.
func (t *transfer) add(seq int, data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended() {
		return
	}
	if seq != t.next || len(data) != min(ChunkSize, t.size-len(t.data)) {
		t.end(session.Errorf(session.CodeBundleIncomplete, "chunk %d", t.next))
		return
	}
	t.data = append(t.data, data...)
	t.next++
	select {
	case t.alive <- struct{}{}:
	default:
	}
	if len(t.data) == t.size {
		t.end(nil)
	}
}

func (t *transfer) ended() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

func (t *transfer) end(err error) {
	t.err = err
	close(t.done)
}

// fail ends the transfer with err.
func (t *transfer) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended() {
		t.end(err)
	}
}

// received is the number of bytes that have come in.
func (t *transfer) received() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.data)
}

// take hands the data over and forgets it, so that the memory is free once the
// caller has decoded it.
func (t *transfer) take() ([]byte, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	data := t.data
	t.data = nil
	return data, t.err
}
