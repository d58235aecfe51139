package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// bootstrap makes the workspace and its first person.
func (s *Store) bootstrap(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.lock(`SELECT name FROM duties WHERE name = 'bootstrap' FOR UPDATE`); err != nil {
			return err
		}
		var n int
		if _, err := t.row(`SELECT count(*) FROM workspaces`, nil, &n); err != nil || n > 0 {
			return err
		}
		workspace, person := session.NewID(), session.NewID()
		return t.run(
			stmt(`INSERT INTO workspaces (id, created) VALUES (?, ?)`, workspace[:], t.now),
			stmt(`INSERT INTO persons (id, workspace, created) VALUES (?, ?, ?)`, person[:], workspace[:], t.now),
		)
	})
}

func (t *tx) workspace() (w vault.Workspace, err error) {
	_, err = t.row(`SELECT workspace, id FROM persons ORDER BY created, id LIMIT 1`, nil, toID(&w.ID), toID(&w.Person))
	return w, err
}

// Workspace implements vault.Store.
func (s *Store) Workspace(ctx context.Context) (w vault.Workspace, err error) {
	err = s.read(ctx, func(t *tx) error {
		w, err = t.workspace()
		return err
	})
	return w, err
}

// Enrol implements vault.Store.
func (s *Store) Enrol(ctx context.Context, e vault.Enrolment) (p vault.Principal, err error) {
	err = s.write(ctx, func(t *tx) error {
		w, err := t.workspace()
		if err != nil {
			return err
		}
		p = vault.Principal{ID: session.NewID(), Workspace: w.ID, Person: w.Person, Role: e.Role, Name: e.Name, Keys: e.Keys}
		if _, err := t.exec(`INSERT INTO principals (id, person, role, name, keys, token, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			p.ID[:], p.Person[:], string(p.Role), p.Name, p.Keys, e.Token[:], t.now); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionEnrolled, owner: p.Person, by: p})
	})
	return p, err
}

// Authenticate implements vault.Store.
func (s *Store) Authenticate(ctx context.Context, token [32]byte) (p vault.Principal, err error) {
	err = s.read(ctx, func(t *tx) error {
		found, err := t.row(`SELECT pr.id, pe.workspace, pe.id, pr.role, pr.name, pr.keys
			FROM principals pr JOIN persons pe ON pe.id = pr.person WHERE pr.token = ?`, []any{token[:]},
			toID(&p.ID), toID(&p.Workspace), toID(&p.Person), &p.Role, &p.Name, &p.Keys)
		if err == nil && !found {
			return session.Errorf(session.CodeUnauthorized, "")
		}
		return err
	})
	return p, err
}

// Leave implements vault.Store.
func (s *Store) Leave(ctx context.Context, p vault.Principal) error {
	return s.write(ctx, func(t *tx) error {
		n, err := t.exec(`UPDATE principals SET token = NULL WHERE id = ? AND token IS NOT NULL`, p.ID[:])
		if err != nil || n == 0 {
			return err
		}
		if _, err := t.exec(`DELETE FROM leases WHERE principal = ?`, p.ID[:]); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionLeft, owner: p.Person, by: p})
	})
}
