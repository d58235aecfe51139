package sqlstore

import (
	"sync"
	"time"

	"sessionferry/vault"
)

// watch is what this process can say of the time by itself: how much of it has
// gone by since it looked at the database's clock. Suspension counts.
type watch struct {
	up func() time.Duration // since the machine was started

	mu     sync.Mutex
	looked bool
	at     int64         // the time at the last look, if the clock was followed so far
	upAt   time.Duration // when that was
	row    int64         // clock.seen at the last look
}

// expected is the time that it must be. Before the first look it is not known.
func (w *watch) expected() (at int64, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at + (w.up() - w.upAt).Milliseconds(), w.looked
}

// look begins to count at a time.
func (w *watch) look(at, row int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looked, w.at, w.upAt, w.row = true, at, w.up(), row
}

// later is the time by which nothing that has ended can be read again: that of the
// clock, unless it has jumped back.
func (w *watch) later(now int64) int64 {
	if at, known := w.expected(); known && at-now > jump {
		return at
	}
	return now
}

// doubts reports whether the clock has jumped since the last look.
func (w *watch) doubts(now int64) bool {
	at, known := w.expected()
	return known && (now-at > jump || at-now > jump)
}

// judge compares the clock with the time that it must be. It returns what is known
// from here on, and the time from which to count.
func (w *watch) judge(was clockRow, now int64) (is clockRow, at int64) {
	must, running := w.expected()
	if others := running && was.seen != w.row; !running || others && abs(now-was.seen) <= jump {
		must = was.seen // all that is known; or what another process has followed the clock to
	}
	is = clockRow{seen: now}
	switch d := now - must; {
	case was.seen == 0: // nobody has ever looked
	case d < -jump:
		is.reason = vault.ClockBack
	case d > jump && running:
		is.reason = vault.ClockAhead
	case d > jump && was.reason != "" && was.reason != vault.ClockGap:
		is.reason = was.reason
	case d > jump:
		is.reason, is.until = vault.ClockGap, now+gapHold
	case was.reason == vault.ClockGap && now < was.until:
		is.reason, is.until = was.reason, was.until
	}
	if is.reason == vault.ClockAhead || is.reason == vault.ClockBack {
		is.seen = must
	}
	at = is.seen
	if d := is.seen - was.seen; d >= 0 && d < noteEvery && is.reason == was.reason {
		is.seen = was.seen
	}
	return is, at
}

func abs(d int64) int64 { return max(d, -d) }
