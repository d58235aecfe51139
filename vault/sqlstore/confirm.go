package sqlstore

import (
	"context"
	"fmt"

	"sessionferry/vault"
)

// confirmBatch bounds the erasures that one transaction records.
const confirmBatch = 500

// confirmAtOnce bounds what one call of Erase confirms, and its memory.
const confirmAtOnce = 20_000

// confirm empties the log and records the erasures that are final.
func (s *Store) confirm(ctx context.Context) (done int, err error) {
	var final []int64
	err = s.read(ctx, func(t *tx) error {
		var id int64
		return t.each(`SELECT r.id FROM erasures r WHERE NOT EXISTS (SELECT 1 FROM epochs e WHERE e.id = r.epoch AND e.gone = 0)
			OR EXISTS (SELECT 1 FROM buckets b WHERE b.epoch = r.epoch AND b.lost = 1 AND b.dirty IS NULL)
			ORDER BY r.id LIMIT ?`, []any{confirmAtOnce}, func() error {
			final = append(final, id)
			return nil
		}, &id)
	})
	if err != nil || len(final) == 0 {
		return 0, err
	}
	if err := s.db.EmptyLog(ctx); err != nil {
		return 0, fmt.Errorf("empty the database's log: %w", err)
	}
	for len(final) > 0 {
		n, count := min(confirmBatch, len(final)), 0
		err := s.write(ctx, func(t *tx) error {
			count = 0
			for _, id := range final[:n] {
				ours, err := t.confirmOne(id)
				if err != nil {
					return err
				}
				count += bit(ours)
			}
			_, err := t.exec(`UPDATE counters SET value = value + ? WHERE name = 'erased'`, count)
			return err
		})
		if err != nil {
			return done, err
		}
		done += count
		final = final[n:]
	}
	return done, nil
}

// confirmOne records one erasure, unless another process was faster.
func (t *tx) confirmOne(id int64) (ours bool, err error) {
	e := entry{action: vault.ActionErased}
	ours, err = t.row(`DELETE FROM erasures WHERE id = ? RETURNING owner, account, share, refresh, cause`, []any{id},
		toID(&e.owner), toID(&e.account), &e.generation.Share, &e.generation.Refresh, &e.cause)
	if err != nil || !ours {
		return false, err
	}
	return true, t.audit(e)
}
