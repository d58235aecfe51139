package sqlstore

import (
	"fmt"
	"strconv"
	"strings"

	"sessionferry/session"
)

// What a call that filters looks at: so many rows with its first query, which is
// often enough, and in all. What is filtered by, such as a state that the clock
// changes, no index knows.
const (
	findChunk = 500
	findRows  = 5000
)

// find takes rows that fit until there are limit of them. fetch queries chunk rows
// behind a mark and calls row for each; row reports whether it takes it. more is
// whether rows are left behind last.
func find[M any](from M, limit, chunk int, fetch func(after M, chunk int, row func(at M, fits bool) (takes bool)) error) (last M, more bool, err error) {
	last = from
	for looked, taken := 0, 0; looked < findRows; {
		rows := 0
		err := fetch(last, chunk, func(at M, fits bool) bool {
			rows++
			if more = more || taken == limit; more {
				return false
			}
			last = at
			if fits {
				taken++
			}
			return fits
		})
		if err != nil || more || rows < chunk {
			return last, more, err
		}
		looked += rows
		chunk = min(3*chunk, max(findRows-looked, 1)) // each query costs something, whatever it is for
	}
	return last, true, nil
}

// holds reports whether a text stands in one of others, in whatever case. It is
// done here, since each database has its own idea of letters.
func holds(text string, in ...string) bool {
	text = strings.ToLower(text)
	for _, s := range in {
		if strings.Contains(strings.ToLower(s), text) {
			return true
		}
	}
	return false
}

// seqCursor reads the cursor of a list by number.
func seqCursor(cursor string) (int64, error) {
	if cursor == "" {
		return 0, nil
	}
	after, err := strconv.ParseInt(cursor, 10, 64)
	if err != nil || after < 0 {
		return 0, errCursor()
	}
	return after, nil
}

func errCursor() error { return session.Errorf(session.CodeRequestInvalid, "the cursor") }

// mark is a place in a list by time.
type mark struct{ at, seq int64 }

// newest is before the first place of a list whose newest comes first.
var newest = mark{maxSeq, maxSeq}

func (m mark) String() string { return fmt.Sprintf("%d.%d", m.at, m.seq) }

func parseMark(cursor string) (m mark, err error) {
	if cursor == "" {
		return newest, nil
	}
	at, seq, _ := strings.Cut(cursor, ".")
	if m.at, err = strconv.ParseInt(at, 10, 64); err == nil {
		m.seq, err = strconv.ParseInt(seq, 10, 64)
	}
	if err != nil {
		return m, errCursor()
	}
	return m, nil
}

// cursorAfter is the cursor behind a place, "" at the end.
func cursorAfter(more bool, last fmt.Stringer) string {
	if !more {
		return ""
	}
	return last.String()
}

// seqMark is a place in a list by number.
type seqMark int64

func (m seqMark) String() string { return strconv.FormatInt(int64(m), 10) }
