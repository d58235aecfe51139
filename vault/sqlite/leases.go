package sqlite

import (
	"context"
	"errors"
	"fmt"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// Lease implements vault.Store.
func (s *Store) Lease(ctx context.Context, p vault.Principal, account session.ID, seen session.Generation) (l vault.Lease, err error) {
	var refused error
	err = s.write(ctx, func(t *tx) error {
		refused = nil
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		if err := t.raise(v, seen.Share); err != nil {
			return err
		}
		if !v.readable(t.now) {
			refused = session.Errorf(session.CodeSessionNone, "")
			return nil
		}
		if v.last.Compare(seen) < 0 { // the database comes from an old backup
			refused = session.Errorf(session.CodeSessionNone, "a newer session was seen than the vault holds")
			return nil
		}
		if _, err := t.exec(`DELETE FROM leases WHERE account = ? AND until <= ?`, account[:], t.now); err != nil {
			return err
		}
		l = vault.Lease{ID: session.NewID(), Account: v.account(t.now)}
		until := min(t.now+s.cfg.Lease.Milliseconds(), v.expires.Int64)
		n, err := t.exec(`INSERT INTO leases (id, account, principal, until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
			l.ID[:], account[:], p.ID[:], until)
		if err != nil {
			return err
		}
		if n == 0 {
			refused = session.Errorf(session.CodeLeaseHeld, "")
			return nil
		}
		l.Until = fromMillis(until)
		return t.audit(entry{action: vault.ActionLeased, owner: v.owner, by: p, account: account, generation: v.last})
	})
	return l, errors.Join(err, refused)
}

// leased returns the account of a lease that p holds and that has not ended, as
// its person sees it, or CodeLeaseEnded.
func (t *tx) leased(p vault.Principal, lease session.ID) (*view, error) {
	v := new(view)
	found, err := t.row(viewColumns+`JOIN leases l ON l.account = a.id
		WHERE m.person = ? AND m.role = 'owner' AND l.id = ? AND l.principal = ? AND l.until > ?`,
		[]any{p.Person[:], lease[:], p.ID[:], t.now}, v.dest()...)
	if err == nil && (!found || !v.readable(t.now)) {
		err = session.Errorf(session.CodeLeaseEnded, "")
	}
	return v, err
}

// rereads is how often a read begins again whose key was changed under it.
const rereads = 5

// LeasedEnvelope implements vault.Store. Its snapshot may name a key that a
// rotation has destroyed since: a fresh snapshot names the new one.
func (s *Store) LeasedEnvelope(ctx context.Context, p vault.Principal, lease session.ID) (sealed vault.Sealed, err error) {
	for range rereads {
		err = s.read(ctx, func(t *tx) error {
			v, err := t.leased(p, lease)
			if err != nil {
				return err
			}
			sealed, err = s.unwrap(t, v)
			return err
		})
		if !errors.Is(err, epoch.ErrNoKey) {
			break
		}
	}
	return sealed, err
}

// unwrap reads the envelope of a session that has passed the gate.
func (s *Store) unwrap(t *tx, v *view) (sealed vault.Sealed, err error) {
	var epochID session.ID
	var wrappedKey, wrappedStanzas []byte
	if _, err := t.row(`SELECT b.epoch, s.record_key FROM sessions s JOIN buckets b ON b.id = s.bucket WHERE s.account = ?`,
		[]any{v.id[:]}, idColumn{&epochID}, &wrappedKey); err != nil {
		return sealed, err
	}
	var part int
	var data []byte
	err = t.each(`SELECT part, data FROM envelope_parts WHERE account = ? ORDER BY part`, []any{v.id[:]}, func() error {
		if part == 0 {
			wrappedStanzas = data
		} else {
			sealed.Rest = append(sealed.Rest, data...)
		}
		data = nil
		return nil
	}, &part, &data)
	if err != nil {
		return sealed, err
	}
	epochKey, err := s.cfg.Epochs.Load(epochID)
	if err != nil {
		return sealed, fmt.Errorf("load the epoch key of a session: %w", err)
	}
	defer clear(epochKey)
	place := epoch.Place{Account: v.id, Session: v.session}
	record, err := epoch.UnwrapKey(epochKey, wrappedKey, place)
	if err != nil {
		return sealed, err
	}
	defer clear(record)
	sealed.Stanzas, err = epoch.UnwrapStanzas(record, wrappedStanzas, place)
	return sealed, err
}

// Report implements vault.Store. The word of a runner that its lease still
// covers is taken: it has asked the app.
func (s *Store) Report(ctx context.Context, p vault.Principal, lease session.ID, r vault.Report) (st session.Status, err error) {
	err = s.write(ctx, func(t *tx) error {
		v, err := t.leased(p, lease)
		if err != nil {
			return err
		}
		if r.Invalid {
			err = t.end(v, ending{session.StateInvalid, r.Cause, t.now, vault.ActionInvalid, p})
		} else {
			err = s.used(t, p, v)
		}
		st = v.status(t.now)
		return err
	})
	return st, err
}

// used slides the window.
func (s *Store) used(t *tx, p vault.Principal, v *view) error {
	var capAt, notAfter int64
	if _, err := t.row(`SELECT cap, coalesce(not_after, 0) FROM sessions WHERE account = ?`, []any{v.id[:]}, &capAt, &notAfter); err != nil {
		return err
	}
	expires, cause := s.earliest(t.now, capAt, notAfter)
	err := t.run(
		stmt(`UPDATE sessions SET used_at = ?, expires = ?, expires_cause = ? WHERE account = ?`, t.now, expires, string(cause), v.id[:]),
		stmt(`UPDATE accounts SET last_used = ? WHERE id = ?`, t.now, v.id[:]),
	)
	if err != nil {
		return err
	}
	v.expires.Int64, v.expiresCause.String = expires, string(cause)
	v.lastUsed.Int64, v.lastUsed.Valid = t.now, true
	return t.audit(entry{action: vault.ActionUsed, owner: v.owner, by: p, account: v.id, generation: v.last})
}

// EndLease implements vault.Store.
func (s *Store) EndLease(ctx context.Context, p vault.Principal, lease session.ID) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM leases WHERE id = ? AND principal = ?`, lease[:], p.ID[:])
		return err
	})
}
