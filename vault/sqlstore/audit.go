package sqlstore

import (
	"context"
	"database/sql"

	"sessionferry/session"
	"sessionferry/vault"
)

// entry is one audit entry to be written. by is zero for what the vault does by
// itself.
type entry struct {
	action     vault.Action
	owner      session.ID
	by         vault.Principal
	account    session.ID
	generation session.Generation
	of         session.ID // the person, program or web session that it was done to
	cause      session.Cause
	consent    *session.Consent
	app        string // of a retention window
	days       int
}

func (t *tx) audit(e entry) error { return t.run(t.auditing(e)) }

// auditing is the statement that writes an entry.
func (t *tx) auditing(e entry) Statement {
	var text, at, surface any
	if c := e.consent; c != nil {
		text, at, surface = c.Text, millis(c.Time), c.Surface
	}
	return stmt(`INSERT INTO audit (at, owner, action, person, principal, account, subject, share, refresh, cause, consent_text, consent_at, consent_surface, app, days)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.now, e.owner[:], string(e.action), nullID(e.by.Person), nullID(e.by.ID), nullID(e.account), nullID(e.of),
		int64(e.generation.Share), int64(e.generation.Refresh), string(e.cause), text, at, surface, e.app, e.days)
}

// auditColumns are what eachEntry scans.
const auditColumns = `SELECT seq, at, owner, action, person, principal, account, subject, share, refresh, cause, consent_text, consent_at, consent_surface, app, days FROM audit `

// eachEntry calls next for the entries of a query that begins with auditColumns.
func (t *tx) eachEntry(query string, args []any, next func(vault.AuditRecord)) error {
	var r vault.AuditRecord
	var at int64
	var text, surface sql.NullString
	var consentAt sql.NullInt64
	return t.each(auditColumns+query, args,
		func() error {
			r.Time, r.Consent = fromMillis(at), nil
			if text.Valid {
				r.Consent = &session.Consent{Text: text.String, Time: fromMillis(consentAt.Int64), Surface: surface.String}
			}
			next(r)
			return nil
		},
		&r.Seq, &at, toID(&r.Owner), &r.Action, toID(&r.Person), toID(&r.Principal), toID(&r.Account), toID(&r.Of),
		&r.Generation.Share, &r.Generation.Refresh, &r.Cause, &text, &consentAt, &surface, &r.App, &r.Days)
}

// auditRecords calls next for the first entries above after and up to last, at
// most AuditBatchRows.
func (t *tx) auditRecords(after, last int64, next func(vault.AuditRecord)) error {
	return t.eachEntry(`WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`, []any{after, last, vault.AuditBatchRows}, next)
}

// Audit implements vault.Store.
func (s *Store) Audit(ctx context.Context, p vault.Principal, before int64, limit int) (list []vault.AuditEntry, err error) {
	if before == 0 {
		before = maxSeq
	}
	err = s.readOne(ctx, func(t *tx) error {
		return t.eachEntry(`WHERE owner = ? AND seq < ? ORDER BY seq DESC LIMIT ?`, []any{p.Person[:], before, limit},
			func(r vault.AuditRecord) { list = append(list, r.AuditEntry) })
	})
	return list, err
}
