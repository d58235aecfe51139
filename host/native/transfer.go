package native

import (
	"sync"
	"time"

	"sessionferry/session"
)

// MaxChunk is the most that a chunk may hold of a bundle's text, in UTF-16 code
// units. However much of it a browser escapes, it fits into a frame.
const MaxChunk = 160 << 10

// chunkWait is how long a transfer waits for its next chunk.
const chunkWait = 60 * time.Second

// transfer collects the bundle of one share or check. Its buffer is taken once
// for the declared size, which is checked first.
type transfer struct {
	mu    sync.Mutex
	data  []byte // UTF-8
	size  int    // UTF-16 code units, as browsers count
	units int    // of them received
	next  int
	err   error
	began time.Time
	took  time.Duration // from the request to its last chunk
	done  chan struct{} // closed when the data is whole or err is set
	alive chan struct{} // gets a token for every chunk
}

func newTransfer(size int) (*transfer, error) {
	if size > session.MaxBundle {
		return nil, session.Errorf(session.CodeBundleTooLarge, "%d characters, at most %d", size, session.MaxBundle)
	}
	if size <= 0 {
		return nil, session.Errorf(session.CodeMessageInvalid, "the size")
	}
	return &transfer{data: make([]byte, 0, size), size: size, began: time.Now(), done: make(chan struct{}), alive: make(chan struct{}, 1)}, nil
}

// add takes one chunk. Anything out of order or of the wrong length ends the
// transfer.
func (t *transfer) add(seq int, data string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended() {
		return
	}
	n := utf16Length(data)
	if seq != t.next || n == 0 || n > MaxChunk || n > t.size-t.units {
		t.end(session.Errorf(session.CodeBundleIncomplete, "chunk %d", t.next))
		return
	}
	if len(t.data)+len(data) > session.MaxBundle {
		t.end(session.Errorf(session.CodeBundleTooLarge, "more than %d bytes", session.MaxBundle))
		return
	}
	t.data = append(t.data, data...)
	t.units += n
	t.next++
	select {
	case t.alive <- struct{}{}:
	default:
	}
	if t.units == t.size {
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
	t.err, t.took = err, time.Since(t.began)
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

// received is the number of code units that have come in.
func (t *transfer) received() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.units
}

// utf16Length is the length of a text in UTF-16: one unit for each character,
// two for those that take four bytes in UTF-8.
func utf16Length(s string) int {
	n := 0
	for i := range len(s) {
		if b := s[i]; b < 0x80 || b >= 0xC0 {
			n++
			if b >= 0xF0 {
				n++
			}
		}
	}
	return n
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
