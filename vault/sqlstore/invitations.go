package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Invite implements vault.People.
func (s *Store) Invite(ctx context.Context, p vault.Principal, i vault.Invitation, code [32]byte) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		err := t.run(
			stmt(`DELETE FROM invitations WHERE email = ?`, i.Email),
			stmt(`INSERT INTO invitations (id, code, workspace, email, role, inviter, created, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				i.ID[:], code[:], p.Workspace[:], i.Email, string(i.Role), p.Person[:], t.now, t.now+vault.InviteTime.Milliseconds()),
		)
		if err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionInvited, owner: p.Person, by: p, of: i.ID})
	})
}

// Invitations implements vault.People.
func (s *Store) Invitations(ctx context.Context, p vault.Principal) (list []vault.Invitation, err error) {
	err = s.read(ctx, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		var i invitation
		var until int64
		return t.each(invitationColumns+`AND i.workspace = ? ORDER BY i.created, i.id`, []any{t.now, p.Workspace[:]},
			func() error {
				i.Until = fromMillis(until)
				list = append(list, i.Invitation)
				return nil
			}, i.dest(&until)...)
	})
	return list, err
}

// invitation is a row of invitations.
type invitation struct {
	vault.Invitation
	workspace, inviter session.ID
}

func (i *invitation) dest(until *int64) []any {
	return []any{toID(&i.ID), &i.Email, &i.Role, until, toID(&i.workspace), toID(&i.inviter)}
}

// invitationColumns select the invitations that last and whose inviter still has the
// right to invite. The first argument is the time.
const invitationColumns = `SELECT i.id, i.email, i.role, i.until, i.workspace, i.inviter
	FROM invitations i JOIN persons pe ON pe.id = i.inviter WHERE i.until > ? AND pe.role = 'admin' AND pe.removed IS NULL `

// Uninvite implements vault.People.
func (s *Store) Uninvite(ctx context.Context, p vault.Principal, id session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		n, err := t.exec(`DELETE FROM invitations WHERE id = ? AND workspace = ?`, id[:], p.Workspace[:])
		if err != nil || n == 0 {
			return err
		}
		return t.audit(entry{action: vault.ActionUninvited, owner: p.Person, by: p, of: id})
	})
}

// invited returns an invitation that is good, by its code or its address.
func (t *tx) invited(column string, value any) (i invitation, found bool, err error) {
	var until int64
	found, err = t.row(invitationColumns+`AND i.`+column+` = ?`, []any{t.now, value}, i.dest(&until)...)
	i.Until = fromMillis(until)
	return i, found, err
}

// Invited implements vault.People.
func (s *Store) Invited(ctx context.Context, code [32]byte) (i vault.Invitation, err error) {
	err = s.read(ctx, func(t *tx) error {
		row, found, err := t.invited("code", code[:])
		if err == nil && !found {
			err = session.Errorf(session.CodeCodeWrong, "")
		}
		i = row.Invitation
		return err
	})
	return i, err
}

// Join implements vault.People.
func (s *Store) Join(ctx context.Context, code [32]byte, profile vault.Profile, w vault.WebSession) error {
	return s.write(ctx, func(t *tx) error {
		i, found, err := t.invited("code", code[:])
		if err != nil {
			return err
		}
		if !found {
			return session.Errorf(session.CodeCodeWrong, "")
		}
		profile.Email = i.Email
		person, known, err := t.welcome(i, profile)
		if err != nil {
			return err
		}
		if known {
			return t.startWeb(person, w, vault.ActionSignedIn)
		}
		return t.startWeb(person, w, vault.ActionJoined)
	})
}

// welcome uses an invitation up: it makes a person, or gives the one with its
// address, who is known, a new password, which ends what the older one has opened.
func (t *tx) welcome(i invitation, profile vault.Profile) (person session.ID, known bool, err error) {
	// The person first: its removal takes the invitation along.
	if err := t.lock(`SELECT id FROM persons WHERE email = ? FOR UPDATE`, profile.Email); err != nil {
		return person, false, err
	}
	n, err := t.exec(`DELETE FROM invitations WHERE id = ?`, i.ID[:])
	if err != nil {
		return person, false, err
	}
	if n == 0 { // another was faster
		return person, false, session.Errorf(session.CodeCodeWrong, "")
	}
	known, err = t.row(`SELECT id FROM persons WHERE email = ?`, []any{profile.Email}, toID(&person))
	if err != nil {
		return person, false, err
	}
	if known {
		return person, true, t.run(
			stmt(`UPDATE persons SET password = ?, totp = NULL, totp_step = 0 WHERE id = ?`, profile.Password, person[:]),
			stmt(`DELETE FROM websessions WHERE person = ?`, person[:]),
			stmt(`DELETE FROM networks WHERE person = ?`, person[:]),
			t.auditing(entry{action: vault.ActionPasswordReset, owner: person, by: vault.Principal{Person: i.inviter}, of: person}),
		)
	}
	// The first person stays the first, if the clock was wrong then, too.
	var first int64
	if _, err := t.row(`SELECT min(created) FROM persons WHERE workspace = ?`, []any{i.workspace[:]}, &first); err != nil {
		return person, false, err
	}
	person = session.NewID()
	_, err = t.exec(`INSERT INTO persons (id, workspace, created, name, email, role, password) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		person[:], i.workspace[:], max(t.now, first+1), profile.Name, profile.Email, string(i.Role), profile.Password)
	return person, false, err
}

