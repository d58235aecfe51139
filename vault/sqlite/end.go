package sqlite

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// ending says how a session ends.
type ending struct {
	state  session.State
	cause  session.Cause
	since  int64
	action vault.Action
	by     vault.Principal
}

// end erases the rows of the account's session, ends its lease, and leaves a row
// in erasures that stays until nothing can be opened any more. Without a session
// it does nothing.
func (t *tx) end(v *view, e ending) error {
	if v.session.IsZero() {
		return nil
	}
	err := t.run(
		stmt(`INSERT INTO erasures (workspace, owner, account, share, refresh, cause, epoch, at)
			SELECT ?, ?, s.account, ?, ?, ?, b.epoch, ? FROM sessions s JOIN buckets b ON b.id = s.bucket WHERE s.account = ?`,
			v.workspace[:], v.owner[:], int64(v.last.Share), int64(v.last.Refresh), string(e.cause), t.now, v.id[:]),
		stmt(`UPDATE buckets SET records = records - 1, dirty = coalesce(dirty, ?)
			WHERE id = (SELECT bucket FROM sessions WHERE account = ?)`, t.now, v.id[:]),
		stmt(`DELETE FROM leases WHERE account = ?`, v.id[:]),
		stmt(`DELETE FROM session_keys WHERE account = ?`, v.id[:]),
		stmt(`DELETE FROM envelope_parts WHERE account = ?`, v.id[:]),
		stmt(`DELETE FROM sessions WHERE account = ?`, v.id[:]),
		stmt(`UPDATE accounts SET state = ?, cause = ?, since = ? WHERE id = ?`, string(e.state), string(e.cause), e.since, v.id[:]),
	)
	if err != nil {
		return err
	}
	v.session, v.state, v.cause, v.since = session.ID{}, e.state, e.cause, e.since
	return t.audit(entry{action: e.action, owner: v.owner, by: e.by, account: v.id, generation: v.last, cause: e.cause})
}

// expireIfDue ends the session if its time has come, so that what is done next
// finds it ended and not merely unreadable.
func (t *tx) expireIfDue(v *view) error {
	if v.session.IsZero() || t.now < v.expires.Int64 {
		return nil
	}
	return t.end(v, ending{session.StateExpired, session.Cause(v.expiresCause.String), v.expires.Int64, vault.ActionExpired, vault.Principal{}})
}

// Delete implements vault.Store.
func (s *Store) Delete(ctx context.Context, p vault.Principal, account session.ID) (st session.Status, err error) {
	err = s.write(ctx, func(t *tx) error {
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		if err := t.end(v, ending{session.StateNone, session.CauseDeleted, t.now, vault.ActionDeleted, p}); err != nil {
			return err
		}
		st = v.status(t.now)
		return nil
	})
	return st, err
}

// Expire implements vault.Store.
func (s *Store) Expire(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, func(t *tx) error {
		n = 0
		// An idempotency key older than any session may be has done its work.
		if _, err := t.exec(`DELETE FROM puts WHERE at < ?`, t.now-s.cfg.RetentionCap.Milliseconds()); err != nil {
			return err
		}
		var due []view
		v := new(view)
		// The owner's own membership is the one through which the vault acts.
		err := t.each(viewColumns+`WHERE m.person = a.creator AND s.expires <= ? ORDER BY s.expires LIMIT ?`, []any{t.now, limit},
			func() error { due = append(due, *v); return nil }, v.dest()...)
		if err != nil {
			return err
		}
		for i := range due {
			if err := t.expireIfDue(&due[i]); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
