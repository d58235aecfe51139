package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// admin refuses a caller who is none. The word of the database counts: a role may
// have been taken since the caller was known.
func (t *tx) admin(p vault.Principal) error {
	var one int
	found, err := t.row(`SELECT 1 FROM persons WHERE id = ? AND role = 'admin' AND removed IS NULL`, []any{p.Person[:]}, &one)
	if err == nil && !found {
		err = session.Errorf(session.CodeNotAdmin, "")
	}
	return err
}

// person locks a living person of the caller's workspace, or returns
// CodePersonUnknown.
func (t *tx) person(p vault.Principal, id session.ID) (role vault.PersonRole, err error) {
	if err := t.lock(`SELECT id FROM persons WHERE id = ? FOR UPDATE`, id[:]); err != nil {
		return "", err
	}
	found, err := t.row(`SELECT role FROM persons WHERE id = ? AND workspace = ? AND removed IS NULL`, []any{id[:], p.Workspace[:]}, &role)
	if err == nil && !found {
		err = session.Errorf(session.CodePersonUnknown, "")
	}
	return role, err
}

// People implements vault.People.
func (s *Store) People(ctx context.Context, p vault.Principal) (list []vault.Person, err error) {
	err = s.read(ctx, func(t *tx) error {
		var v vault.Person
		var since int64
		return t.each(`SELECT id, name, coalesce(email, ''), role, CASE WHEN totp IS NULL THEN 0 ELSE 1 END, created
			FROM persons WHERE workspace = ? AND removed IS NULL ORDER BY created, id`, []any{p.Workspace[:]},
			func() error {
				v.Since = fromMillis(since)
				list = append(list, v)
				return nil
			}, toID(&v.ID), &v.Name, &v.Email, &v.Role, toBool(&v.TOTP), &since)
	})
	return list, err
}

// SetRole implements vault.People.
func (s *Store) SetRole(ctx context.Context, p vault.Principal, person session.ID, role vault.PersonRole) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		was, err := t.person(p, person)
		if err != nil || was == role {
			return err
		}
		action := vault.ActionMadeAdmin
		if role == vault.PersonMember {
			action = vault.ActionMadeMember
			if err := t.anotherAdmin(p, person); err != nil {
				return err
			}
		}
		err = t.run(
			stmt(`UPDATE persons SET role = ? WHERE id = ?`, string(role), person[:]),
			stmt(`DELETE FROM invitations WHERE inviter = ?`, person[:]), // whom a member could not invite
		)
		if err != nil {
			return err
		}
		return t.audit(entry{action: action, owner: person, by: p, of: person})
	})
}

// anotherAdmin refuses what would leave the workspace without an admin. Whoever
// takes a role away holds the workspace's row, so that no two do so at once.
func (t *tx) anotherAdmin(p vault.Principal, person session.ID) error {
	if err := t.lock(`SELECT id FROM workspaces WHERE id = ? FOR UPDATE`, p.Workspace[:]); err != nil {
		return err
	}
	var one int
	found, err := t.row(`SELECT 1 FROM persons WHERE workspace = ? AND role = 'admin' AND removed IS NULL AND id <> ? LIMIT 1`,
		[]any{p.Workspace[:], person[:]}, &one)
	if err == nil && !found {
		err = session.Errorf(session.CodeLastAdmin, "")
	}
	return err
}

// login scans what a sign-in is checked by.
func (t *tx) login(where string, args ...any) (l vault.Login, found bool, err error) {
	var totp []byte
	found, err = t.row(`SELECT id, password, totp FROM persons WHERE removed IS NULL AND `+where, args, toID(&l.Person), &l.Password, &totp)
	l.TOTP = totp
	return l, found, err
}

// Login implements vault.People.
func (s *Store) Login(ctx context.Context, email string) (l vault.Login, err error) {
	err = s.read(ctx, func(t *tx) error {
		var found bool
		l, found, err = t.login(`email = ?`, email)
		if err == nil && !found {
			err = session.Errorf(session.CodeSignInFailed, "")
		}
		return err
	})
	return l, err
}

// OwnLogin implements vault.People.
func (s *Store) OwnLogin(ctx context.Context, p vault.Principal) (l vault.Login, err error) {
	err = s.read(ctx, func(t *tx) error {
		l, _, err = t.login(`id = ?`, p.Person[:])
		return err
	})
	return l, err
}

// SetLogin implements vault.People.
func (s *Store) SetLogin(ctx context.Context, p vault.Principal, was, is vault.Login, what vault.Action) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.takeLogin(was); err != nil {
			return err
		}
		err := t.run(
			stmt(`UPDATE persons SET password = ?, totp = ? WHERE id = ?`, is.Password, nullBytes(is.TOTP), p.Person[:]),
			stmt(`DELETE FROM websessions WHERE person = ? AND id <> ?`, p.Person[:], p.ID[:]),
		)
		if err != nil {
			return err
		}
		return t.audit(entry{action: what, owner: p.Person, by: p})
	})
}

// NeedsSetup implements vault.People.
func (s *Store) NeedsSetup(ctx context.Context) (needs bool, err error) {
	err = s.read(ctx, func(t *tx) error {
		w, err := t.workspace()
		if err != nil {
			return err
		}
		needs, err = t.needsSetup(w)
		return err
	})
	return needs, err
}

// needsSetup is false for good once the first person has had a profile: who is
// removed has no address either.
func (t *tx) needsSetup(w vault.Workspace) (bool, error) {
	var one int
	return t.row(`SELECT 1 FROM persons WHERE id = ? AND email IS NULL AND removed IS NULL`, []any{w.Person[:]}, &one)
}

// Setup implements vault.People.
func (s *Store) Setup(ctx context.Context, profile vault.Profile, web vault.WebSession) error {
	return s.write(ctx, func(t *tx) error {
		w, err := t.workspace()
		if err != nil {
			return err
		}
		if err := t.lock(`SELECT id FROM persons WHERE id = ? FOR UPDATE`, w.Person[:]); err != nil {
			return err
		}
		needs, err := t.needsSetup(w)
		if err != nil {
			return err
		}
		if !needs {
			return session.Errorf(session.CodeSetupDone, "")
		}
		if _, err := t.exec(`UPDATE persons SET name = ?, email = ?, password = ? WHERE id = ?`, profile.Name, profile.Email, profile.Password, w.Person[:]); err != nil {
			return err
		}
		return t.startWeb(w.Person, web, vault.ActionSetUp)
	})
}

// nullBytes is bytes as an argument; none are null.
func nullBytes(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
