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
	err = s.write(ctx, func(t *tx) error {
		if err := t.useUp(once); err != nil {
			return err
		}
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
	err = s.readOne(ctx, func(t *tx) error {
		found, err := t.row(principalColumns+`JOIN tokens o ON o.principal = pr.id WHERE o.token = ? AND o.until > ? AND pr.ended IS NULL AND pe.removed IS NULL`,
			[]any{token[:], t.now}, principalDest(&p)...)
		if err == nil && !found {
			return session.Errorf(session.CodeUnauthorized, "")
		}
		return err
	})
	return p, err
}
