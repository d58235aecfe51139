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
	err = s.read(ctx, func(t *tx) error {
		var v vault.Program
		var created, seen int64
		return t.each(`SELECT id, role, name, keys, created, seen FROM principals WHERE person = ? AND ended IS NULL ORDER BY created, id`, []any{p.Person[:]},
			func() error {
				v.Created, v.Seen, v.Current = fromMillis(created), fromMillis(seen), v.ID == p.ID
				list = append(list, v)
				v.Keys = nil
				return nil
			}, toID(&v.ID), &v.Role, &v.Name, &v.Keys, &created, &seen)
	})
	return list, err
}

// Revoke implements vault.Programs.
func (s *Store) Revoke(ctx context.Context, p vault.Principal, id session.ID) error {
	return s.act(ctx, p, func(t *tx) error {
		var one int
		found, err := t.row(`SELECT 1 FROM principals WHERE id = ? AND person = ? AND ended IS NULL`, []any{id[:], p.Person[:]}, &one)
		if err != nil || !found {
			return err
		}
		if err := t.endPrincipal(id); err != nil {
			return err
		}
		return t.audit(entry{action: vault.ActionProgramRevoked, owner: p.Person, by: p, of: id})
	})
}
