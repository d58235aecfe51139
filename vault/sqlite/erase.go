package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// errBusy is a log that could not be emptied since a reader still needs it.
var errBusy = errors.New("a reader holds the database's log")

// addBucket makes a bucket with a fresh key.
func (s *Store) addBucket(ctx context.Context) error {
	s.epochs.Lock()
	defer s.epochs.Unlock()
	id, err := s.newEpoch(ctx)
	if err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO buckets (epoch) VALUES (?)`, id[:])
		return err
	})
}

// newEpoch records an epoch and then makes its key: a process that dies between
// leaves a row that no bucket names, which the next Erase clears away.
func (s *Store) newEpoch(ctx context.Context) (session.ID, error) {
	id := session.NewID()
	err := s.write(ctx, func(t *tx) error {
		_, err := t.exec(`INSERT INTO epochs (id, created) VALUES (?, ?)`, id[:], t.now)
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

// Erase implements vault.Store. Its steps, each safe to repeat after a stop:
// rewrap what lives in every dirty bucket by a new key and commit; destroy the
// keys that no bucket names; empty the log; record the erasures whose key is gone
// and whose pages have left the log.
func (s *Store) Erase(ctx context.Context) (int, error) {
	s.epochs.Lock()
	defer s.epochs.Unlock()

	dirty, err := s.dirtyBuckets(ctx)
	if err != nil {
		return 0, err
	}
	var failures []error
	for _, bucket := range dirty {
		if err := s.rotate(ctx, bucket); err != nil {
			failures = append(failures, fmt.Errorf("change the key of a bucket: %w", err))
		}
	}
	if err := s.destroyUnnamed(ctx); err != nil {
		failures = append(failures, fmt.Errorf("destroy an epoch key: %w", err))
	}
	done, err := s.confirm(ctx)
	if err != nil {
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
		return t.each(`SELECT id FROM buckets WHERE dirty IS NOT NULL ORDER BY dirty`, nil, func() error {
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
		var old session.ID
		found, err := t.row(`SELECT epoch FROM buckets WHERE id = ?`, []any{bucket}, idColumn{&old})
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
		_, err = t.exec(`UPDATE buckets SET epoch = ?, dirty = NULL WHERE id = ?`, fresh[:], bucket)
		return err
	})
}

// rewrap moves the living records of a bucket from one key to another.
func (t *tx) rewrap(bucket int64, oldKey, freshKey []byte) error {
	type record struct {
		seq     int64
		place   epoch.Place
		wrapped []byte
	}
	var r record
	var living []record
	err := t.each(`SELECT seq, account, id, record_key FROM sessions WHERE bucket = ?`, []any{bucket}, func() error {
		living = append(living, r)
		r.wrapped = nil
		return nil
	}, &r.seq, idColumn{&r.place.Account}, idColumn{&r.place.Session}, &r.wrapped)
	if err != nil {
		return err
	}
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
		if _, err := t.exec(`UPDATE sessions SET record_key = ? WHERE seq = ?`, wrapped, r.seq); err != nil {
			return err
		}
	}
	return nil
}

// destroyUnnamed destroys every key that no bucket names: what a rotation has
// left, now or before a stop. One that cannot be destroyed does not keep the
// others.
func (s *Store) destroyUnnamed(ctx context.Context) error {
	var unnamed []session.ID
	err := s.read(ctx, func(t *tx) error {
		var id session.ID
		return t.each(`SELECT id FROM epochs WHERE id NOT IN (SELECT epoch FROM buckets)`, nil, func() error {
			unnamed = append(unnamed, id)
			return nil
		}, idColumn{&id})
	})
	if err != nil {
		return err
	}
	var failures []error
	destroyed := slices.DeleteFunc(unnamed, func(id session.ID) bool {
		err := s.cfg.Epochs.Destroy(id)
		failures = append(failures, err)
		return err != nil
	})
	if len(destroyed) > 0 {
		failures = append(failures, s.write(ctx, func(t *tx) error {
			for _, id := range destroyed {
				if _, err := t.exec(`DELETE FROM epochs WHERE id = ?`, id[:]); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	return errors.Join(failures...)
}

// confirm empties the log and records the erasures that are final.
func (s *Store) confirm(ctx context.Context) (done int, err error) {
	var final []int64
	err = s.read(ctx, func(t *tx) error {
		var id int64
		return t.each(`SELECT id FROM erasures WHERE epoch NOT IN (SELECT id FROM epochs)
			OR epoch IN (SELECT epoch FROM buckets WHERE lost = 1 AND dirty IS NULL)`, nil, func() error {
			final = append(final, id)
			return nil
		}, &id)
	})
	if err != nil || len(final) == 0 {
		return 0, err
	}
	if err := s.emptyLog(ctx); err != nil {
		return 0, fmt.Errorf("empty the database's log: %w", err)
	}
	err = s.write(ctx, func(t *tx) error {
		for _, id := range final {
			if err := t.confirmOne(id); err != nil {
				return err
			}
		}
		_, err := t.exec(`UPDATE counters SET value = value + ? WHERE name = 'erased'`, len(final))
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(final), nil
}

func (t *tx) confirmOne(id int64) error {
	e := entry{action: vault.ActionErased}
	if _, err := t.row(`SELECT owner, account, share, refresh, cause FROM erasures WHERE id = ?`, []any{id},
		idColumn{&e.owner}, idColumn{&e.account}, &e.generation.Share, &e.generation.Refresh, &e.cause); err != nil {
		return err
	}
	if err := t.audit(e); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM erasures WHERE id = ?`, id)
	return err
}

// emptyLog writes the log into the database and cuts it to nothing. Pages that
// were erased are zero in the database (secure_delete), but lie in the log as
// they were.
func (s *Store) emptyLog(ctx context.Context) error {
	var busy, frames, moved int
	if err := s.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errBusy
	}
	return nil
}
