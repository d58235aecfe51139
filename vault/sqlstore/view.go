package sqlstore

import (
	"database/sql"

	"sessionferry/session"
	"sessionferry/vault"
)

// view is an account as one person sees it, with its sessions if there are any.
type view struct {
	seq                 int64
	id, workspace       session.ID
	owner               session.ID // whose audit log hears of the account
	app, site, username string
	role                session.Role

	last     session.Generation // of the current or last session
	floor    uint64             // highest share number known from elsewhere, or of one that waited
	state    session.State      // how the last session ended
	cause    session.Cause
	since    int64
	sharedBy string
	lastUsed sql.NullInt64

	current held
	pending held // waits for the app's word
	refused refusal
}

// held is a session that the vault holds; zero without one.
type held struct {
	seq          sql.NullInt64
	id           session.ID
	share        sql.Null[uint64]
	key          sql.NullString
	at           sql.NullInt64
	by           sql.NullString
	expires      sql.NullInt64
	expiresCause sql.NullString
	counts       counts
	lost         bool
	ended        bool // it was due, and its key is destroyed or about to be
}

// refusal is the newest share, erased before it was confirmed; zero for none.
type refusal struct {
	share sql.Null[uint64]
	key   sql.NullString
	cause sql.NullString
	at    sql.NullInt64
}

// viewColumns joins the membership in the statement that reads the account, so
// that there is no place where one could be read without the other.
const viewColumns = viewList + viewFrom

const viewList = `SELECT a.seq, a.id, a.workspace, a.owner, a.app, a.site, a.username, m.role,
		a.share, a.refresh, a.floor, a.state, a.cause, a.since, a.shared_by, a.last_used,
		s.seq, s.id, s.share, s.share_key, s.shared_at, s.shared_by, s.expires, s.expires_cause, s.cookies, s.items, s.stayed, b.lost, b.ended,
		n.seq, n.id, n.share, n.share_key, n.shared_at, n.shared_by, n.expires, n.expires_cause, n.cookies, n.items, n.stayed, nb.lost, nb.ended,
		r.share, r.share_key, r.cause, r.at`

const viewFrom = `
	FROM memberships m JOIN accounts a ON a.id = m.account
	LEFT JOIN sessions s ON s.account = a.id AND s.pending = 0 LEFT JOIN buckets b ON b.id = s.bucket
	LEFT JOIN sessions n ON n.account = a.id AND n.pending = 1 LEFT JOIN buckets nb ON nb.id = n.bucket
	LEFT JOIN refusals r ON r.account = a.id `

func (v *view) dest() []any {
	d := []any{&v.seq, toID(&v.id), toID(&v.workspace), toID(&v.owner), &v.app, &v.site, &v.username, &v.role,
		&v.last.Share, &v.last.Refresh, &v.floor, &v.state, &v.cause, &v.since, &v.sharedBy, &v.lastUsed}
	d = append(append(d, v.current.dest()...), v.pending.dest()...)
	return append(d, &v.refused.share, &v.refused.key, &v.refused.cause, &v.refused.at)
}

func (h *held) dest() []any {
	return []any{&h.seq, toID(&h.id), &h.share, &h.key, &h.at, &h.by, &h.expires, &h.expiresCause, &h.counts.cookies, &h.counts.items, &h.counts.stayed, toBool(&h.lost), toBool(&h.ended)}
}

// view returns the account as the person sees it, or CodeNotFound. In a
// transaction that writes, nobody else changes the account from here on.
func (t *tx) view(p vault.Principal, account session.ID) (*view, error) {
	if t.writes {
		if err := t.lock(`SELECT a.seq FROM memberships m JOIN accounts a ON a.id = m.account WHERE m.person = ? AND m.account = ? FOR UPDATE OF a`, p.Person[:], account[:]); err != nil {
			return nil, err
		}
	}
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
func (h *held) readable(now int64) bool { return h.seq.Valid && !h.due(now) && !h.lost }

func (h *held) generation() session.Generation { return session.Generation{Share: h.share.V} }

// due reports whether there is a session whose time has come.
func (h *held) due(now int64) bool { return h.seq.Valid && (h.ended || now >= h.expires.Int64) }

func (v *view) nextShare() uint64 { return max(v.last.Share, v.floor) + 1 }

// status says what the person may know at the time now.
func (v *view) status(now int64) session.Status {
	s := session.Status{
		State: v.state, Cause: v.cause, Generation: v.last, NextShare: v.nextShare(),
		Since: new(fromMillis(v.since)), By: v.sharedBy, LastUsed: timePtr(v.lastUsed), Attempt: v.attempt(now),
	}
	h := &v.current
	switch {
	case h.readable(now):
		s.State, s.Cause, s.Since = session.StateTransferred, session.CauseShared, timePtr(h.at)
		s.Until, s.ShareKey, s.Counts = timePtr(h.expires), h.key.String, h.counts.told()
	case s.Attempt.Waits():
		s.State, s.Cause, s.Since, s.By = session.StateConfirming, session.CauseConfirming, timePtr(v.pending.at), v.pending.by.String
		s.Counts = v.pending.counts.told()
	case !h.seq.Valid:
	case h.lost: // its key was destroyed since the backup was made
		s.State, s.Cause, s.Since = session.StateNone, session.CauseLost, timePtr(h.at)
	default: // its time has come; the sweeper has not
		s.State, s.Cause, s.Since = session.StateExpired, session.Cause(h.expiresCause.String), timePtr(h.expires)
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

// attempt is the share that waits, or that was erased before it was confirmed.
func (v *view) attempt(now int64) *session.Attempt {
	h := &v.pending
	a := &session.Attempt{Share: h.share.V, ShareKey: h.key.String}
	switch {
	case h.readable(now):
		a.Cause, a.Since, a.Until = session.CauseConfirming, fromMillis(h.at.Int64), timePtr(h.expires)
	case h.due(now): // the sweeper has not come yet
		a.Cause, a.Since = session.Cause(h.expiresCause.String), fromMillis(h.expires.Int64)
	case h.seq.Valid:
		a.Cause, a.Since = session.CauseLost, fromMillis(h.at.Int64)
	case v.refused.at.Valid:
		r := v.refused
		a.Share, a.ShareKey, a.Cause, a.Since = r.share.V, r.key.String, session.Cause(r.cause.String), fromMillis(r.at.Int64)
	default:
		return nil
	}
	a.CauseText = a.Cause.Text()
	return a
}

// card is what the account is known by.
func (v *view) card() vault.Card { return vault.Card{App: v.app, Site: v.site, Username: v.username} }

func (v *view) account(now int64) session.Account {
	return session.Account{ID: v.id, App: v.app, Site: v.site, Username: v.username, Role: v.role, Status: v.status(now)}
}
