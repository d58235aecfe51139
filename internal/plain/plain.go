// Package plain keeps what others wrote from acting on a terminal or on a reader's
// eye. A Writer passes text on and escapes every hidden character of it, whoever it
// came from; single values of others go through session.Shown besides, which keeps
// them in their line. Output of another program is not for a Writer.
package plain

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/transform"

	"sessionferry/session"
)

// Writer writes text to w, but for line breaks, tabs and joiners of letters with each
// hidden character (session.IsHidden) and each byte that is no UTF-8 escaped. JSON
// remains the same value. Close writes what a character that was begun has left; it leaves w open.
// It is safe for use by several goroutines, as a log needs it. Characters to keep
// are left as they are.
func Writer(w io.Writer, keep ...rune) io.WriteCloser {
	return &writer{w: transform.NewWriter(w, escaper{keep: append(keep, '\n', '\t', '\u200c', '\u200d')})}
}

type writer struct {
	mu sync.Mutex
	w  *transform.Writer
}

func (p *writer) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.Write(b)
}

func (p *writer) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.Close()
}

type escaper struct {
	transform.NopResetter
	keep []rune
}

// Transform implements transform.Transformer.
func (e escaper) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		if !atEOF && !utf8.FullRune(src[nSrc:]) {
			return nDst, nSrc, transform.ErrShortSrc
		}
		r, size := utf8.DecodeRune(src[nSrc:])
		piece := src[nSrc : nSrc+size]
		switch {
		case r == utf8.RuneError && size == 1:
			piece = fmt.Appendf(nil, `\x%02x`, src[nSrc])
		case session.IsHidden(r) && !slices.Contains(e.keep, r):
			piece = []byte(session.Escaped(r))
		}
		if len(dst)-nDst < len(piece) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += copy(dst[nDst:], piece)
		nSrc += size
	}
	return nDst, nSrc, nil
}
