package envelope

import "encoding/binary"

// reader takes big-endian fields off the front of b. It never copies and never
// reads past the end: the first short field sets failed, and every field after
// it reads as zero.
type reader struct {
	b      []byte
	failed bool
}

func (r *reader) bytes(n int) []byte {
	if r.failed || n < 0 || n > len(r.b) {
		r.failed = true
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) into(dst []byte) { copy(dst, r.bytes(len(dst))) }

func (r *reader) uint8() uint8 {
	if p := r.bytes(1); p != nil {
		return p[0]
	}
	return 0
}

func (r *reader) uint16() uint16 {
	if p := r.bytes(2); p != nil {
		return binary.BigEndian.Uint16(p)
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if p := r.bytes(4); p != nil {
		return binary.BigEndian.Uint32(p)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if p := r.bytes(8); p != nil {
		return binary.BigEndian.Uint64(p)
	}
	return 0
}

// text reads a string with its length in one byte before it.
func (r *reader) text() string { return string(r.bytes(int(r.uint8()))) }

// done reports whether every field was there and nothing follows.
func (r *reader) done() bool { return !r.failed && len(r.b) == 0 }

// appendText is the inverse of reader.text. Callers have checked the length.
func appendText(b []byte, s string) []byte { return append(append(b, byte(len(s))), s...) }

// isWord reports whether s is 1 to limit bytes of printable ASCII without spaces.
func isWord(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7F {
			return false
		}
	}
	return true
}
