package sqlite

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// LeaseWaiting implements vault.Store. It looks first without the writer, since
// runners ask all the time.
func (s *Store) LeaseWaiting(ctx context.Context, p vault.Principal, key []byte) (l vault.Lease, err error) {
	none := session.Errorf(session.CodeSessionNone, "")
	err = s.read(ctx, func(t *tx) error {
		v, err := t.waiting(p, key)
		if err == nil && v == nil {
			err = none
		}
		return err
	})
	if err != nil {
		return l, err
	}
	err = s.write(ctx, func(t *tx) error {
		v, err := t.waiting(p, key)
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

// waiting returns the account whose waiting share p may ask about next, or nil.
// Few shares wait, so it begins with them (CROSS JOIN keeps the order) and not
// with all that p may see.
func (t *tx) waiting(p vault.Principal, key []byte) (*view, error) {
	var account session.ID
	found, err := t.row(`SELECT n.account FROM sessions n
		CROSS JOIN memberships m ON m.account = n.account AND m.person = ? AND m.role = 'owner' CROSS JOIN buckets b ON b.id = n.bucket
		WHERE n.pending = 1 AND n.expires > ? AND b.lost = 0
		AND EXISTS (SELECT 1 FROM session_keys k WHERE k.session = n.seq AND k.key = ?)
		AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.session = n.seq AND l.until > ?)
		AND NOT EXISTS (SELECT 1 FROM passes o WHERE o.session = n.seq AND o.principal = ? AND o.until > ?)
		ORDER BY n.seq LIMIT 1`, []any{p.Person[:], t.now, key, t.now, p.ID[:], t.now}, idColumn{&account})
	if err != nil || !found {
		return nil, err
	}
	return t.view(p, account)
}

// EndLease implements vault.Store.
func (s *Store) EndLease(ctx context.Context, p vault.Principal, lease session.ID) error {
	return s.write(ctx, func(t *tx) error {
		return t.run(
			stmt(`INSERT INTO passes (session, principal, until)
				SELECT s.seq, l.principal, ? FROM leases l JOIN sessions s ON s.seq = l.session WHERE l.id = ? AND l.principal = ? AND s.pending = 1
				ON CONFLICT DO UPDATE SET until = excluded.until`,
				t.now+vault.PassTime.Milliseconds(), lease[:], p.ID[:]),
			stmt(`DELETE FROM leases WHERE id = ? AND principal = ?`, lease[:], p.ID[:]),
		)
	})
}
