package sqlstore

import "context"

// Forget implements vault.Store.
func (s *Store) Forget(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		return t.run(
			// An idempotency key older than any session may be has done its work.
			stmt(`DELETE FROM puts WHERE at < ?`, t.now-s.cfg.RetentionCap.Milliseconds()),
			stmt(`DELETE FROM proofs WHERE until <= ?`, t.now),
			stmt(`DELETE FROM tokens WHERE until <= ?`, t.now),
		)
	})
}
