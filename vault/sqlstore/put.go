package sqlstore

import (
	"context"
	"errors"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// errNoSpace is a put that found no bucket with room. One is made, outside the
// transaction since its key must be on disk first, and the put begins again.
var errNoSpace = errors.New("no bucket has room")

// Put implements vault.Store.
func (s *Store) Put(ctx context.Context, p vault.Principal, put vault.Put) (r vault.PutResult, err error) {
	for {
		var refused error
		err = s.act(ctx, p, func(t *tx) error {
			refused = nil
			v, err := t.owned(p, put.Account)
			if err != nil {
				return err
			}
			// What the caller has seen holds even if the put is refused.
			if err := t.raise(v, put.Seen.Share); err != nil {
				return err
			}
			r.Applied, refused, err = s.put(t, p, v, put)
			r.Status = v.status(t.now)
			return err
		})
		if !errors.Is(err, errNoSpace) {
			return r, errors.Join(err, refused)
		}
		if err := s.addBucket(ctx); err != nil {
			return r, err
		}
	}
}

// put applies the put to v unless its key was applied before. A refusal commits
// what the caller has seen, an error undoes it.
func (s *Store) put(t *tx, p vault.Principal, v *view, put vault.Put) (applied bool, refused, err error) {
	var known int
	if found, err := t.row(`SELECT 1 FROM puts WHERE account = ? AND key = ?`, []any{v.id[:], put.Key}, &known); err != nil || found {
		return false, nil, err
	}
	if put.Workspace != v.workspace || put.App != v.app {
		return false, session.Errorf(session.CodeEnvelopeContext, ""), nil
	}
	if put.Generation.Share != v.nextShare() {
		return false, session.Errorf(session.CodeGenerationConflict, "the next share is %d", v.nextShare()), nil
	}
	if err := t.checkRoster(p.Person, put.Roster); errors.Is(err, vault.ErrRosterMoved) {
		return false, err, nil
	} else if err != nil {
		return false, nil, err
	}
	life := s.lifetime(t.now, put)
	if life.expires <= t.now {
		return false, session.Errorf(session.CodeEnvelopeExpired, ""), nil
	}
	if _, err := t.expireIfDue(v); err != nil {
		return false, nil, err
	}
	if err := t.supersede(v, replaced(t.now, p)); err != nil {
		return false, nil, err
	}
	if !put.Confirm {
		if err := t.end(v, replaced(t.now, p)); err != nil {
			return false, nil, err
		}
	}
	return true, nil, s.insert(t, p, v, put, life)
}

// replaced is the ending of what a newer session takes the place of.
func replaced(now int64, by vault.Principal) ending {
	return ending{session.StateNone, session.CauseDeleted, now, vault.ActionReplaced, by}
}

// lifetime is when a session ends, and by what.
type lifetime struct {
	cap     int64
	end     any // of the app's own sign-in: milliseconds or nil
	expires int64
	cause   session.Cause
}

func (s *Store) lifetime(now int64, put vault.Put) lifetime {
	// The sender's clock may be slow, the vault's is the one that counts.
	l := lifetime{cap: min(millis(put.Cap), now+s.cfg.RetentionCap.Milliseconds())}
	notAfter := int64(0)
	if !put.NotAfter.IsZero() && put.NotAfter.Before(put.Cap) {
		notAfter = millis(put.NotAfter)
		l.end = notAfter
	}
	l.expires, l.cause = s.earliest(now, l.cap, notAfter)
	if within := now + s.cfg.ConfirmWithin.Milliseconds(); put.Confirm && within < l.expires {
		l.expires, l.cause = within, session.CauseUnconfirmed
	}
	return l
}

// earliest is when a session that was used last at the time used ends; notAfter
// is 0 if the app sets no end.
func (s *Store) earliest(used, capAt, notAfter int64) (int64, session.Cause) {
	at, cause := used+s.cfg.RetentionWindow.Milliseconds(), session.CauseWindow
	if capAt <= at {
		at, cause = capAt, session.CauseCap
	}
	if notAfter != 0 && notAfter <= at {
		at, cause = notAfter, session.CauseCookies
	}
	return at, cause
}

// partSize keeps the pieces of an envelope small: SQLite's memory for a row is
// never given back, and 36 MiB in one would stay with the connection.
const partSize = 256 << 10

func (s *Store) insert(t *tx, p vault.Principal, v *view, put vault.Put, life lifetime) error {
	var bucket int64
	var epochID session.ID
	found, err := t.row(`SELECT id, epoch FROM buckets WHERE records < 64 AND lost = 0 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`, nil, &bucket, toID(&epochID))
	if err != nil {
		return err
	}
	if !found {
		return errNoSpace
	}
	wrappedKey, wrappedStanzas, err := s.wrap(epochID, put)
	if err != nil {
		return err
	}
	var seq int64
	_, err = t.row(`INSERT INTO sessions (account, pending, id, share, share_key, shared_at, shared_by, used_at, cap, not_after, expires, expires_cause, bucket, record_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
		[]any{v.id[:], bit(put.Confirm), put.Session[:], int64(put.Generation.Share), put.Key, t.now, p.Name, t.now, life.cap, life.end, life.expires, string(life.cause), bucket, wrappedKey},
		&seq)
	if err != nil {
		return err
	}
	err = t.run(
		stmt(`UPDATE buckets SET records = records + 1 WHERE id = ?`, bucket),
		stmt(`INSERT INTO envelope_parts (session, part, data) VALUES (?, 0, ?)`, seq, wrappedStanzas),
		stmt(`INSERT INTO puts (account, key, at) VALUES (?, ?, ?)`, v.id[:], put.Key, t.now),
	)
	if err != nil {
		return err
	}
	rest := put.Sealed.Rest
	for part := 1; len(rest) > 0; part++ {
		n := min(partSize, len(rest))
		if _, err := t.exec(`INSERT INTO envelope_parts (session, part, data) VALUES (?, ?, ?)`, seq, part, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	for _, key := range put.KeyIDs {
		if _, err := t.exec(`INSERT INTO session_keys (session, key) VALUES (?, ?) ON CONFLICT DO NOTHING`, seq, key); err != nil {
			return err
		}
	}
	return t.enter(p, v, put)
}

// enter makes the account tell of the session that was just put.
func (t *tx) enter(p vault.Principal, v *view, put vault.Put) error {
	e := entry{action: vault.ActionShared, owner: v.owner, by: p, account: v.id, generation: put.Generation, cause: session.CauseShared, consent: &put.Consent}
	var err error
	if put.Confirm { // its number is used up, whatever becomes of it
		e.action, e.cause = vault.ActionPending, session.CauseConfirming
		err = t.raise(v, put.Generation.Share)
	} else {
		err = t.become(v.id, put.Generation.Share, p.Name)
	}
	if err != nil {
		return err
	}
	if err := t.audit(e); err != nil {
		return err
	}
	return t.renew(p, v)
}

// become makes a share the one that the account's state speaks of.
func (t *tx) become(account session.ID, share uint64, by string) error {
	_, err := t.exec(`UPDATE accounts SET share = ?, refresh = 0, state = 'none', cause = ?, since = ?, shared_by = ?, last_used = NULL WHERE id = ?`,
		int64(share), string(session.CauseNever), t.now, by, account[:])
	return err
}

// renew reads v again.
func (t *tx) renew(p vault.Principal, v *view) error {
	now, err := t.view(p, v.id)
	if err == nil {
		*v = *now
	}
	return err
}

func (s *Store) wrap(epochID session.ID, put vault.Put) (key, stanzas []byte, err error) {
	epochKey, err := s.cfg.Epochs.Load(epochID)
	if err != nil {
		return nil, nil, err
	}
	defer clear(epochKey)
	record := epoch.NewRecordKey()
	defer clear(record)
	place := epoch.Place{Account: put.Account, Session: put.Session}
	if key, err = epoch.WrapKey(epochKey, record, place); err != nil {
		return nil, nil, err
	}
	stanzas, err = epoch.WrapStanzas(record, put.Sealed.Stanzas, place)
	return key, stanzas, err
}

// raise keeps the next share number above one that was seen elsewhere.
func (t *tx) raise(v *view, share uint64) error {
	if share <= max(v.floor, v.last.Share) {
		return nil
	}
	v.floor = share
	_, err := t.exec(`UPDATE accounts SET floor = ? WHERE id = ?`, int64(share), v.id[:])
	return err
}

// Status implements vault.Store.
func (s *Store) Status(ctx context.Context, p vault.Principal, account session.ID, seen session.Generation) (st session.Status, err error) {
	raise := false
	err = s.read(ctx, func(t *tx) error {
		v, err := t.view(p, account)
		if err != nil {
			return err
		}
		st = v.status(t.now)
		raise = v.role == session.RoleOwner && seen.Share > max(v.floor, v.last.Share)
		return nil
	})
	if err != nil || !raise {
		return st, err
	}
	err = s.write(ctx, func(t *tx) error {
		v, err := t.owned(p, account)
		if err != nil {
			return err
		}
		if err := t.raise(v, seen.Share); err != nil {
			return err
		}
		st = v.status(t.now)
		return nil
	})
	return st, err
}
