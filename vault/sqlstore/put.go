package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"sessionferry/session"
	"sessionferry/vault"
)

// errNoSpace is a put that found no bucket with room. One is made, outside the
// transaction since its key must be on disk first, and the put begins again.
var errNoSpace = errors.New("no bucket has room")

// Put implements vault.Store.
func (s *Store) Put(ctx context.Context, p vault.Principal, put vault.Put) (r vault.PutResult, err error) {
	err = s.writeSealed(ctx, p, func(t *tx) (refused, err error) {
		v, err := t.owned(p, put.Account)
		if err != nil {
			return nil, err
		}
		// What the caller has seen holds even if the put is refused.
		if err := t.raise(v, put.Seen.Share); err != nil {
			return nil, err
		}
		r.Applied, refused, err = s.put(t, p, v, put)
		r.Status = v.status(t.now)
		return refused, err
	})
	return r, err
}

// writeSealed runs f in a transaction that may insert a session, and again where no
// bucket had room for it. The roster of the signer's person stays the one that it is
// meanwhile. A refusal commits, an error undoes.
func (s *Store) writeSealed(ctx context.Context, p vault.Principal, f func(*tx) (refused, err error)) error {
	for {
		var refused error
		err := s.act(ctx, p, func(t *tx) (err error) {
			refused, err = f(t)
			return err
		})
		if !errors.Is(err, errNoSpace) {
			return errors.Join(err, refused)
		}
		if err := s.addBucket(ctx); err != nil {
			return err
		}
	}
}

// known reports whether an idempotency key was applied before.
func (t *tx) known(account session.ID, key string) (bool, error) {
	var one int
	return t.row(`SELECT 1 FROM puts WHERE account = ? AND key = ?`, []any{account[:], key}, &one)
}

// put applies the put to v unless its key was applied before.
func (s *Store) put(t *tx, p vault.Principal, v *view, put vault.Put) (applied bool, refused, err error) {
	if known, err := t.known(v.id, put.Key); err != nil || known {
		return false, nil, err
	}
	if put.Workspace != v.workspace || put.App != v.app {
		return false, session.Errorf(session.CodeEnvelopeContext, ""), nil
	}
	if put.Generation.Share != v.nextShare() {
		return false, session.Errorf(session.CodeGenerationConflict, "the next share is %d", v.nextShare()), nil
	}
	if err := t.checkRoster(p.Person, put.Roster); err != nil { // all is undone, since the caller comes again
		return false, nil, err
	}
	// The sender's clock may be slow, the vault's is the one that counts.
	window, err := s.window(t, v)
	if err != nil {
		return false, nil, err
	}
	life := s.lifetime(t.now, put, t.now+s.cfg.RetentionCap.Milliseconds(), window)
	if life.expires <= t.now {
		return false, session.Errorf(session.CodeEnvelopeExpired, ""), nil
	}
	if _, err := t.expireIfDue(v); err != nil {
		return false, nil, err
	}
	if err := t.supersede(v, replaced(t.now, p)); err != nil {
		return false, nil, err
	}
	if !put.Confirm && v.current.seq.Valid { // what the account tells of it, it tells of the new one in a moment
		if err := t.erase(v, &v.current, v.last, replaced(t.now, p)); err != nil {
			return false, nil, err
		}
	}
	fresh, err := s.insert(t, v, put, life, origin{key: put.Key, by: p.Name, at: t.now, counts: put.Counts})
	if err != nil {
		return false, nil, err
	}
	return true, nil, t.enter(p, v, put, fresh)
}

// replaced is the ending of what a newer session takes the place of.
func replaced(now int64, by vault.Principal) ending {
	return ending{session.StateNone, session.CauseDeleted, now, vault.ActionReplaced, by}
}

// enter makes the account tell of the session that was just put.
func (t *tx) enter(p vault.Principal, v *view, put vault.Put, fresh held) error {
	e := entry{action: vault.ActionShared, owner: v.owner, by: p, account: v.id, generation: put.Generation, cause: session.CauseShared, consent: &put.Consent}
	if put.Confirm { // its number is used up, whatever becomes of it
		e.action, e.cause = vault.ActionPending, session.CauseConfirming
		v.pending = fresh
		if err := t.raise(v, put.Generation.Share); err != nil {
			return err
		}
		return t.audit(e)
	}
	v.current = fresh
	return t.run(t.becoming(v, put.Generation.Share, p.Name), t.auditing(e))
}

// becoming makes a share the one that the account's state speaks of, in the view and
// by the statement that it returns.
func (t *tx) becoming(v *view, share uint64, by string) Statement {
	v.last, v.state, v.cause = session.Generation{Share: share}, session.StateNone, session.CauseNever
	v.since, v.sharedBy, v.lastUsed = t.now, by, sql.NullInt64{}
	return stmt(`UPDATE accounts SET share = ?, refresh = 0, state = ?, cause = ?, since = ?, shared_by = ?, last_used = NULL WHERE id = ?`,
		int64(share), string(v.state), string(v.cause), t.now, by, v.id[:])
}

// reread reads v again.
func (t *tx) reread(p vault.Principal, v *view) error {
	now, err := t.view(p, v.id)
	if err == nil {
		*v = *now
	}
	return err
}

// raise keeps the next share number above one that was seen elsewhere, which is at
// most vault.MaxSeenAhead above the account's own.
func (t *tx) raise(v *view, share uint64) error {
	own := v.nextShare() - 1
	if share <= own {
		return nil
	}
	if share-own > vault.MaxSeenAhead {
		return session.Errorf(session.CodeGenerationAhead, "share %d was seen, the vault's newest is %d", share, own)
	}
	v.floor = share
	_, err := t.exec(`UPDATE accounts SET floor = ? WHERE id = ?`, int64(share), v.id[:])
	return err
}

// Status implements vault.Store.
func (s *Store) Status(ctx context.Context, p vault.Principal, account session.ID) (st session.Status, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		v, err := t.view(p, account)
		if err == nil {
			st = v.status(t.now)
		}
		return err
	})
	return st, err
}
