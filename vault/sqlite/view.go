package sqlite

import (
	"database/sql"

	"sessionferry/session"
	"sessionferry/vault"
)

// view is an account as one person sees it, with its session if there is one.
type view struct {
	seq                 int64
	id, workspace       session.ID
	owner               session.ID // whose audit log hears of the account
	app, site, username string
	role                session.Role

	last     session.Generation // of the current or last session
	floor    uint64             // highest share number known from elsewhere
	state    session.State      // how the last session ended
	cause    session.Cause
	since    int64
	sharedBy string
	lastUsed sql.NullInt64

	session      session.ID // zero without one
	shareKey     sql.NullString
	sharedAt     sql.NullInt64
	expires      sql.NullInt64
	expiresCause sql.NullString
	lost         sql.NullBool
}

// viewColumns joins the membership in the statement that reads the account, so
// that there is no place where one could be read without the other.
const viewColumns = `SELECT a.seq, a.id, a.workspace, a.creator, a.app, a.site, a.username, m.role,
		a.share, a.refresh, a.floor, a.state, a.cause, a.since, a.shared_by, a.last_used,
		s.id, s.share_key, s.shared_at, s.expires, s.expires_cause, b.lost
	FROM memberships m JOIN accounts a ON a.id = m.account
	LEFT JOIN sessions s ON s.account = a.id LEFT JOIN buckets b ON b.id = s.bucket `

func (v *view) dest() []any {
	return []any{&v.seq, idColumn{&v.id}, idColumn{&v.workspace}, idColumn{&v.owner}, &v.app, &v.site, &v.username, &v.role,
		&v.last.Share, &v.last.Refresh, &v.floor, &v.state, &v.cause, &v.since, &v.sharedBy, &v.lastUsed,
		idColumn{&v.session}, &v.shareKey, &v.sharedAt, &v.expires, &v.expiresCause, &v.lost}
}

// view returns the account as the person sees it, or CodeNotFound.
func (t *tx) view(p vault.Principal, account session.ID) (*view, error) {
	v := new(view)
	found, err := t.row(viewColumns+`WHERE m.person = ? AND m.account = ?`, []any{p.Person[:], account[:]}, v.dest()...)
	if err == nil && !found {
		err = vault.NotFound()
	}
	return v, err
}

// owned is view for what only an owner may do.
func (t *tx) owned(p vault.Principal, account session.ID) (*view, error) {
	v, err := t.view(p, account)
	if err == nil && v.role != session.RoleOwner {
		err = session.Errorf(session.CodeNotOwner, "")
	}
	return v, err
}

// readable is the gate: whether there is a session that may be read now.
func (v *view) readable(now int64) bool {
	return !v.session.IsZero() && now < v.expires.Int64 && !v.lost.Bool
}

func (v *view) nextShare() uint64 { return max(v.last.Share, v.floor) + 1 }

// status says what the person may know at the time now.
func (v *view) status(now int64) session.Status {
	s := session.Status{
		State: v.state, Cause: v.cause, Generation: v.last, NextShare: v.nextShare(),
		Since: new(fromMillis(v.since)), By: v.sharedBy, LastUsed: timePtr(v.lastUsed),
	}
	switch {
	case v.readable(now):
		s.State, s.Cause, s.Since = session.StateTransferred, session.CauseShared, timePtr(v.sharedAt)
		s.Until, s.ShareKey = timePtr(v.expires), v.shareKey.String
	case v.session.IsZero():
	case v.lost.Bool: // its key was destroyed since the backup was made
		s.State, s.Cause, s.Since = session.StateNone, session.CauseLost, timePtr(v.sharedAt)
	default: // its time has come; the sweeper has not
		s.State, s.Cause, s.Since = session.StateExpired, session.Cause(v.expiresCause.String), timePtr(v.expires)
	}
	if v.role != session.RoleOwner {
		return session.Status{State: s.State}
	}
	if s.State == session.StateNone && s.Cause == session.CauseNever {
		s.Since = nil
	}
	s.CauseText = s.Cause.Text()
	return s
}

func (v *view) account(now int64) session.Account {
	return session.Account{ID: v.id, App: v.app, Site: v.site, Username: v.username, Role: v.role, Status: v.status(now)}
}
