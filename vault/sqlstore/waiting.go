package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// LeaseWaiting implements vault.Store. It looks first without writing, since
// runners ask all the time.
func (s *Store) LeaseWaiting(ctx context.Context, p vault.Principal, key []byte) (l vault.Lease, err error) {
	none := session.Errorf(session.CodeSessionNone, "")
	err = s.read(ctx, func(t *tx) error {
		account, err := t.waiting(p, key)
		if err == nil && account.IsZero() {
			err = none
		}
		return err
	})
	if err != nil {
		return l, err
	}
	err = s.act(ctx, p, func(t *tx) error {
		v, err := t.claimWaiting(p, key)
		if err != nil {
			return err
		}
		if v == nil { // another runner was faster
			return none
		}
		l = vault.Lease{Account: v.account(t.now), Share: v.pending.share.V}
		if _, err := t.grant(p, &v.pending, vault.ConfirmLeaseTime, &l); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionLeased, owner: v.owner, by: p, account: v.id, generation: v.pending.generation()})
	})
	return l, err
}

// claimWaiting returns the account whose waiting share p may ask about next, and
// which nobody else changes from here on, or nil.
func (t *tx) claimWaiting(p vault.Principal, key []byte) (*view, error) {
	for {
		account, err := t.waiting(p, key)
		if err != nil || account.IsZero() {
			return nil, err
		}
		v, err := t.view(p, account)
		if err != nil && session.CodeOf(err) != session.CodeNotFound {
			return nil, err
		}
		again, err2 := t.waiting(p, key)
		if err2 != nil || err == nil && again == account {
			return v, err2
		}
	}
}

// waiting names the account whose waiting share p may ask about next; zero for
// none. Few shares wait, so it begins with them and not with all that p may see.
func (t *tx) waiting(p vault.Principal, key []byte) (account session.ID, err error) {
	_, err = t.row(`SELECT n.account FROM sessions n
		WHERE n.pending = 1 AND n.expires > ?
		AND EXISTS (SELECT 1 FROM memberships m WHERE m.account = n.account AND m.person = ? AND m.role = 'owner')
		AND EXISTS (SELECT 1 FROM buckets b WHERE b.id = n.bucket AND b.lost = 0 AND b.ended = 0)
		AND EXISTS (SELECT 1 FROM session_keys k WHERE k.session = n.seq AND k.key = ?)
		AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.session = n.seq AND l.until > ?)
		AND NOT EXISTS (SELECT 1 FROM passes o WHERE o.session = n.seq AND o.principal = ? AND o.until > ?)
		ORDER BY n.seq LIMIT 1`, []any{t.now, p.Person[:], key, t.now, p.ID[:], t.now}, toID(&account))
	return account, err
}

// EndLease implements vault.Store.
func (s *Store) EndLease(ctx context.Context, p vault.Principal, lease session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		_, h, err := t.leased(p, lease)
		if session.CodeOf(err) == session.CodeLeaseEnded {
			return nil
		}
		if err != nil {
			return err
		}
		return t.run(
			stmt(`INSERT INTO passes (session, principal, until) SELECT seq, ?, ? FROM sessions WHERE seq = ? AND pending = 1
				ON CONFLICT (session, principal) DO UPDATE SET until = excluded.until`,
				p.ID[:], t.now+vault.PassTime.Milliseconds(), h.seq.Int64),
			stmt(`DELETE FROM leases WHERE id = ?`, lease[:]),
		)
	})
}
