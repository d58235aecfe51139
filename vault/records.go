package vault

import (
	"time"

	"sessionferry/session"
)

// Role is what kind of caller a principal is.
type Role string

// The roles of principals.
const (
	RoleDevice Role = "device" // shares and deletes
	RoleRunner Role = "runner" // leases
	RoleWeb    Role = "web"    // a person in a web browser, who has signed in
)

// Workspace is the tenant and its first person.
type Workspace struct {
	ID     session.ID
	Person session.ID
}

// Principal is one device, runner or web session of one person.
type Principal struct {
	ID        session.ID
	Workspace session.ID
	Person    session.ID
	Role      Role
	Name      string
	Keys      []byte    // envelope.PublicKeys in their encoded form; none of a web session
	Key       []byte    // Ed25519 key of its proofs; none of a web session
	Admin     bool      // whether the person is one
	Proved    time.Time // when the person of a web session last gave a password

	// Once names the proof that a change came with. It is used up by the transaction
	// that makes the change; the zero value for web sessions and reads.
	Once [32]byte
}

// Enrolment is what makes a principal.
type Enrolment struct {
	Role Role
	Name string
	Keys []byte
	Key  []byte // of its proofs, as Keys holds it
}

// Card is what makes an account.
type Card struct {
	App      string `json:"app"`
	Site     string `json:"site"`
	Username string `json:"username"`
}

// Sealed is an envelope in the two pieces in which it is kept: the stanzas,
// which the vault wraps with keys that it can destroy, and the rest.
type Sealed struct {
	Stanzas []byte
	Rest    []byte
}

// Put is one share or refresh whose signature has been checked against Roster.
type Put struct {
	Account    session.ID
	Workspace  session.ID // as the envelope's header says, as the next ones
	App        string
	Session    session.ID
	Generation session.Generation
	Created    time.Time
	Cap        time.Time
	NotAfter   time.Time // the zero time if the app's own sign-in sets no end
	KeyIDs     [][]byte  // of the sender, of the device that shared and of all recipients
	Consent    session.Consent

	Key     string             // idempotency key
	Seen    session.Generation // highest that the sender knows
	Confirm bool               // it waits for the app's word before it becomes current
	Counts  *session.Counts    // of what went and stayed; nil if the sender does not say
	Roster  int                // length of the chain that the signature was checked with
	Sealed  Sealed
}

// PutResult tells what a put did.
type PutResult struct {
	Status  session.Status
	Applied bool // false if the key had been applied before
}

// RosterAppend is a new version of a person's roster.
type RosterAppend struct {
	After   int      // length of the chain that it continues
	Version []byte   // the signed version, as received
	Revoked [][]byte // ids of keys that the chain trusted and this version does not
}

// Lease is the sole use of one session until a time.
type Lease struct {
	ID      session.ID
	Until   time.Time
	Account session.Account
	Share   uint64 // of the session that waits; 0 for a lease of the current one
}

// Report is what a runner found. With no field set the session was used.
type Report struct {
	Invalid   bool
	Cause     session.Cause // with Invalid: why
	Confirmed bool          // the app has named the account of the share that waits
}

// Action is one kind of audit entry; stable and append-only.
type Action string

