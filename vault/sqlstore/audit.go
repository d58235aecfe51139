package sqlstore

import (
	"context"
	"database/sql"
	"math"

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
}

func (t *tx) audit(e entry) error {
	var text, at, surface any
	if c := e.consent; c != nil {
		text, at, surface = c.Text, millis(c.Time), c.Surface
	}
	_, err := t.exec(`INSERT INTO audit (at, owner, action, person, principal, account, subject, share, refresh, cause, consent_text, consent_at, consent_surface)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		t.now, e.owner[:], string(e.action), nullID(e.by.Person), nullID(e.by.ID), nullID(e.account), nullID(e.of),
		int64(e.generation.Share), int64(e.generation.Refresh), string(e.cause), text, at, surface)
	return err
}

// Audit implements vault.Store.
func (s *Store) Audit(ctx context.Context, p vault.Principal, before int64, limit int) (list []vault.AuditEntry, err error) {
	if before == 0 {
		before = math.MaxInt64
	}
	err = s.read(ctx, func(t *tx) error {
		var e vault.AuditEntry
		var at int64
		var text, surface sql.NullString
		var consentAt sql.NullInt64
		return t.each(`SELECT seq, at, action, person, principal, account, subject, share, refresh, cause, consent_text, consent_at, consent_surface
			FROM audit WHERE owner = ? AND seq < ? ORDER BY seq DESC LIMIT ?`, []any{p.Person[:], before, limit},
			func() error {
				e.Time, e.Consent = fromMillis(at), nil
				if text.Valid {
					e.Consent = &session.Consent{Text: text.String, Time: fromMillis(consentAt.Int64), Surface: surface.String}
				}
				list = append(list, e)
				return nil
			},
			&e.Seq, &at, &e.Action, toID(&e.Person), toID(&e.Principal), toID(&e.Account), toID(&e.Of),
			&e.Generation.Share, &e.Generation.Refresh, &e.Cause, &text, &consentAt, &surface)
	})
	return list, err
}
