package native

import (
	"encoding/binary"
	"errors"
	"io"
	"sync"

	"sessionferry/session"
)

// MaxFrame is the largest body of a frame, in bytes, in both directions. It is
// the browsers' own limit for what a host may send.
const MaxFrame = 1 << 20

// ErrTruncated is returned when the input ends inside a frame.
var ErrTruncated = errors.New("the input ended inside a frame")

// Reader reads frames: a length in native byte order, then the body.
type Reader struct {
	r   io.Reader
	buf []byte
}

// NewReader returns a Reader on r.
func NewReader(r io.Reader) *Reader { return &Reader{r: r} }

// Next returns the next body, valid until the next call. It returns io.EOF at an
// end between frames, ErrTruncated inside one, CodeFrameEmpty for an empty body
// (the stream is still usable) and CodeFrameTooLarge beyond MaxFrame (it is not),
// before any memory is taken for it.
func (r *Reader) Next() ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		return nil, ErrTruncated
	}
	n := binary.NativeEndian.Uint32(head[:])
	switch {
	case n == 0:
		return nil, session.Errorf(session.CodeFrameEmpty, "")
	case n > MaxFrame:
		return nil, session.Errorf(session.CodeFrameTooLarge, "%d bytes, at most %d", n, MaxFrame)
	}
	if cap(r.buf) < int(n) {
		r.buf = make([]byte, n)
	}
	body := r.buf[:n]
	if _, err := io.ReadFull(r.r, body); err != nil {
		return nil, ErrTruncated
	}
	return body, nil
}

// Writer writes frames. It is safe for use by several goroutines; each frame
// leaves in one write.
type Writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a Writer on w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write sends v as one frame. A body beyond MaxFrame is not sent:
// CodeReplyTooLarge.
func (w *Writer) Write(v any) error {
	body, err := session.Marshal(v)
	if err != nil {
		return session.Errorf(session.CodeInternal, "").Because(err)
	}
	if len(body) > MaxFrame {
		return session.Errorf(session.CodeReplyTooLarge, "")
	}
	frame := binary.NativeEndian.AppendUint32(make([]byte, 0, 4+len(body)), uint32(len(body)))
	frame = append(frame, body...)
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err = w.w.Write(frame)
	return err
}