// The actions.
const (
	ActionEnrolled       Action = "enrolled"
	ActionLeft           Action = "left"
	ActionAccountAdded   Action = "account_added"
	ActionAccountRemoved Action = "account_removed"
	ActionShared         Action = "shared"
	ActionReplaced       Action = "replaced" // the older session, by a share or a refresh
	ActionDeleted        Action = "deleted"
	ActionExpired        Action = "expired"
	ActionInvalid        Action = "invalid"
	ActionErased         Action = "erased" // no key and no page of it is left
	ActionLeased         Action = "leased"
	ActionUsed           Action = "used"
	ActionRoster         Action = "roster"
	ActionPending        Action = "pending"   // a share that waits for the app's word
	ActionConfirmed      Action = "confirmed" // it became the current session
	ActionRefused        Action = "refused"   // it was erased, with its cause
	ActionRefreshed      Action = "refreshed" // a runner handed it back as it is after its use
	ActionSkipped        Action = "skipped"   // nothing happened: the number was of a transaction that was undone

	ActionSetUp           Action = "set_up" // the first person, with the code that the vault printed
	ActionInvited         Action = "invited"
	ActionUninvited       Action = "uninvited"
	ActionJoined          Action = "joined" // by an invitation
	ActionSignedIn        Action = "signed_in"
	ActionSignedOut       Action = "signed_out"
	ActionPassword        Action = "password_changed"
	ActionTOTPOn          Action = "totp_on"
	ActionTOTPOff         Action = "totp_off"
	ActionMadeAdmin       Action = "made_admin"
	ActionMadeMember      Action = "made_member"
	ActionPersonRemoved   Action = "person_removed"
	ActionMemberAdded     Action = "member_added"
	ActionMemberRemoved   Action = "member_removed"
	ActionOwnerChanged    Action = "owner_changed"
	ActionProgramRevoked  Action = "program_revoked"
	ActionProgramDenied   Action = "program_denied"
	ActionRosterRestarted Action = "roster_restarted" // every device was lost

	ActionErasureFailed Action = "erasure_failed" // once, until it is erased

	ActionAccountChanged   Action = "account_changed"   // its site or user name
	ActionRetentionChanged Action = "retention_changed" // to Days, of App or of the workspace

	ActionPasswordReset Action = "password_reset" // by an invitation of the person of the entry

	ActionDoubted Action = "doubted" // the app's first answer against the session, with its cause; it is kept
)

// AuditEntry is one thing that happened. Fields that do not apply are zero; each
// is hashed, see AuditRecord.
type AuditEntry struct {
	Seq        int64              `json:"seq"`
	Time       time.Time          `json:"time"`
	Action     Action             `json:"action"`
	Person     session.ID         `json:"person,omitzero"`    // who did it
	Principal  session.ID         `json:"principal,omitzero"` // with which device or runner
	Account    session.ID         `json:"account,omitzero"`
	Of         session.ID         `json:"of,omitzero"` // the person, program or web session that it was done to
	Generation session.Generation `json:"generation,omitzero"`
	Cause      session.Cause      `json:"cause,omitempty"`
	Consent    *session.Consent   `json:"consent,omitempty"`
	App        string             `json:"app,omitempty"` // of ActionRetentionChanged
	Days       int                `json:"days,omitzero"` // of the same; none if it was taken back
}

// Erasure is what an ended session leaves until no copy of it opens any more.
type Erasure struct {
	Account    session.ID         `json:"account"`
	Generation session.Generation `json:"generation"`
	Cause      session.Cause      `json:"cause"` // of the session's end
	Since      time.Time          `json:"since"`
	Attempts   int                `json:"attempts"`          // that failed
	Failure    string             `json:"failure,omitempty"` // what the last one could not do, in our words
}

// Health is what an operator must know.
type Health struct {
	Erased        int64     // erasures confirmed since the vault was made
	Pending       int       // sessions that have ended and whose erasure is not confirmed
	Failing       int       // of these, the ones whose last attempt failed
	OldestPending time.Time // when the oldest of them ended; zero for none
	Failure       string    // what the last failing attempt could not do, in our words
	Overdue       int       // sessions that are unreadable since they have expired and whose rows are still to be ended
	LostBuckets   int       // buckets whose key is not in the key store: sessions from an old backup
	Clock         ClockHold // why nothing expires for good
}

// ClockHold says why the clock is not trusted with erasing what has expired. It is
// zero while the clock is trusted.
type ClockHold struct {
	Reason ClockReason
	Until  time.Time // zero if it lasts until the clock is right again or an admin confirms it
}

// ClockReason is why the clock is doubted.
type ClockReason string

// The reasons. All are of more than an hour.
const (
	ClockAhead ClockReason = "ahead" // it jumped ahead while the vault ran
	ClockBack  ClockReason = "back"  // it jumped back, while the vault ran or was stopped
	ClockGap   ClockReason = "gap"   // the vault was stopped for so long, or it jumped ahead meanwhile
)
