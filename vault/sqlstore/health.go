package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// noteFailure writes a failed attempt beside every erasure that waits, and tells
// the audit log of those that had not failed before. The text is ours: the cause
// may hold paths.
func (s *Store) noteFailure(ctx context.Context, cause error) error {
	text := "an epoch key could not be changed or destroyed"
	if errors.Is(cause, ErrBusy) {
		text = "the database's log could not be emptied"
	}
	for more := true; more; {
		err := s.write(ctx, func(t *tx) (err error) {
			more, err = t.noteFirst(text)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE erasures SET attempts = attempts + 1, failure = ?`, text)
		return err
	})
}

// noteFirst notes erasures that have failed for the first time, and reports
// whether there may be more.
func (t *tx) noteFirst(text string) (more bool, err error) {
	var id int64
	var ids []int64
	e := entry{action: vault.ActionErasureFailed}
	var entries []entry
	err = t.each(`SELECT id, owner, account, share, refresh, cause FROM erasures WHERE failure = '' ORDER BY id LIMIT ?`, []any{confirmBatch}, func() error {
		ids, entries = append(ids, id), append(entries, e)
		return nil
	}, &id, toID(&e.owner), toID(&e.account), &e.generation.Share, &e.generation.Refresh, &e.cause)
	if err != nil {
		return false, err
	}
	for i, id := range ids {
		n, err := t.exec(`UPDATE erasures SET failure = ? WHERE id = ? AND failure = ''`, text, id)
		if err == nil && n > 0 {
			err = t.audit(entries[i])
		}
		if err != nil {
			return false, err
		}
	}
	return len(ids) == confirmBatch, nil
}

// Health implements vault.Store.
func (s *Store) Health(ctx context.Context) (h vault.Health, err error) {
	err = s.read(ctx, func(t *tx) error {
		var oldest sql.NullInt64
		if _, err := t.row(`SELECT (SELECT value FROM counters WHERE name = 'erased'), (SELECT count(*) FROM erasures),
			(SELECT count(*) FROM erasures WHERE failure <> ''), (SELECT min(at) FROM erasures),
			coalesce((SELECT failure FROM erasures WHERE failure <> '' ORDER BY id LIMIT 1), ''), (SELECT count(*) FROM buckets WHERE lost = 1),
			(SELECT count(*) FROM sessions WHERE expires <= ?)`, []any{t.now},
			&h.Erased, &h.Pending, &h.Failing, &oldest, &h.Failure, &h.LostBuckets, &h.Overdue); err != nil {
			return err
		}
		if oldest.Valid {
			h.OldestPending = fromMillis(oldest.Int64)
		}
		r, err := t.clockRow()
		h.Clock = r.hold()
		return err
	})
	return h, err
}

// markLost marks the buckets whose key is gone. That happens when a database is
// put back from a backup that is older than a rotation: what it holds was erased
// and stays so. A key folder that comes back is noticed too.
func (s *Store) markLost(ctx context.Context) error {
	type bucket struct {
		id    int64
		epoch session.ID
		lost  bool
	}
	var b bucket
	var all []bucket
	err := s.read(ctx, func(t *tx) error {
		return t.each(`SELECT id, epoch, lost FROM buckets WHERE ended = 0`, nil, func() error { all = append(all, b); return nil }, &b.id, toID(&b.epoch), toBool(&b.lost))
	})
	if err != nil {
		return err
	}
	for _, b := range all {
		if lost, err := s.isLost(b.epoch); err != nil {
			return err
		} else if lost == b.lost {
			continue
		}
		err := s.write(ctx, func(t *tx) error {
			// Another process may have changed the key since.
			now := bucket{id: b.id}
			if err := t.lock(`SELECT id FROM buckets WHERE id = ? FOR UPDATE`, b.id); err != nil {
				return err
			}
			found, err := t.row(`SELECT epoch, lost FROM buckets WHERE id = ? AND ended = 0`, []any{b.id}, toID(&now.epoch), toBool(&now.lost))
			if err != nil || !found {
				return err
			}
			lost, err := s.isLost(now.epoch)
			if err != nil || lost == now.lost {
				return err
			}
			// A key that came back is changed, since erasures were confirmed without it.
			_, err = t.exec(`UPDATE buckets SET lost = ?, dirty = ? WHERE id = ?`, bit(lost), t.now, b.id)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// isLost reports whether an epoch key does not exist any more.
func (s *Store) isLost(id session.ID) (bool, error) {
	key, err := s.cfg.Epochs.Load(id)
	clear(key)
	if errors.Is(err, epoch.ErrNoKey) {
		return true, nil
	}
	return false, err
}
