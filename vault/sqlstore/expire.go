package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Expire implements vault.Store. Several processes may do it at once: none waits
// for an account that another is about to end.
func (s *Store) Expire(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, func(t *tx) error {
		n = 0
		if may, err := t.mayExpire(); err != nil || !may {
			return err
		}
		due, err := t.claimAccounts(`SELECT a.owner, a.id FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.expires <= ?
			ORDER BY s.expires LIMIT ? FOR UPDATE OF a SKIP LOCKED`, t.now, limit)
		if err != nil {
			return err
		}
		for _, a := range due {
			// The owner's own membership is the one through which the vault acts.
			v, err := t.view(vault.Principal{Person: a.owner}, a.account)
			if err != nil {
				return err
			}
			ended, err := t.expireIfDue(v)
			if err != nil {
				return err
			}
			n += ended
		}
		return nil
	})
	return n, err
}

// owned names an account and the person whose it is.
type owned struct{ owner, account session.ID }

// claimAccounts returns the accounts of a query that no other transaction holds.
func (t *tx) claimAccounts(query string, args ...any) (list []owned, err error) {
	var o owned
	err = t.each(query, args, func() error { list = append(list, o); return nil }, toID(&o.owner), toID(&o.account))
	return list, err
}

// manyDue is how many sessions must be due that whole buckets are looked for. With
// fewer, the rows are as fast as the keys.
const manyDue = 256

// DestroyExpired implements vault.Store: it ends the buckets in which everything
// is due and destroys their keys, one for 64 sessions.
func (s *Store) DestroyExpired(ctx context.Context) error {
	due, err := s.dueBuckets(ctx)
	if err != nil || len(due) == 0 {
		return err
	}
	for len(due) > 0 {
		n := min(destroyBatch, len(due))
		if err := s.write(ctx, func(t *tx) error {
			if may, err := t.mayExpire(); err != nil || !may {
				return err
			}
			for _, bucket := range due[:n] {
				if err := t.endBucket(bucket); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
		due = due[n:]
	}
	return s.destroyUnnamed(ctx)
}

// dueBuckets names the buckets in which everything is due, in order.
func (s *Store) dueBuckets(ctx context.Context) (ids []int64, err error) {
	many := false
	err = s.read(ctx, func(t *tx) error {
		var one int
		many, err = t.row(`SELECT 1 FROM sessions WHERE expires <= ? ORDER BY expires LIMIT 1 OFFSET ?`, []any{t.now, manyDue}, &one)
		return err
	})
	if err != nil || !many {
		return nil, err
	}
	err = s.read(ctx, func(t *tx) error {
		var id int64
		return t.each(`SELECT b.id FROM buckets b WHERE b.ended = 0 AND b.lost = 0 AND b.records > 0
			AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.bucket = b.id AND s.expires > ?) ORDER BY b.id`, []any{t.now},
			func() error { ids = append(ids, id); return nil }, &id)
	})
	return ids, err
}

// endBucket ends a bucket, unless something has come to live in it. From here on
// nothing is put into it, and what it holds is unreadable whatever the clock says.
func (t *tx) endBucket(id int64) error {
	if err := t.lock(`SELECT id FROM buckets WHERE id = ? FOR UPDATE`, id); err != nil {
		return err
	}
	_, err := t.exec(`UPDATE buckets SET ended = 1 WHERE id = ? AND ended = 0
		AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.bucket = buckets.id AND s.expires > ?)`, id, t.now)
	return err
}
