package sqlstore

import (
	"context"

	"sessionferry/vault"
)

// Forget implements vault.Store.
func (s *Store) Forget(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		if may, err := t.mayExpire(); err != nil || !may {
			return err
		}
		return t.run(
			// An idempotency key older than any session may be has done its work.
			stmt(`DELETE FROM puts WHERE at < ?`, t.now-s.cfg.RetentionCap.Milliseconds()),
			stmt(`DELETE FROM proofs WHERE until <= ?`, t.now),
			stmt(`DELETE FROM tokens WHERE until <= ?`, t.now),
			stmt(`DELETE FROM websessions WHERE until <= ? OR seen <= ?`, t.now, t.now-vault.WebIdle.Milliseconds()),
			stmt(`DELETE FROM invitations WHERE until <= ?`, t.now),
			stmt(`DELETE FROM enrolments WHERE until <= ?`, t.now-vault.EnrolTime.Milliseconds()),
			stmt(`DELETE FROM limits WHERE due <= ?`, t.now),
			stmt(`DELETE FROM networks WHERE until <= ?`, t.now),
		)
	})
}
