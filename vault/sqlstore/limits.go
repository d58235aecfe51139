package sqlstore

import (
	"context"
	"time"

	"sessionferry/vault"
)

// Attempt implements vault.People by the generic cell rate algorithm: one number
// says how far ahead of an even pace the attempts are.
func (s *Store) Attempt(ctx context.Context, name [32]byte, l vault.Limit) (wait time.Duration, err error) {
	err = s.write(ctx, func(t *tx) error {
		wait = 0
		if _, err := t.exec(`INSERT INTO limits (name, due) VALUES (?, 0) ON CONFLICT DO NOTHING`, name[:]); err != nil {
			return err
		}
		if err := t.lock(`SELECT name FROM limits WHERE name = ? FOR UPDATE`, name[:]); err != nil {
			return err
		}
		var due int64
		if _, err := t.row(`SELECT due FROM limits WHERE name = ?`, []any{name[:]}, &due); err != nil {
			return err
		}
		every := l.Every.Milliseconds()
		due = max(due, t.now)
		if ahead := due - t.now - int64(l.Burst-1)*every; ahead > 0 {
			wait = time.Duration(ahead) * time.Millisecond
			return nil
		}
		_, err := t.exec(`UPDATE limits SET due = ? WHERE name = ?`, due+every, name[:])
		return err
	})
	return wait, err
}

// KnownNetwork implements vault.People.
func (s *Store) KnownNetwork(ctx context.Context, email string, network [32]byte) (known bool, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		var one int
		known, err = t.row(`SELECT 1 FROM networks n JOIN persons pe ON pe.id = n.person WHERE pe.email = ? AND n.network = ? AND n.until > ?`,
			[]any{email, network[:], t.now}, &one)
		return err
	})
	return known, err
}

// Pardon implements vault.People.
func (s *Store) Pardon(ctx context.Context, name [32]byte) error {
	return s.write(ctx, func(t *tx) error {
		_, err := t.exec(`DELETE FROM limits WHERE name = ?`, name[:])
		return err
	})
}
