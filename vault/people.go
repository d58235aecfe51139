package vault

import (
	"context"
	"time"

	"sessionferry/session"
)

// PersonRole is what a person may do in the workspace, beside their own accounts.
type PersonRole string

// The roles of people.
const (
	PersonAdmin  PersonRole = "admin" // invites and removes people
	PersonMember PersonRole = "member"
)

// Person is one member of the workspace.
type Person struct {
	ID    session.ID `json:"id"`
	Name  string     `json:"name"`
	Email string     `json:"email,omitempty"`
	Role  PersonRole `json:"role"`
	TOTP  bool       `json:"totp"` // whether a one-time code is needed to sign in
	Since time.Time  `json:"since"`
}

// Profile is what a person gives who joins.
type Profile struct {
	Name     string
	Email    string // in lower case
	Password string // Argon2id in PHC form; "" for who signs in elsewhere
}

// Login is what a sign-in is checked by.
type Login struct {
	Person   session.ID
	Password string // as in Profile
	TOTP     []byte // the secret, sealed by the password; none if no code is needed
	Step     int64  // time step of the one-time code that was given; 0 for none
}

// WebSession is one browser in which a person has signed in. Token is the SHA-256
// of its cookie; the cookie's text is never stored.
type WebSession struct {
	ID      session.ID `json:"id"`
	Token   [32]byte   `json:"-"`
	Network [32]byte   `json:"-"`       // where it begins, hashed; not read back
	Browser string     `json:"browser"` // in a person's words, such as "Firefox on Linux"
	Created time.Time  `json:"created"`
	Seen    time.Time  `json:"seen"`
	Current bool       `json:"current"` // whether it is the one that asks
}

// Invitation lets somebody join the workspace, or choose a new password.
type Invitation struct {
	ID    session.ID `json:"id"`
	Email string     `json:"email"`
	Role  PersonRole `json:"role"`
	Until time.Time  `json:"until"`
}

// Identity is who an OpenID provider says somebody is.
type Identity struct {
	Issuer, Subject string
	Email           string // verified by the provider, in lower case; "" if it is not
	Name            string
	SignedIn        time.Time // when the provider last asked who it is; zero if it does not say
}

// Member is a person who may see an account.
type Member struct {
	Person session.ID   `json:"person"`
	Name   string       `json:"name"`
	Role   session.Role `json:"role"`
}

// People keeps the people of the workspace and their web sessions. Methods
// that take a Principal decide by it; what only an admin may do is
// CodeNotAdmin for all others, and a person who is not there CodePersonUnknown.
type People interface {
	// NeedsSetup reports whether the first person has no way to sign in yet.
	NeedsSetup(ctx context.Context) (bool, error)
	// Setup gives the first person a profile and a web session; CodeSetupDone later.
	Setup(ctx context.Context, p Profile, w WebSession) error
	// Login returns what a sign-in is checked by; CodeSignInFailed for nobody.
	Login(ctx context.Context, email string) (Login, error)
	// SignIn starts a web session for who was checked by a login. CodeSignInFailed if
	// the password has been changed since, or the one-time code was used before.
	SignIn(ctx context.Context, l Login, w WebSession) error
	// Identify starts a web session for whom a provider vouches: a person whom it
	// vouched for before, or one who has, or is invited by, the e-mail address that
	// it has verified. CodeNotInvited for all others. With codes, CodeTOTPNeeded for
	// a person whose own sign-in takes a one-time code.
	Identify(ctx context.Context, i Identity, codes bool, w WebSession) error
	// ByWebSession returns the principal of a web session, given as SHA-256 of its
	// cookie, or CodeSignedOut.
	ByWebSession(ctx context.Context, token [32]byte) (Principal, error)
	// Prove notes that the person has just shown again who it is, as SignIn.
	Prove(ctx context.Context, p Principal, l Login) error
	WebSessions(ctx context.Context, p Principal) ([]WebSession, error)
	// EndWebSession ends one of the person's web sessions. One that has ended is no
	// error.
	EndWebSession(ctx context.Context, p Principal, id session.ID) error
	// OwnLogin is Login for a person who is signed in.
	OwnLogin(ctx context.Context, p Principal) (Login, error)
	// SetLogin replaces the password and the one-time secret that the person was
	// checked by, and ends the person's other web sessions. what says which of them
	// changed.
	SetLogin(ctx context.Context, p Principal, was, is Login, what Action) error

	People(ctx context.Context, p Principal) ([]Person, error)
	SetRole(ctx context.Context, p Principal, person session.ID, role PersonRole) error
	// RemovePerson ends everything of a person at once: web sessions, programs,
	// tokens, leases, memberships. Their accounts go to the successor, without their
	// sessions, or are removed if there is none or the successor has such an account.
	RemovePerson(ctx context.Context, p Principal, person, successor session.ID) error

	// Invite replaces an invitation of the same address. code is the SHA-256 of its
	// code.
	Invite(ctx context.Context, p Principal, i Invitation, code [32]byte) error
	Invitations(ctx context.Context, p Principal) ([]Invitation, error)
	Uninvite(ctx context.Context, p Principal, id session.ID) error
	// Invited returns the invitation of a code, or CodeCodeWrong.
	Invited(ctx context.Context, code [32]byte) (Invitation, error)
	// Join makes the invited person, or gives the one who is there a new password,
	// and starts a web session. The profile's address is not looked at. CodeCodeWrong
	// also if the inviter is no admin any more.
	Join(ctx context.Context, code [32]byte, p Profile, w WebSession) error

	// Members lists who may see an account, the owner first.
	Members(ctx context.Context, p Principal, account session.ID) ([]Member, error)
	// AddMember lets a person see an account's status word.
	AddMember(ctx context.Context, p Principal, account, person session.ID) error
	// RemoveMember takes that back. It is no error for one who is none.
	RemoveMember(ctx context.Context, p Principal, account, person session.ID) error
	// Transfer makes another person the owner and erases the account's session: the
	// new owner shares again. The older owner becomes a collaborator.
	Transfer(ctx context.Context, p Principal, account, to session.ID) error

	// Attempt counts an attempt under a name, given as SHA-256, and returns 0 if it
	// may be made, else how long to wait. All processes of the database count
	// together.
	Attempt(ctx context.Context, name [32]byte, l Limit) (time.Duration, error)
	// KnownNetwork reports whether the person of an address has started a web session
	// in a network within NetworkTime, or since an admin has reset the password.
	KnownNetwork(ctx context.Context, email string, network [32]byte) (bool, error)
	// Pardon forgets the attempts under a name.
	Pardon(ctx context.Context, name [32]byte) error
}

// Limit allows Burst attempts at once, and one more after each Every.
type Limit struct {
	Burst int
	Every time.Duration
}

// Times of web sessions and invitations.
const (
	WebIdle      = 12 * time.Hour      // a web session that is not used for so long ends
	WebTime      = 7 * 24 * time.Hour  // no web session lasts longer
	WebProved    = 10 * time.Minute    // that a password which was given is good for what needs a fresh one
	NetworkTime  = 90 * 24 * time.Hour // that the network of a sign-in is known to be the person's
	InviteTime   = 7 * 24 * time.Hour
	EnrolTime    = 10 * time.Minute // that a program waits for its person's word
	EnrolPolling = 5 * time.Second  // between two questions of a program that waits
)
