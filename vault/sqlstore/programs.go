package sqlstore

import (
	"bytes"
	"context"

	"sessionferry/session"
	"sessionferry/vault"
)

// Begin implements vault.Programs.
func (s *Store) Begin(ctx context.Context, e vault.Enrolment, program, code [32]byte) error {
	return s.write(ctx, func(t *tx) error {
		id := session.NewID()
		_, err := t.exec(`INSERT INTO enrolments (id, program, code, role, name, keys, created, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			id[:], program[:], code[:], string(e.Role), e.Name, e.Keys, t.now, t.now+vault.EnrolTime.Milliseconds())
		return err
	})
}

// waitingProgram is a row of enrolments.
type waitingProgram struct {
	vault.Waiting
	id, principal session.ID
	until         int64
	answer        string
}

func (t *tx) waitingProgram(column string, code [32]byte) (w waitingProgram, found bool, err error) {
	var created int64
	found, err = t.row(`SELECT id, role, name, keys, created, until, answer, principal FROM enrolments WHERE `+column+` = ?`, []any{code[:]},
		toID(&w.id), &w.Role, &w.Name, &w.Keys, &created, &w.until, &w.answer, toID(&w.principal))
	w.Created = fromMillis(created)
	return w, found, err
}

// unanswered returns the program that waits under a person's code.
func (t *tx) unanswered(code [32]byte) (w waitingProgram, err error) {
	w, found, err := t.waitingProgram("code", code)
	if err == nil && (!found || w.answer != "" || w.until <= t.now) {
		err = session.Errorf(session.CodeCodeWrong, "")
	}
	return w, err
}

// Find implements vault.Programs.
func (s *Store) Find(ctx context.Context, _ vault.Principal, code [32]byte) (w vault.Waiting, err error) {
	err = s.read(ctx, func(t *tx) error {
		row, err := t.unanswered(code)
		w = row.Waiting
		return err
	})
	return w, err
}

// Answer implements vault.Programs.
func (s *Store) Answer(ctx context.Context, p vault.Principal, code [32]byte, yes bool) error {
	return s.act(ctx, p, func(t *tx) error {
		if err := t.lock(`SELECT id FROM enrolments WHERE code = ? FOR UPDATE`, code[:]); err != nil {
			return err
		}
		w, err := t.unanswered(code)
		if err != nil {
			return err
		}
		if !yes {
			if _, err := t.exec(`UPDATE enrolments SET answer = 'denied' WHERE id = ?`, w.id[:]); err != nil {
				return err
			}
			return t.audit(entry{action: vault.ActionProgramDenied, owner: p.Person, by: p, of: w.id})
		}
		w.Key, err = vault.ProofKey(w.Keys)
		if err != nil {
			return err
		}
		made, err := t.enrol(vault.Workspace{ID: p.Workspace, Person: p.Person}, w.Enrolment, p)
		if err != nil {
			return err
		}
		_, err = t.exec(`UPDATE enrolments SET answer = 'allowed', principal = ? WHERE id = ?`, made.ID[:], w.id[:])
		return err
	})
}

// Outcome implements vault.Programs.
func (s *Store) Outcome(ctx context.Context, program [32]byte, key []byte) (p vault.Principal, err error) {
	err = s.read(ctx, func(t *tx) error {
		w, found, err := t.waitingProgram("program", program)
		if err != nil {
			return err
		}
		proof, keyErr := vault.ProofKey(w.Keys)
		switch {
		case !found || keyErr != nil || !bytes.Equal(proof, key), w.answer == "" && w.until <= t.now:
			return session.Errorf(session.CodeEnrolmentEnded, "")
		case w.answer == "denied":
			return session.Errorf(session.CodeEnrolmentDenied, "")
		case w.answer == "":
			return nil
		}
		lives, err := t.row(principalColumns+`WHERE pr.id = ? AND pr.ended IS NULL AND pe.removed IS NULL`, []any{w.principal[:]}, principalDest(&p)...)
		if err == nil && !lives {
			err = session.Errorf(session.CodeEnrolmentEnded, "")
		}
		return err
	})
	return p, err
}

// Programs implements vault.Programs.
func (s *Store) Programs(ctx context.Context, p vault.Principal) (list []vault.Program, err error) {
	err = s.readOne(ctx, func(t *tx) error {
		return t.programs(p, `pr.person = ? ORDER BY pr.created, pr.id`, []any{p.Person[:]},
			func(v vault.WorkspaceProgram) { list = append(list, v.Program) })
	})
	return list, err
}

// programs calls next for the programs that have not ended and fit a condition.
func (t *tx) programs(p vault.Principal, where string, args []any, next func(vault.WorkspaceProgram)) error {
	var v vault.WorkspaceProgram
	var created, seen int64
	return t.each(`SELECT pr.id, pr.role, pr.name, pr.keys, pr.created, pr.seen, pe.id, pe.name
		FROM principals pr JOIN persons pe ON pe.id = pr.person WHERE pr.ended IS NULL AND `+where, args,
		func() error {
			v.Created, v.Seen, v.Current = fromMillis(created), fromMillis(seen), v.ID == p.ID
			next(v)
			v.Keys = nil
			return nil
		}, toID(&v.ID), &v.Role, &v.Name, &v.Keys, &created, &seen, toID(&v.Person), &v.PersonName)
}

// Revoke implements vault.Programs.
func (s *Store) Revoke(ctx context.Context, p vault.Principal, id session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		whose, err := t.mayRevoke(p, id)
		if err != nil || whose.IsZero() {
			return err
		}
		if err := t.endPrincipal(id); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionProgramRevoked, owner: whose, by: p, of: id})
	})
}

// mayRevoke returns whose a program is, with that person's row locked, or zero if
// it has ended or is not the caller's to end.
func (t *tx) mayRevoke(p vault.Principal, id session.ID) (whose session.ID, err error) {
	const query = `SELECT pr.person FROM principals pr JOIN persons pe ON pe.id = pr.person WHERE pr.id = ? AND pe.workspace = ? AND pr.ended IS NULL`
	args := []any{id[:], p.Workspace[:]}
	found, err := t.row(query, args, toID(&whose))
	if err != nil || !found || whose == p.Person {
		return whose, err
	}
	if p.Role != vault.RoleWeb {
		return session.ID{}, nil
	}
	switch err := t.admin(p); {
	case session.CodeOf(err) == session.CodeNotAdmin:
		return session.ID{}, nil
	case err != nil:
		return session.ID{}, err
	}
	if err := t.lock(`SELECT id FROM persons WHERE id = ? FOR UPDATE`, whose[:]); err != nil {
		return session.ID{}, err
	}
	var still session.ID // it may have ended while we waited
	_, err = t.row(query, args, toID(&still))
	return still, err
}
