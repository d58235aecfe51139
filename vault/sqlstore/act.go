package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// act is write for what a caller asks for. Its person, program or web session may
// have been removed since it was known who calls; from here on they cannot be. A
// proof that came with it is used up by the same transaction, so that a request
// which is sent twice changes something once.
//
// What one person changes is changed one after the other. Were the row shared, a
// program that goes on calling could keep its own revocation waiting for ever: in
// PostgreSQL who shares a row passes by who wants it alone.
func (s *Store) act(ctx context.Context, p vault.Principal, f func(*tx) error) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.lock(`SELECT id FROM persons WHERE id = ? FOR UPDATE`, p.Person[:]); err != nil {
			return err
		}
		if err := t.lives(p); err != nil {
			return err
		}
		if err := t.useUp(p.Once); err != nil {
			return err
		}
		return f(t)
	})
}

// lives refuses a caller that has been removed.
func (t *tx) lives(p vault.Principal) error {
	query, gone := `SELECT 1 FROM principals pr JOIN persons pe ON pe.id = pr.person WHERE pr.id = ? AND pr.ended IS NULL AND pe.removed IS NULL`, session.CodeUnauthorized
	if p.Role == vault.RoleWeb {
		query, gone = `SELECT 1 FROM websessions w JOIN persons pe ON pe.id = w.person WHERE w.id = ? AND pe.removed IS NULL`, session.CodeSignedOut
	}
	var one int
	found, err := t.row(query, []any{p.ID[:]}, &one)
	if err == nil && !found {
		err = session.Errorf(gone, "")
	}
	return err
}

// useUp takes a proof, unless it is none.
func (t *tx) useUp(once [32]byte) error {
	if once == [32]byte{} {
		return nil
	}
	n, err := t.exec(`INSERT INTO proofs (proof, until) VALUES (?, ?) ON CONFLICT DO NOTHING`, once[:], t.now+vault.ProofTime.Milliseconds())
	if err == nil && n == 0 {
		err = session.Errorf(session.CodeProofReplayed, "")
	}
	return err
}
