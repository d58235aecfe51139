package sqlstore

import (
	"context"
	"crypto/rand"
)

// secretSize is how many bytes a secret has.
const secretSize = 32

// Secret implements vault.Store.
func (s *Store) Secret(ctx context.Context, name string) (value []byte, err error) {
	err = s.write(ctx, func(t *tx) error {
		value = nil // a run before this one may have filled it
		made := make([]byte, secretSize)
		_, _ = rand.Read(made) // never fails: crypto/rand aborts the program instead
		if _, err := t.exec(`INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, made); err != nil {
			return err
		}
		_, err := t.row(`SELECT value FROM secrets WHERE name = ?`, []any{name}, &value)
		return err
	})
	return value, err
}
