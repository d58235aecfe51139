package sqlstore

import (
	"context"
	"time"

	"sessionferry/session"
)

// settleAfter is how long a transaction may be at work that has read a window
// before it was changed.
const settleAfter = 5 * time.Minute

// settleBatch bounds the sessions whose end one transaction changes.
const settleBatch = 1000

// changedRule is a window that was changed lately.
type changedRule struct {
	workspace session.ID
	app       string
	changed   int64
	window    int64 // that holds now
}

// SettleRetention implements vault.Retentions: it holds what is kept to the windows
// that were changed lately. That is done at the change, and again until no
// transaction can be left that has read the older window, also after a stop.
func (s *Store) SettleRetention(ctx context.Context) error {
	rules, now, err := s.changedRules(ctx)
	for _, r := range rules {
		if err == nil {
			err = s.shorten(ctx, r)
		}
		if err == nil && r.changed <= now-settleAfter.Milliseconds() {
			err = s.write(ctx, func(t *tx) error {
				_, err := t.exec(`UPDATE retention SET settled = 1 WHERE workspace = ? AND app = ? AND changed = ?`, r.workspace[:], r.app, r.changed)
				return err
			})
		}
	}
	return err
}

func (s *Store) changedRules(ctx context.Context) (rules []changedRule, now int64, err error) {
	err = s.read(ctx, func(t *tx) error {
		now = t.now
		var r changedRule
		var days int
		return t.each(`SELECT r.workspace, r.app, r.changed, CASE WHEN r.days > 0 THEN r.days ELSE
				coalesce((SELECT w.days FROM retention w WHERE w.workspace = r.workspace AND w.app = ''), 0) END
			FROM retention r WHERE r.settled = 0`, nil, func() error {
			r.window = s.windowOf(days)
			rules = append(rules, r)
			return nil
		}, toID(&r.workspace), &r.app, &r.changed, &days)
	})
	return rules, now, err
}

// shorten gives the sessions that would outlive a window the end that it sets, or
// ends them now. What is due already keeps the end that it had.
func (s *Store) shorten(ctx context.Context, r changedRule) error {
	accounts, args := governed(r.workspace, r.app)
	outlives := `pending = 0 AND used_at + ? < expires AND account IN (` + accounts + `) AND expires > ? AND seq > ?`
	args = append([]any{r.window}, args...)
	for after, last, rows := int64(0), int64(0), settleBatch; rows == settleBatch; after = last {
		err := s.write(ctx, func(t *tx) error {
			rows = 0
			// In this order, so that two never wait for each other.
			err := t.each(`SELECT seq FROM sessions WHERE `+outlives+` ORDER BY seq LIMIT ? FOR UPDATE`, append(args[:len(args):len(args)], t.now, after, settleBatch),
				func() error { rows++; return nil }, &last)
			if err != nil || rows == 0 {
				return err
			}
			if err := t.tick(); err != nil { // it has waited
				return err
			}
			_, err = t.exec(`UPDATE sessions SET expires = CASE WHEN used_at + ? > ? THEN used_at + ? ELSE ? END, expires_cause = ? WHERE `+outlives+` AND seq <= ?`,
				append(append([]any{r.window, t.now, r.window, t.now, string(session.CauseWindow)}, args...), t.now, after, last)...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
