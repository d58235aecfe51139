package sqlstore

import (
	"context"
	"database/sql"

	"sessionferry/vault"
)

// In milliseconds.
const (
	hour      = 60 * 60 * 1000
	jump      = hour      // by more than this the clock may not depart from the time that has gone by
	gapHold   = 24 * hour // how long nothing expires for good after a stop of more than that
	noteEvery = 60 * 1000 // how often the time is written down while all is well
)

// clockRow is what the processes of a database know of the time together.
type clockRow struct {
	seen   int64
	reason vault.ClockReason
	until  int64 // 0 if it does not end by itself
}

func (r clockRow) hold() vault.ClockHold {
	h := vault.ClockHold{Reason: r.reason}
	if r.until != 0 {
		h.Until = fromMillis(r.until)
	}
	return h
}

func (t *tx) clockRow() (r clockRow, err error) {
	var until sql.NullInt64
	_, err = t.row(`SELECT seen, reason, until FROM clock WHERE one = 1`, nil, &r.seen, &r.reason, &until)
	r.until = until.Int64
	return r, err
}

// changeClock replaces the row by what judge makes of it and of the database's
// clock. judge also returns the time from which this process is to count.
func (s *Store) changeClock(ctx context.Context, judge func(was clockRow, now int64) (is clockRow, at int64)) (was, is clockRow, err error) {
	var at int64
	err = s.write(ctx, func(t *tx) error {
		err := t.lock(`SELECT one FROM clock WHERE one = 1 FOR UPDATE`)
		if err != nil {
			return err
		}
		if was, err = t.clockRow(); err != nil {
			return err
		}
		if is, at = judge(was, t.clock); is == was {
			return nil
		}
		until := sql.NullInt64{Int64: is.until, Valid: is.until != 0}
		_, err = t.exec(`UPDATE clock SET seen = ?, reason = ?, until = ? WHERE one = 1`, is.seen, string(is.reason), until)
		return err
	})
	if err == nil {
		s.watch.look(at, is.seen)
	}
	return was, is, err
}

// CheckClock implements vault.Store.
func (s *Store) CheckClock(ctx context.Context) (vault.ClockHold, error) {
	_, is, err := s.changeClock(ctx, s.watch.judge)
	return is.hold(), err
}

// ConfirmClock implements vault.Store.
func (s *Store) ConfirmClock(ctx context.Context) (vault.ClockHold, error) {
	was, _, err := s.changeClock(ctx, func(_ clockRow, now int64) (clockRow, int64) { return clockRow{seen: now}, now })
	return was.hold(), err
}

// mayExpire reports whether the clock is trusted with erasing what has expired.
func (t *tx) mayExpire() (bool, error) {
	if t.watch.doubts(t.clock) {
		return false, nil
	}
	r, err := t.clockRow()
	return r.reason == "", err
}
