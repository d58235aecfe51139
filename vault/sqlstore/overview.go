package sqlstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"sessionferry/session"
	"sessionferry/vault"
)

// WorkspacePrograms implements vault.Overviews.
func (s *Store) WorkspacePrograms(ctx context.Context, p vault.Principal, cursor string, limit int) (list []vault.WorkspaceProgram, next string, err error) {
	err = s.read(ctx, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		created, id, err := parseProgramCursor(cursor)
		if err != nil {
			return err
		}
		where := `pe.workspace = ? AND (pr.created, pr.id) > (?, ?) ORDER BY pr.created, pr.id LIMIT ?`
		return t.programs(p, where, []any{p.Workspace[:], created, id[:], limit + 1}, func(v vault.WorkspaceProgram) {
			if len(list) == limit {
				next = programCursor(list[limit-1].Program)
				return
			}
			list = append(list, v)
		})
	})
	return list, next, err
}

// programCursor is the cursor behind a program.
func programCursor(p vault.Program) string { return fmt.Sprintf("%d.%s", millis(p.Created), p.ID) }

func parseProgramCursor(cursor string) (created int64, id session.ID, err error) {
	if cursor == "" {
		return -1, id, nil
	}
	at, of, _ := strings.Cut(cursor, ".")
	if created, err = strconv.ParseInt(at, 10, 64); err == nil {
		id, err = session.ParseID(of)
	}
	if err != nil {
		return 0, id, errCursor()
	}
	return created, id, nil
}

// WorkspaceHealth implements vault.Overviews.
func (s *Store) WorkspaceHealth(ctx context.Context, p vault.Principal) (h vault.WorkspaceHealth, err error) {
	err = s.read(ctx, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		_, err := t.row(`SELECT (SELECT count(*) FROM persons WHERE workspace = ? AND removed IS NULL), (SELECT count(*) FROM accounts WHERE workspace = ?),
			(SELECT count(*) FROM sessions WHERE pending = 0 AND expires > ?), (SELECT count(*) FROM sessions WHERE pending = 1 AND expires > ?),
			(SELECT count(*) FROM principals WHERE ended IS NULL)`, []any{p.Workspace[:], p.Workspace[:], t.now, t.now},
			&h.People, &h.Accounts, &h.Sessions, &h.Waiting, &h.Programs)
		return err
	})
	if err != nil {
		return h, err
	}
	if h.Health, err = s.Health(ctx); err != nil {
		return h, err
	}
	h.Bytes, err = s.db.Size(ctx)
	return h, err
}
