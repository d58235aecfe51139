package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Report implements vault.Store. A runner that holds the lease has asked the app.
func (s *Store) Report(ctx context.Context, p vault.Principal, lease session.ID, r vault.Report) (st session.Status, err error) {
	err = s.act(ctx, p, func(t *tx) error {
		v, h, err := t.leased(p, lease)
		if err != nil {
			return err
		}
		waits := h == &v.pending
		switch {
		case r.Invalid && waits:
			err = t.refuse(v, r.Cause, t.now, p)
		case r.Invalid:
			err = s.doubt(t, p, v, r.Cause)
		case r.Confirmed != waits:
			err = session.Errorf(session.CodeRequestInvalid, "used is said of a current session, confirmed of a share that waits")
		case waits:
			err = s.confirmShare(t, p, v)
		default:
			err = s.used(t, p, v, vault.ActionUsed)
		}
		if err != nil {
			return err
		}
		st = v.status(t.now)
		return nil
	})
	return st, err
}

// doubt ends the current session if the app answered like this before, long enough
// ago. Otherwise it keeps the answer, which changes no status, and ends the lease.
func (s *Store) doubt(t *tx, p vault.Principal, v *view, cause session.Cause) error {
	seq := v.current.seq.Int64
	var first string
	var at int64
	if _, err := t.row(`SELECT doubt, doubted FROM sessions WHERE seq = ?`, []any{seq}, &first, &at); err != nil {
		return err
	}
	switch like := first == string(cause) && at <= t.now; { // a clock that went back begins anew
	case !like:
		at = t.now
	case t.now-at >= s.cfg.RecheckAfter.Milliseconds():
		return t.end(v, ending{session.StateInvalid, cause, t.now, vault.ActionInvalid, p})
	}
	return t.run(
		stmt(`UPDATE sessions SET doubt = ?, doubted = ? WHERE seq = ?`, string(cause), at, seq),
		stmt(`DELETE FROM leases WHERE session = ?`, seq),
		t.auditing(entry{action: vault.ActionDoubted, owner: v.owner, by: p, account: v.id, generation: v.last, cause: cause}),
	)
}

// confirmShare makes the share that waits the current session. The lease ends:
// it was for asking alone.
func (s *Store) confirmShare(t *tx, p vault.Principal, v *view) error {
	h := v.pending
	if err := t.end(v, replaced(t.now, p)); err != nil {
		return err
	}
	v.current, v.pending = h, held{}
	err := t.run(
		stmt(`UPDATE sessions SET pending = 0 WHERE seq = ?`, h.seq.Int64),
		stmt(`DELETE FROM leases WHERE session = ?`, h.seq.Int64),
		stmt(`DELETE FROM passes WHERE session = ?`, h.seq.Int64),
		t.becoming(v, h.share.V, h.by.String),
	)
	if err != nil {
		return err
	}
	return s.used(t, p, v, vault.ActionConfirmed)
}

// used slides the window of the current session, and forgets an answer against it.
func (s *Store) used(t *tx, p vault.Principal, v *view, action vault.Action) error {
	var capAt, notAfter int64
	if _, err := t.row(`SELECT cap, coalesce(not_after, 0) FROM sessions WHERE seq = ?`, []any{v.current.seq.Int64}, &capAt, &notAfter); err != nil {
		return err
	}
	window, err := s.window(t, v)
	if err != nil {
		return err
	}
	expires, cause := earliest(t.now+window, capAt, notAfter)
	v.current.expires, v.current.expiresCause, v.lastUsed = someInt(expires), someText(string(cause)), someInt(t.now)
	return t.run(
		stmt(`UPDATE sessions SET used_at = ?, expires = ?, expires_cause = ?, doubt = '', doubted = 0 WHERE seq = ?`, t.now, expires, string(cause), v.current.seq.Int64),
		stmt(`UPDATE accounts SET last_used = ? WHERE id = ?`, t.now, v.id[:]),
		t.auditing(entry{action: action, owner: v.owner, by: p, account: v.id, generation: v.last}),
	)
}
