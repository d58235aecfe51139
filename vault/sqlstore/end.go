package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// ending says how a session ends. A session that waits has no state of its own.
type ending struct {
	state  session.State
	cause  session.Cause
	since  int64
	action vault.Action
	by     vault.Principal
}

// end erases the account's current session. Without one it does nothing.
func (t *tx) end(v *view, e ending) error {
	if !v.current.seq.Valid {
		return nil
	}
	if err := t.erase(v, &v.current, v.last, e); err != nil {
		return err
	}
	v.state, v.cause, v.since = e.state, e.cause, e.since
	_, err := t.exec(`UPDATE accounts SET state = ?, cause = ?, since = ? WHERE id = ?`, string(e.state), string(e.cause), e.since, v.id[:])
	return err
}

// supersede erases the session that waits, and forgets one that was refused.
func (t *tx) supersede(v *view, e ending) error {
	if v.pending.seq.Valid {
		if err := t.erase(v, &v.pending, v.pending.generation(), e); err != nil {
			return err
		}
	}
	v.refused = refusal{}
	_, err := t.exec(`DELETE FROM refusals WHERE account = ?`, v.id[:])
	return err
}

// refuse erases the session that waits and keeps why. Without one it does
// nothing.
func (t *tx) refuse(v *view, cause session.Cause, since int64, by vault.Principal) error {
	if !v.pending.seq.Valid {
		return nil
	}
	h := v.pending
	if err := t.supersede(v, ending{cause: cause, action: vault.ActionRefused, by: by}); err != nil {
		return err
	}
	v.refused.share, v.refused.key = h.share, h.key
	v.refused.cause.String, v.refused.cause.Valid = string(cause), true
	v.refused.at.Int64, v.refused.at.Valid = since, true
	_, err := t.exec(`INSERT INTO refusals (account, share, share_key, cause, at) VALUES (?, ?, ?, ?, ?)`,
		v.id[:], int64(h.share.V), h.key.String, string(cause), since)
	return err
}

// erase erases the rows of a session, ends its lease, and leaves a row in
// erasures that stays until nothing can be opened any more.
func (t *tx) erase(v *view, h *held, g session.Generation, e ending) error {
	seq := h.seq.Int64
	err := t.run(
		// The bucket comes first: from here on it keeps its key, so that the erasure waits
		// for the one that the record was wrapped by last.
		stmt(`UPDATE buckets SET records = records - 1, dirty = coalesce(dirty, ?)
			WHERE id = (SELECT bucket FROM sessions WHERE seq = ?)`, t.now, seq),
		stmt(`INSERT INTO erasures (workspace, owner, account, share, refresh, cause, epoch, at)
			SELECT ?, ?, s.account, ?, ?, ?, b.epoch, ? FROM sessions s JOIN buckets b ON b.id = s.bucket WHERE s.seq = ?`,
			v.workspace[:], v.owner[:], int64(g.Share), int64(g.Refresh), string(e.cause), t.now, seq),
		stmt(`DELETE FROM leases WHERE session = ?`, seq),
		stmt(`DELETE FROM passes WHERE session = ?`, seq),
		stmt(`DELETE FROM session_keys WHERE session = ?`, seq),
		stmt(`DELETE FROM envelope_parts WHERE session = ?`, seq),
		stmt(`DELETE FROM sessions WHERE seq = ?`, seq),
		t.auditing(entry{action: e.action, owner: v.owner, by: e.by, account: v.id, generation: g, cause: e.cause}),
	)
	if err == nil {
		*h = held{}
	}
	return err
}

// expireIfDue ends the sessions whose time has come, so that what is done next
// finds them ended and not merely unreadable. It returns how many there were. While
// the clock is doubted they stay as they are.
func (t *tx) expireIfDue(v *view) (n int, err error) {
	if !v.current.due(t.now) && !v.pending.due(t.now) {
		return 0, nil
	}
	if may, err := t.mayExpire(); err != nil || !may {
		return 0, err
	}
	if h := v.current; h.due(t.now) {
		n++
		e := ending{session.StateExpired, session.Cause(h.expiresCause.String), h.expires.Int64, vault.ActionExpired, vault.Principal{}}
		if err := t.end(v, e); err != nil {
			return n, err
		}
	}
	if h := v.pending; h.due(t.now) {
		n++
		err = t.refuse(v, session.Cause(h.expiresCause.String), h.expires.Int64, vault.Principal{})
	}
	return n, err
}

// delete ends what the account holds because of what a person does. What has
// expired stays expired, whether the sweeper has come or not.
func (t *tx) delete(p vault.Principal, v *view, cause session.Cause) error {
	if _, err := t.expireIfDue(v); err != nil {
		return err
	}
	e := ending{session.StateNone, cause, t.now, vault.ActionDeleted, p}
	if err := t.supersede(v, e); err != nil {
		return err
	}
	return t.end(v, e)
}

// Delete implements vault.Store.
func (s *Store) Delete(ctx context.Context, p vault.Principal, account session.ID) (st session.Status, err error) {
	err = s.act(ctx, p, func(t *tx) error {
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		if err := t.delete(p, v, session.CauseDeleted); err != nil {
			return err
		}
		st = v.status(t.now)
		return nil
	})
	return st, err
}
