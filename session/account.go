package session

import "time"

// Role is what a person may do with an account.
type Role string

// The roles. Only an owner transfers, deletes or sees a session's detail.
const (
	RoleOwner        Role = "owner"
	RoleCollaborator Role = "collaborator"
)

// Account is one card: an app, the site it runs on and the user name there.
type Account struct {
	ID       ID     `json:"id"`
	App      string `json:"app"`
	Site     string `json:"site"` // an origin, e.g. "https://wiki.example" or "http://mw.localhost:9101"
	Username string `json:"username"`
	Role     Role   `json:"role"`
	Status   Status `json:"session"`
}

// State is the one word that a card shows.
type State string

// The states of an account's stored session.
const (
	StateNone        State = "none"
	StateConfirming  State = "confirming"
	StateTransferred State = "transferred"
	StateExpired     State = "expired"
	StateInvalid     State = "invalid"
)

// Cause says why a session is in its state; it is stable and append-only.
type Cause string

// The causes. Their sentences are in CauseText.
const (
	CauseNever         Cause = "never_shared"
	CauseShared        Cause = "shared"
	CauseDeleted       Cause = "deleted"
	CauseWindow        Cause = "expired_unused"
	CauseCap           Cause = "expired_cap"
	CauseCookies       Cause = "expired_cookies"
	CauseSignedOut     Cause = "signed_out_by_app"
	CauseWrongAccount  Cause = "wrong_account_on_arrival"
	CauseRosterRevoked Cause = "key_revoked"
	CauseLost          Cause = "lost_with_backup"
	CauseConfirming    Cause = "confirming"
	CauseUnconfirmed   Cause = "unconfirmed"
	CauseBound         Cause = "bound_to_device"
	CauseChanged       Cause = "account_changed"
)

var causeText = map[Cause]string{
	CauseNever:         "No session has been shared yet.",
	CauseShared:        "The session was shared and can be used.",
	CauseDeleted:       "The session was deleted.",
	CauseWindow:        "The session was not used within the retention window.",
	CauseCap:           "The session reached its longest allowed age.",
	CauseCookies:       "The app's own sign-in has run out.",
	CauseSignedOut:     "The app has signed this session out.",
	CauseWrongAccount:  "The app answered with another account than the one on the card.",
	CauseRosterRevoked: "A key that the session was sealed with has been revoked.",
	CauseLost:          "The vault was put back from a backup that no longer has this session's key.",
	CauseConfirming:    "A runner will ask the app whose session it is before it is used.",
	CauseUnconfirmed:   "No runner asked the app in time, so the shared session was erased.",
	CauseBound:         "The app ties this session to the device that it was made on.",
	CauseChanged:       "The account's site or user name was changed, so its session was erased.",
}

// Text returns the sentence for a person, or "" for an unknown cause.
func (c Cause) Text() string { return causeText[c] }

// Generation orders the sessions of one account: share first, then refresh.
// It only grows, through delete, expiry and restore from a backup. The zero
// value means that nothing was ever shared.
type Generation struct {
	Share   uint64 `json:"share"`
	Refresh uint64 `json:"refresh"`
}

// Compare returns -1, 0 or +1 as g is older than, equal to or newer than o.
func (g Generation) Compare(o Generation) int {
	switch {
	case g.Share < o.Share, g.Share == o.Share && g.Refresh < o.Refresh:
		return -1
	case g == o:
		return 0
	}
	return 1
}

// Attempt is the newest share that needed the app's own word, if it waits for
// it or was refused. While it waits it is kept beside the current session and
// changes nothing about it.
type Attempt struct {
	Share     uint64     `json:"share"`
	ShareKey  string     `json:"share_key"` // idempotency key of the share
	Cause     Cause      `json:"cause"`     // CauseConfirming while it waits, else why it was erased
	CauseText string     `json:"cause_text"`
	Since     time.Time  `json:"since"`           // when it was put or, once refused, erased
	Until     *time.Time `json:"until,omitempty"` // while it waits: when it is erased unless a runner confirms it
}

// Waits reports whether a runner has yet to ask the app.
func (a *Attempt) Waits() bool { return a != nil && a.Cause == CauseConfirming }

// Status is what the vault tells of an account's session. State is confirming
// only while an attempt waits and there is no current session. A collaborator gets
// State alone. Times are RFC 3339 in UTC; absent ones do not apply.
type Status struct {
	State      State      `json:"state"`
	Cause      Cause      `json:"cause,omitempty"`
	CauseText  string     `json:"cause_text,omitempty"`
	Generation Generation `json:"generation"`           // of the current or, after its end, the last session
	NextShare  uint64     `json:"next_share,omitempty"` // the share number that a put must carry
	Since      *time.Time `json:"since,omitempty"`      // when this state began
	By         string     `json:"by,omitempty"`         // name of the device that shared
	Until      *time.Time `json:"until,omitempty"`      // earliest of retention window, cap and the app's own expiry
	LastUsed   *time.Time `json:"last_used,omitempty"`  // when a lease was last reported used or confirmed, or the session refreshed
	ShareKey   string     `json:"share_key,omitempty"`  // idempotency key of the share that made the current session
	Counts     *Counts    `json:"counts,omitempty"`     // of the share that State speaks of, while its session is kept
	Attempt    *Attempt   `json:"attempt,omitempty"`    // a share that waits for the app's word, or that it refused
}

// Consent records what the person agreed to. It goes into the envelope's header
// and into the audit log.
type Consent struct {
	Text    string    `json:"text"`    // version of the text, e.g. "2026-11-25"
	Time    time.Time `json:"time"`    // when the person agreed, seconds, UTC
	Surface string    `json:"surface"` // "popup" or "page"
}

// ConsentText is the version of the consent text that a share must carry. It
// changes whenever the text in the extension's catalogue changes its meaning.
const ConsentText = "2026-12-01"

// Validate refuses a missing, outdated or impossible record. now is the
// caller's clock; a record may be at most 10 minutes ahead of it.
func (c *Consent) Validate(now time.Time) error {
	switch {
	case c == nil || c.Time.IsZero():
		return Errorf(CodeConsentMissing, "")
	case c.Text != ConsentText:
		return Errorf(CodeConsentOutdated, "")
	case c.Surface != "popup" && c.Surface != "page":
		return Errorf(CodeConsentMissing, "unknown surface")
	case c.Time.After(now.Add(10 * time.Minute)):
		return Errorf(CodeConsentMissing, "the record lies in the future")
	}
	return nil
}
