package sqlstore

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// RemovePerson implements vault.People.
func (s *Store) RemovePerson(ctx context.Context, p vault.Principal, person, successor session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.admin(p); err != nil {
			return err
		}
		role, err := t.person(p, person)
		if err != nil {
			return err
		}
		if role == vault.PersonAdmin {
			if err := t.anotherAdmin(p, person); err != nil {
				return err
			}
		}
		if !successor.IsZero() {
			if _, err := t.person(p, successor); err != nil {
				return err
			}
			if successor == person {
				return session.Errorf(session.CodePersonUnknown, "somebody else has to take the accounts")
			}
		}
		if err := t.endPerson(person); err != nil {
			return err
		}
		if err := t.leaveAccounts(p, person, successor); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionPersonRemoved, owner: p.Person, by: p, of: person})
	})
}

// endPerson ends every way in of a person, also by a new password that was offered.
// The name stays, for the audit log.
func (t *tx) endPerson(person session.ID) error {
	if err := t.endPrograms(person); err != nil {
		return err
	}
	return t.run(
		stmt(`DELETE FROM invitations WHERE inviter = ? OR email = (SELECT email FROM persons WHERE id = ?)`, person[:], person[:]),
		stmt(`UPDATE persons SET removed = ?, email = NULL, password = '', totp = NULL WHERE id = ?`, t.now, person[:]),
		stmt(`DELETE FROM websessions WHERE person = ?`, person[:]),
		stmt(`DELETE FROM identities WHERE person = ?`, person[:]),
		stmt(`DELETE FROM networks WHERE person = ?`, person[:]),
		stmt(`DELETE FROM memberships WHERE person = ? AND role = 'collaborator'`, person[:]),
	)
}

// leaveAccounts hands what a person owns to the successor, or removes it.
func (t *tx) leaveAccounts(p vault.Principal, person, successor session.ID) error {
	owned, err := t.ids(`SELECT id FROM accounts WHERE owner = ? ORDER BY id`, person[:])
	if err != nil {
		return err
	}
	for _, id := range owned {
		v, err := t.view(vault.Principal{Person: person}, id)
		if err != nil {
			return err
		}
		taken := successor.IsZero()
		if !taken {
			if taken, err = t.hasCard(successor, v.card()); err != nil {
				return err
			}
		}
		if taken {
			err = t.removeAccount(p, v)
		} else {
			err = t.handOver(p, v, successor, false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
