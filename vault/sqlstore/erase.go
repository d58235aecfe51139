package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sessionferry/session"
	"sessionferry/vault/epoch"
)

// addBucket makes a bucket with a fresh key.
func (s *Store) addBucket(ctx context.Context) error {
	id, err := s.newEpoch(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.name(id); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO buckets (epoch) VALUES (?)`, id[:])
		return err
	})
}

// unnamedFor is how long a key may be without a bucket that names it before it is
// taken for what a process left that died.
const unnamedFor = 10 * time.Minute

// newEpoch records an epoch and then makes its key. Until name, it is no bucket's.
func (s *Store) newEpoch(ctx context.Context) (session.ID, error) {
	id := session.NewID()
	err := s.write(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO epochs (id, created, named) VALUES (?, ?, 0)`, id[:], t.now)
		return err
	})
	if err != nil {
		return id, err
	}
	if err := s.cfg.Epochs.Create(id); err != nil {
		return id, fmt.Errorf("make an epoch key: %w", err)
	}
	return id, nil
}

// name notes that a bucket names an epoch, in the transaction in which it does.
func (t *tx) name(id session.ID) error {
	n, err := t.exec(`UPDATE epochs SET named = 1 WHERE id = ? AND named = 0`, id[:])
	if err == nil && n == 0 {
		err = errors.New("an epoch key was made too long ago to be used")
	}
	return err
}

// Erase implements vault.Store. Its steps, each safe to repeat after a stop:
// rewrap what lives in every dirty bucket by a new key and commit; destroy the
// keys that no bucket names; empty the log; record the erasures whose key is gone
// and whose pages have left the log. One process does it at a time.
func (s *Store) Erase(ctx context.Context) (done int, err error) {
	mine, err := s.takeDuty(ctx, "erase")
	if err != nil || !mine {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.leaveDuty(ctx, "erase")) }()
	dirty, err := s.dirtyBuckets(ctx)
	if err != nil {
		return 0, err
	}
	var failures []error
	for _, bucket := range dirty {
		if mine, err = s.takeDuty(ctx, "erase"); err != nil || !mine {
			return 0, err
		}
		if err := s.rotate(ctx, bucket); err != nil {
			failures = append(failures, fmt.Errorf("change the key of a bucket: %w", err))
		}
	}
	if err := s.destroyUnnamed(ctx); err != nil {
		failures = append(failures, fmt.Errorf("destroy an epoch key: %w", err))
	}
	if done, err = s.confirm(ctx); err != nil {
		failures = append(failures, err)
	}
	if len(failures) == 0 {
		return done, nil
	}
	err = errors.Join(failures...)
	return done, errors.Join(err, s.noteFailure(ctx, err))
}

func (s *Store) dirtyBuckets(ctx context.Context) (ids []int64, err error) {
	err = s.read(ctx, func(t *tx) error {
		var id int64
		return t.each(`SELECT id FROM buckets WHERE dirty IS NOT NULL AND (ended = 0 OR records = 0) ORDER BY dirty`, nil, func() error {
			ids = append(ids, id)
			return nil
		}, &id)
	})
	return ids, err
}

// rotate gives the bucket a new key and rewraps the living records by it, or
// removes the bucket if none lives.
func (s *Store) rotate(ctx context.Context, bucket int64) error {
	empty := false
	err := s.write(ctx, func(t *tx) error {
		n, err := t.exec(`DELETE FROM buckets WHERE id = ? AND records = 0`, bucket)
		empty = n > 0
		return err
	})
	if err != nil || empty {
		return err
	}
	fresh, err := s.newEpoch(ctx)
	if err != nil {
		return err
	}
	freshKey, err := s.cfg.Epochs.Load(fresh)
	if err != nil {
		return err
	}
	defer clear(freshKey)
	return s.write(ctx, func(t *tx) error {
		if err := t.lock(`SELECT id FROM buckets WHERE id = ? FOR UPDATE`, bucket); err != nil {
			return err
		}
		var old session.ID
		found, err := t.row(`SELECT epoch FROM buckets WHERE id = ?`, []any{bucket}, toID(&old))
		if err != nil || !found {
			return err
		}
		oldKey, err := s.cfg.Epochs.Load(old)
		if errors.Is(err, epoch.ErrNoKey) { // nothing in it opens any more, living or not
			_, err := t.exec(`UPDATE buckets SET dirty = NULL, lost = 1 WHERE id = ?`, bucket)
			return err
		}
		if err != nil {
			return err
		}
		defer clear(oldKey)
		if err := t.rewrap(bucket, oldKey, freshKey); err != nil {
			return err
		}
		if err := t.name(fresh); err != nil {
			return err
		}
		_, err = t.exec(`UPDATE buckets SET epoch = ?, dirty = NULL WHERE id = ?`, fresh[:], bucket)
		return err
	})
}

// rewrap moves the living records of a bucket from one key to another, in the order
// in which SetRetention takes them too.
func (t *tx) rewrap(bucket int64, oldKey, freshKey []byte) error {
	type record struct {
		seq     int64
		place   epoch.Place
		wrapped []byte
	}
	var r record
	var living []record
	err := t.each(`SELECT seq, account, id, record_key FROM sessions WHERE bucket = ? ORDER BY seq`, []any{bucket}, func() error {
		living = append(living, r)
		r.wrapped = nil
		return nil
	}, &r.seq, toID(&r.place.Account), toID(&r.place.Session), &r.wrapped)
	if err != nil {
		return err
	}
	var wraps []Statement
	for _, r := range living {
		key, err := epoch.UnwrapKey(oldKey, r.wrapped, r.place)
		if err != nil {
			return err
		}
		wrapped, err := epoch.WrapKey(freshKey, key, r.place)
		clear(key)
		if err != nil {
			return err
		}
		wraps = append(wraps, stmt(`UPDATE sessions SET record_key = ? WHERE seq = ?`, wrapped, r.seq))
	}
	return t.run(wraps...)
}

// giveUpUnnamed takes the keys that no bucket names yet for what a process left
// that died, if no other process can be about to use them.
func (s *Store) giveUpUnnamed(ctx context.Context) error {
	if !s.self.IsZero() {
		return nil
	}
	return s.write(ctx, func(t *tx) error { return t.giveUp(t.now + 1) })
}

// giveUp lets nobody name the keys any more that were made before a time.
func (t *tx) giveUp(before int64) error {
	_, err := t.exec(`UPDATE epochs SET named = 1 WHERE named = 0 AND created < ?`, before)
	return err
}
