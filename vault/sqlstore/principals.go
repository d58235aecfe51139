package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// bootstrap makes the workspace and its first person, who is its admin.
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
			stmt(`INSERT INTO persons (id, workspace, created, role) VALUES (?, ?, ?, 'admin')`, person[:], workspace[:], t.now),
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
		if _, err := t.person(vault.Principal{Workspace: w.ID}, w.Person); err != nil {
			return err
		}
		p, err = t.enrol(w, e, vault.Principal{})
		return err
	})
	return p, err
}

// enrol makes a principal of a person. Who had its key before has it no more: a
// program that enrols again, or for another person, is one program.
func (t *tx) enrol(of vault.Workspace, e vault.Enrolment, by vault.Principal) (p vault.Principal, err error) {
	var older, whose session.ID
	found, err := t.row(`SELECT id, person FROM principals WHERE key = ? AND ended IS NULL`, []any{e.Key}, toID(&older), toID(&whose))
	if err != nil {
		return p, err
	}
	if found {
		if err := t.lock(`SELECT id FROM persons WHERE id = ? FOR UPDATE`, whose[:]); err != nil {
			return p, err
		}
		if err := t.endPrincipal(older); err != nil {
			return p, err
		}
	}
	id := session.NewID()
	if _, err := t.exec(`INSERT INTO principals (id, person, role, name, keys, key, created, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		id[:], of.Person[:], string(e.Role), e.Name, e.Keys, e.Key, t.now, t.now); err != nil {
		return p, err
	}
	if _, err := t.row(principalColumns+`WHERE pr.id = ?`, []any{id[:]}, principalDest(&p)...); err != nil {
		return p, err
	}
	if by.ID.IsZero() {
		by = p
	}
	return p, t.audit(entry{action: vault.ActionEnrolled, owner: p.Person, by: by, of: p.ID})
}

// endPrincipal ends a program, what it may call and what it leases. Its person's row
// is locked: what the program asks for at the same moment is done before, or refused.
func (t *tx) endPrincipal(id session.ID) error {
	return t.run(
		stmt(`UPDATE principals SET ended = ? WHERE id = ? AND ended IS NULL`, t.now, id[:]),
		stmt(`DELETE FROM tokens WHERE principal = ?`, id[:]),
		stmt(`DELETE FROM leases WHERE principal = ?`, id[:]),
		stmt(`DELETE FROM passes WHERE principal = ?`, id[:]),
	)
}

// endPrograms ends all programs of a person.
func (t *tx) endPrograms(person session.ID) error {
	programs, err := t.ids(`SELECT id FROM principals WHERE person = ? AND ended IS NULL ORDER BY id`, person[:])
	if err != nil {
		return err
	}
	for _, id := range programs {
		if err := t.endPrincipal(id); err != nil {
			return err
		}
	}
	return nil
}

// Leave implements vault.Store.
func (s *Store) Leave(ctx context.Context, p vault.Principal) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.endPrincipal(p.ID); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionLeft, owner: p.Person, by: p})
	})
}
