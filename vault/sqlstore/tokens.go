package sqlstore

import (
	"context"
	"time"

	"sessionferry/session"
	"sessionferry/vault"
)

const principalColumns = `SELECT pr.id, pe.workspace, pe.id, pr.role, pr.name, pr.keys, pr.key, CASE WHEN pe.role = 'admin' THEN 1 ELSE 0 END
	FROM principals pr JOIN persons pe ON pe.id = pr.person `

func principalDest(p *vault.Principal) []any {
	return []any{toID(&p.ID), toID(&p.Workspace), toID(&p.Person), &p.Role, &p.Name, &p.Keys, &p.Key, toBool(&p.Admin)}
}

// Grant implements vault.Store.
func (s *Store) Grant(ctx context.Context, key []byte, token, once [32]byte) (until time.Time, err error) {
	err = s.act(ctx, vault.Principal{Once: once}, func(t *tx) error {
		var p vault.Principal
		found, err := t.row(principalColumns+`WHERE pr.key = ? AND pr.ended IS NULL AND pr.seen > ? AND pe.removed IS NULL`,
			[]any{key, t.now - vault.ProgramIdle.Milliseconds()}, principalDest(&p)...)
		if err != nil {
			return err
		}
		if !found {
			return session.Errorf(session.CodeUnauthorized, "")
		}
		end := t.now + vault.TokenTime.Milliseconds()
		until = fromMillis(end)
		return t.run(
			stmt(`DELETE FROM tokens WHERE principal = ? AND until <= ?`, p.ID[:], t.now),
			stmt(`INSERT INTO tokens (token, principal, until) VALUES (?, ?, ?)`, token[:], p.ID[:], end),
			stmt(`UPDATE principals SET seen = ? WHERE id = ?`, t.now, p.ID[:]),
		)
	})
	return until, err
}

// Authenticate implements vault.Store.
func (s *Store) Authenticate(ctx context.Context, token [32]byte) (p vault.Principal, err error) {
	err = s.read(ctx, func(t *tx) error {
		found, err := t.row(principalColumns+`JOIN tokens o ON o.principal = pr.id WHERE o.token = ? AND o.until > ? AND pr.ended IS NULL AND pe.removed IS NULL`,
			[]any{token[:], t.now}, principalDest(&p)...)
		if err == nil && !found {
			return session.Errorf(session.CodeUnauthorized, "")
		}
		return err
	})
	return p, err
}

// act is write for what a caller asks for: the proof that came with it is used up
// by the same transaction, so that a request which is sent twice changes
// something once.
func (s *Store) act(ctx context.Context, p vault.Principal, f func(*tx) error) error {
	return s.write(ctx, func(t *tx) error {
		if p.Once != [32]byte{} {
			n, err := t.exec(`INSERT INTO proofs (proof, until) VALUES (?, ?) ON CONFLICT DO NOTHING`, p.Once[:], t.now+vault.ProofTime.Milliseconds())
			if err != nil {
				return err
			}
			if n == 0 {
				return session.Errorf(session.CodeProofReplayed, "")
			}
		}
		return f(t)
	})
}
