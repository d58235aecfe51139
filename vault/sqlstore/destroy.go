package sqlstore

import (
	"context"
	"errors"
	"sync"

	"sessionferry/session"
)

// destroyBatch is how many keys are destroyed at once: the disk's syncs of several
// files take hardly longer than that of one.
const destroyBatch = 64

// destroyUnnamed destroys every key that no bucket with anything alive names any
// more, or that no bucket has come to name for long: what an end or a rotation has
// left, now or before a stop. One that cannot be destroyed does not keep the
// others.
func (s *Store) destroyUnnamed(ctx context.Context) error {
	if err := s.write(ctx, func(t *tx) error { return t.giveUp(t.now - unnamedFor.Milliseconds()) }); err != nil {
		return err
	}
	var unnamed []session.ID
	err := s.read(ctx, func(t *tx) error {
		var id session.ID
		return t.each(`SELECT e.id FROM epochs e WHERE e.named = 1 AND e.gone = 0 AND NOT EXISTS (SELECT 1 FROM buckets b WHERE b.epoch = e.id AND b.ended = 0) ORDER BY e.id`, nil, func() error {
			unnamed = append(unnamed, id)
			return nil
		}, toID(&id))
	})
	if err != nil {
		return err
	}
	var failures []error
	for len(unnamed) > 0 && ctx.Err() == nil {
		n := min(destroyBatch, len(unnamed))
		destroyed, err := s.destroy(unnamed[:n])
		failures = append(failures, err, s.forget(ctx, destroyed))
		unnamed = unnamed[n:]
	}
	return errors.Join(append(failures, ctx.Err(), s.forgetUnnamed(ctx))...)
}

// destroy destroys keys side by side and returns the ones that are gone.
func (s *Store) destroy(ids []session.ID) (gone []session.ID, err error) {
	errs := make([]error, len(ids))
	var wait sync.WaitGroup
	for i, id := range ids {
		wait.Go(func() { errs[i] = s.cfg.Epochs.Destroy(id) })
	}
	wait.Wait()
	for i, id := range ids {
		if errs[i] == nil {
			gone = append(gone, id)
		}
	}
	return gone, errors.Join(errs...)
}

// forget notes that keys are gone.
func (s *Store) forget(ctx context.Context, gone []session.ID) error {
	if len(gone) == 0 {
		return nil
	}
	var notes []Statement
	for _, id := range gone {
		notes = append(notes, stmt(`UPDATE epochs SET gone = 1 WHERE id = ?`, id[:]))
	}
	return s.write(ctx, func(t *tx) error { return t.run(notes...) })
}

// forgetUnnamed removes what is known of keys that are gone and that no bucket
// names: the rows of one that still does are yet to be ended.
func (s *Store) forgetUnnamed(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM epochs WHERE gone = 1 AND NOT EXISTS (SELECT 1 FROM buckets b WHERE b.epoch = epochs.id)`)
		return err
	})
}
