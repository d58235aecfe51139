package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// noteFailure writes a failed attempt beside every erasure that waits. The text
// is ours: the cause may hold paths.
func (s *Store) noteFailure(ctx context.Context, cause error) error {
	text := "an epoch key could not be changed or destroyed"
	if errors.Is(cause, errBusy) {
		text = "the database's log could not be emptied"
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`UPDATE erasures SET attempts = attempts + 1, failure = ?`, text)
		return err
	})
}

// Health implements vault.Store.
func (s *Store) Health(ctx context.Context) (h vault.Health, err error) {
	err = s.read(ctx, func(t *tx) error {
		var oldest sql.NullInt64
		if _, err := t.row(`SELECT (SELECT value FROM counters WHERE name = 'erased'), (SELECT count(*) FROM erasures),
			(SELECT count(*) FROM erasures WHERE failure <> ''), (SELECT min(at) FROM erasures),
			coalesce((SELECT failure FROM erasures WHERE failure <> '' ORDER BY id LIMIT 1), ''), (SELECT count(*) FROM buckets WHERE lost)`, nil,
			&h.Erased, &h.Pending, &h.Failing, &oldest, &h.Failure, &h.LostBuckets); err != nil {
			return err
		}
		if oldest.Valid {
			h.OldestPending = fromMillis(oldest.Int64)
		}
		return nil
	})
	return h, err
}

// markLost marks the buckets whose key is gone. That happens when a database is
// put back from a backup that is older than a rotation: what it holds was erased
// and stays so. A key folder that comes back is noticed too.
func (s *Store) markLost(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		type bucket struct {
			id    int64
			epoch session.ID
			lost  bool
		}
		var b bucket
		var all []bucket
		err := t.each(`SELECT id, epoch, lost FROM buckets`, nil, func() error { all = append(all, b); return nil }, &b.id, idColumn{&b.epoch}, &b.lost)
		if err != nil {
			return err
		}
		for _, b := range all {
			key, err := s.cfg.Epochs.Load(b.epoch)
			clear(key)
			if err != nil && !errors.Is(err, epoch.ErrNoKey) {
				return err
			}
			if lost := err != nil; lost != b.lost {
				// A key that came back is changed, since erasures were confirmed without it.
				if _, err := t.exec(`UPDATE buckets SET lost = ?, dirty = ? WHERE id = ?`, lost, t.now, b.id); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
