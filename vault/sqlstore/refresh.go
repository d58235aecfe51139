package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Renew implements vault.Store.
func (s *Store) Renew(ctx context.Context, p vault.Principal, lease session.ID) (l vault.Lease, err error) {
	err = s.act(ctx, p, func(t *tx) error {
		v, h, err := t.leased(p, lease)
		if err != nil {
			return err
		}
		if h == &v.pending {
			return session.Errorf(session.CodeRequestInvalid, "a lease for confirming is not renewed")
		}
		until := min(t.now+s.cfg.Lease.Milliseconds(), h.expires.Int64)
		l = vault.Lease{ID: lease, Until: fromMillis(until), Account: v.account(t.now)}
		_, err = t.exec(`UPDATE leases SET until = ? WHERE id = ?`, until, lease[:])
		return err
	})
	return l, err
}

// Refresh implements vault.Store. A newer share has ended the lease, so who still
// holds it refreshes what is current.
func (s *Store) Refresh(ctx context.Context, p vault.Principal, lease session.ID, put vault.Put) (r vault.PutResult, err error) {
	err = s.writeSealed(ctx, p, func(t *tx) (refused, err error) {
		v, h, err := t.leased(p, lease)
		if err != nil {
			return nil, err
		}
		if h == &v.pending {
			return nil, session.Errorf(session.CodeRequestInvalid, "a share that waits is not refreshed")
		}
		r.Applied, err = s.refresh(t, p, v, lease, put)
		r.Status = v.status(t.now)
		return nil, err
	})
	return r, err
}

// refresh applies a refresh to v unless its key was applied before.
func (s *Store) refresh(t *tx, p vault.Principal, v *view, lease session.ID, put vault.Put) (applied bool, err error) {
	if known, err := t.known(v.id, put.Key); err != nil || known {
		return false, err
	}
	h := v.current
	if put.Workspace != v.workspace || put.Account != v.id || put.App != v.app || put.Session != h.id {
		return false, session.Errorf(session.CodeEnvelopeContext, "")
	}
	if next := (session.Generation{Share: v.last.Share, Refresh: v.last.Refresh + 1}); put.Generation != next {
		return false, session.Errorf(session.CodeGenerationConflict, "the next refresh is %d.%d", next.Share, next.Refresh)
	}
	if err := t.checkRoster(p.Person, put.Roster); err != nil {
		return false, err
	}
	var capAt, until int64
	if _, err := t.row(`SELECT s.cap, l.until FROM sessions s JOIN leases l ON l.session = s.seq WHERE s.seq = ?`, []any{h.seq.Int64}, &capAt, &until); err != nil {
		return false, err
	}
	window, err := s.window(t, v)
	if err != nil {
		return false, err
	}
	life := s.lifetime(t.now, put, capAt, window)
	if life.expires <= t.now {
		return false, session.Errorf(session.CodeEnvelopeExpired, "")
	}
	if err := t.erase(v, &v.current, v.last, replaced(t.now, p)); err != nil {
		return false, err
	}
	v.current, err = s.insert(t, v, put, life, origin{key: h.key.String, by: h.by.String, at: h.at.Int64, counts: h.counts.told()})
	if err != nil {
		return false, err
	}
	v.last, v.lastUsed = put.Generation, someInt(t.now)
	return true, t.run(
		stmt(`INSERT INTO leases (id, session, principal, until) VALUES (?, ?, ?, ?)`, lease[:], v.current.seq.Int64, p.ID[:], min(until, life.expires)),
		stmt(`UPDATE accounts SET refresh = ?, last_used = ? WHERE id = ?`, int64(put.Generation.Refresh), t.now, v.id[:]),
		t.auditing(entry{action: vault.ActionRefreshed, owner: v.owner, by: p, account: v.id, generation: put.Generation}),
	)
}