// Identify implements vault.People.
func (s *Store) Identify(ctx context.Context, i vault.Identity, codes bool, w vault.WebSession) error {
	return s.write(ctx, func(t *tx) error {
		person, err := t.identified(i)
		if err != nil {
			return err
		}
		here, err := t.stillHere(person)
		if err != nil {
			return err
		}
		if !here {
			return session.Errorf(session.CodeNotInvited, "")
		}
		if codes {
			if err := t.refuseCoded(person); err != nil {
				return err
			}
		}
		var proved int64 // long ago
		if !i.SignedIn.IsZero() {
			proved = min(millis(i.SignedIn), t.now)
		}
		return t.startWebProved(person, w, vault.ActionSignedIn, proved)
	})
}

// refuseCoded refuses a person whose own sign-in takes a one-time code.
func (t *tx) refuseCoded(person session.ID) error {
	var one int
	coded, err := t.row(`SELECT 1 FROM persons WHERE id = ? AND totp IS NOT NULL`, []any{person[:]}, &one)
	if err == nil && coded {
		err = session.Errorf(session.CodeTOTPNeeded, "")
	}
	return err
}

// identified finds or makes the person whom a provider vouches for.
func (t *tx) identified(i vault.Identity) (person session.ID, err error) {
	known, err := t.row(`SELECT pe.id FROM identities d JOIN persons pe ON pe.id = d.person
		WHERE d.issuer = ? AND d.subject = ? AND pe.removed IS NULL`, []any{i.Issuer, i.Subject}, toID(&person))
	if err != nil || known {
		return person, err
	}
	if i.Email == "" {
		return person, session.Errorf(session.CodeNotInvited, "")
	}
	if person, err = t.addressed(i); err != nil {
		return person, err
	}
	_, err = t.exec(`INSERT INTO identities (issuer, subject, person) VALUES (?, ?, ?)
		ON CONFLICT (issuer, subject) DO UPDATE SET person = excluded.person`, i.Issuer, i.Subject, person[:])
	return person, err
}

// addressed finds the person of an address that a provider has verified, or makes
// the one who is invited by it. Who comes twice at once is one person: the second
// waits until the first has used the invitation up.
func (t *tx) addressed(i vault.Identity) (person session.ID, err error) {
	if err := t.lock(`SELECT id FROM invitations WHERE email = ? FOR UPDATE`, i.Email); err != nil {
		return person, err
	}
	known, err := t.row(`SELECT id FROM persons WHERE email = ? AND removed IS NULL`, []any{i.Email}, toID(&person))
	if err != nil || known {
		return person, err
	}
	invitation, found, err := t.invited("email", i.Email)
	if err != nil {
		return person, err
	}
	if !found {
		return person, session.Errorf(session.CodeNotInvited, "")
	}
	person, _, err = t.welcome(invitation, vault.Profile{Name: i.Name, Email: i.Email})
	return person, err
}
