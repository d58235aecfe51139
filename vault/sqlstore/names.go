package sqlstore

import (
	"sessionferry/session"
	"sessionferry/vault"
)

// Where names stand. Who was removed and what has ended keep theirs.
const (
	namePerson  = `SELECT name FROM persons WHERE id = ?`
	nameProgram = `SELECT name FROM principals WHERE id = ?`
	nameAccount = `SELECT username FROM accounts WHERE id = ?`
	nameOf      = `SELECT name FROM (SELECT id, name FROM persons UNION ALL SELECT id, name FROM principals) AS named WHERE id = ?`
)

// names looks each name of a page up once.
type names struct {
	t     *tx
	known map[session.ID]string
}

// of returns the name of an id, "" for the zero id and for what is not there.
func (n names) of(query string, id session.ID) (string, error) {
	name, known := n.known[id]
	if known || id.IsZero() {
		return name, nil
	}
	_, err := n.t.row(query, []any{id[:]}, &name)
	n.known[id] = name
	return name, err
}

// doneBy names who made an entry.
func (n names) doneBy(r vault.AuditRecord) (by vault.DoneBy, err error) {
	if by.PersonName, err = n.of(namePerson, r.Person); err == nil {
		by.ProgramName, err = n.of(nameProgram, r.Principal)
	}
	return by, err
}

// found is an entry as an admin reads it.
func (n names) found(r vault.AuditRecord) (e vault.FoundEntry, err error) {
	e.AuditRecord = r
	if e.DoneBy, err = n.doneBy(r); err == nil {
		e.OwnerName, err = n.of(namePerson, r.Owner)
	}
	if err == nil {
		e.OfName, err = n.of(nameOf, r.Of)
	}
	if err == nil {
		e.Username, err = n.of(nameAccount, r.Account)
	}
	return e, err
}
