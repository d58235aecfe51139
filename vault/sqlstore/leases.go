package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// Lease implements vault.Store.
func (s *Store) Lease(ctx context.Context, p vault.Principal, account session.ID, seen session.Generation) (l vault.Lease, err error) {
	var refused error
	err = s.act(ctx, p, func(t *tx) error {
		refused = nil
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		if err := t.raise(v, seen.Share); err != nil {
			return err
		}
		h := &v.current
		if !h.readable(t.now) {
			refused = session.Errorf(session.CodeSessionNone, "")
			return nil
		}
		if v.last.Compare(seen) < 0 { // the database comes from an old backup
			refused = session.Errorf(session.CodeSessionNone, "a newer session was seen than the vault holds")
			return nil
		}
		l = vault.Lease{Account: v.account(t.now)}
		taken, err := t.grant(p, h, s.cfg.Lease, &l)
		if err != nil {
			return err
		}
		if !taken {
			l = vault.Lease{}
			refused = session.Errorf(session.CodeLeaseHeld, "")
			return nil
		}
		return t.audit(entry{action: vault.ActionLeased, owner: v.owner, by: p, account: account, generation: v.last})
	})
	return l, errors.Join(err, refused)
}

// grant leases a session that has passed the gate, unless somebody else does.
func (t *tx) grant(p vault.Principal, h *held, life time.Duration, l *vault.Lease) (bool, error) {
	if _, err := t.exec(`DELETE FROM leases WHERE session = ? AND until <= ?`, h.seq.Int64, t.now); err != nil {
		return false, err
	}
	l.ID = session.NewID()
	until := min(t.now+life.Milliseconds(), h.expires.Int64)
	l.Until = fromMillis(until)
	n, err := t.exec(`INSERT INTO leases (id, session, principal, until) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, l.ID[:], h.seq.Int64, p.ID[:], until)
	return n > 0, err
}

// Leased implements vault.Store.
func (s *Store) Leased(ctx context.Context, p vault.Principal, lease session.ID) (l vault.Lease, err error) {
	err = s.read(ctx, func(t *tx) error {
		v, h, err := t.leased(p, lease)
		if err != nil {
			return err
		}
		l = vault.Lease{ID: lease, Account: v.account(t.now)}
		if h == &v.pending {
			l.Share = h.share.V
		}
		var until int64
		_, err = t.row(`SELECT until FROM leases WHERE id = ?`, []any{lease[:]}, &until)
		l.Until = fromMillis(until)
		return err
	})
	return l, err
}

// leased returns what a lease that p holds and that has not ended is for, and
// its account as p's person sees it, or CodeLeaseEnded.
func (t *tx) leased(p vault.Principal, lease session.ID) (*view, *held, error) {
	ended := session.Errorf(session.CodeLeaseEnded, "")
	account, seq, err := t.leaseOf(p, lease)
	if err != nil {
		return nil, nil, err
	}
	if seq == 0 {
		return nil, nil, ended
	}
	v, err := t.owned(p, account)
	switch session.CodeOf(err) {
	case "":
	case session.CodeNotFound, session.CodeNotOwner: // not any more
		return nil, nil, ended
	default:
		return nil, nil, err
	}
	if t.writes { // the lease may have ended while the account was not ours
		if _, seq, err = t.leaseOf(p, lease); err != nil {
			return nil, nil, err
		}
	}
	for _, h := range []*held{&v.current, &v.pending} {
		if h.readable(t.now) && h.seq.Int64 == seq {
			return v, h, nil
		}
	}
	return nil, nil, ended
}

// leaseOf returns the account and the session of a lease, zero if it has ended.
func (t *tx) leaseOf(p vault.Principal, lease session.ID) (account session.ID, seq int64, err error) {
	_, err = t.row(`SELECT s.account, s.seq FROM leases l JOIN sessions s ON s.seq = l.session
		WHERE l.id = ? AND l.principal = ? AND l.until > ?`, []any{lease[:], p.ID[:], t.now}, toID(&account), &seq)
	return account, seq, err
}

// rereads is how often a read begins again whose key was changed under it.
const rereads = 5

// LeasedEnvelope implements vault.Store. Its snapshot may name a key that a
// rotation has destroyed since: a fresh snapshot names the new one.
func (s *Store) LeasedEnvelope(ctx context.Context, p vault.Principal, lease session.ID) (sealed vault.Sealed, err error) {
	for range rereads {
		err = s.read(ctx, func(t *tx) error {
			_, h, err := t.leased(p, lease)
			if err != nil {
				return err
			}
			sealed, err = s.unwrap(t, h)
			return err
		})
		if !errors.Is(err, epoch.ErrNoKey) {
			break
		}
	}
	return sealed, err
}

// unwrap reads the envelope of a session that has passed the gate.
func (s *Store) unwrap(t *tx, h *held) (sealed vault.Sealed, err error) {
	var epochID, account session.ID
	var wrappedKey, wrappedStanzas []byte
	if _, err := t.row(`SELECT b.epoch, s.account, s.record_key FROM sessions s JOIN buckets b ON b.id = s.bucket WHERE s.seq = ?`,
		[]any{h.seq.Int64}, toID(&epochID), toID(&account), &wrappedKey); err != nil {
		return sealed, err
	}
	var part int
	var data []byte
	err = t.each(`SELECT part, data FROM envelope_parts WHERE session = ? ORDER BY part`, []any{h.seq.Int64}, func() error {
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
	place := epoch.Place{Account: account, Session: h.id}
	record, err := epoch.UnwrapKey(epochKey, wrappedKey, place)
	if err != nil {
		return sealed, err
	}
	defer clear(record)
	sealed.Stanzas, err = epoch.UnwrapStanzas(record, wrappedStanzas, place)
	return sealed, err
}
