package envelope

import (
	"io"
	"math/bits"

	"sessionferry/session"
)

// isBucket reports whether n is 4 KiB × 2ⁿ and at most 32 MiB.
func isBucket(n int) bool {
	return n >= minBucket && n <= maxBucket && bits.OnesCount(uint(n)) == 1
}

// bucketFor returns the smallest bucket that holds n bytes.
func bucketFor(n int) int { return max(minBucket, 1<<bits.Len(uint(n-1))) }

// bucket is a growing buffer: a prefix that others fill, then the payload, with
// room kept for what follows it. It grows by doubling while it is small and then
// at once to the largest: pages that are never written cost no memory, while a
// copy of a large buffer does.
type bucket struct {
	b               []byte
	prefix, reserve int
}

const smallBucket = 1 << 20

func newBucket(prefix, reserve int) *bucket {
	return &bucket{b: make([]byte, 0, prefix+16<<10+reserve), prefix: prefix, reserve: reserve}
}

// Write implements io.Writer.
func (w *bucket) Write(p []byte) (int, error) {
	n := len(w.b) - w.prefix + len(p)
	if n > maxBucket {
		return 0, session.Errorf(session.CodeBundleTooLarge, "more than %d bytes after compression", maxBucket)
	}
	w.grow(n)
	w.b = append(w.b, p...)
	return len(p), nil
}

// grow makes room for a payload of n bytes, and wipes the buffer that it leaves.
func (w *bucket) grow(n int) {
	if w.prefix+n+w.reserve <= cap(w.b) {
		return
	}
	size := bucketFor(n)
	if size > smallBucket {
		size = maxBucket
	}
	old := w.b
	w.b = append(make([]byte, 0, w.prefix+size+w.reserve), old...)
	clear(old)
}

// counter passes on at most session.MaxBundle bytes.
type counter struct {
	w   io.Writer
	n   int
	err error
}

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	if c.err == nil && len(p) > session.MaxBundle-c.n {
		c.err = session.Errorf(session.CodeBundleTooLarge, "more than %d bytes", session.MaxBundle)
	}
	if c.err != nil {
		return 0, c.err
	}
	var n int
	n, c.err = c.w.Write(p)
	c.n += n
	return n, c.err
}
