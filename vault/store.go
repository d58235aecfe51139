package vault

import (
	"context"
	"time"

	"sessionferry/session"
)

// Store keeps the vault's records. Each method is one transaction (or none, for
// a pure read) and decides by itself who may do what: an account that the
// caller's person has no membership of and one that does not exist are the same
// CodeNotFound. Errors that a caller may see are session.Errors; all others are
// faults of the store.
//
// The promises of a store are the tests of package storetest; each
// implementation runs them.
//
// A change that a program asks for uses up the proof that it came with
// (Principal.Once) in the same transaction; CodeProofReplayed if that was done
// before.
type Store interface {
	People
	Programs
	Overviews
	Retentions

	// Workspace returns the workspace and the person that the first start made.
	Workspace(ctx context.Context) (Workspace, error)

	// Enrol adds a principal of the first person and returns its record.
	Enrol(ctx context.Context, e Enrolment) (Principal, error)
	// Grant gives the program with a key a token, given as SHA-256 of its text, and
	// returns its end. CodeUnauthorized if no program has the key, or one that has
	// ended or was not seen for ProgramIdle. once is that of the proof by the key.
	Grant(ctx context.Context, key []byte, token, once [32]byte) (time.Time, error)
	// Authenticate returns the principal of a token, given as SHA-256 of its
	// text, or CodeUnauthorized.
	Authenticate(ctx context.Context, token [32]byte) (Principal, error)
	// Secret returns 32 random bytes by name, the same ones to every process of
	// the database. They are made on first use.
	Secret(ctx context.Context, name string) ([]byte, error)
	// Leave ends the program, its tokens and its leases.
	Leave(ctx context.Context, p Principal) error

	// Accounts is FindAccounts without a filter.
	Accounts(ctx context.Context, p Principal, cursor string, limit int) ([]session.Account, string, error)
	Account(ctx context.Context, p Principal, account session.ID) (session.Account, error)
	// Role is what the person is to the account, or CodeNotFound.
	Role(ctx context.Context, p Principal, account session.ID) (session.Role, error)
	AddAccount(ctx context.Context, p Principal, card Card) (session.Account, error)
	// ChangeAccount gives an account of the caller's own another site and user name;
	// the card's app is not looked at. What is proved of a session is whose it is, so
	// one that is held, and a share that waits, end as session.CauseChanged and are
	// erased, unless nothing changes. CodeAccountExists if there is such an account.
	ChangeAccount(ctx context.Context, p Principal, account session.ID, card Card) (session.Account, error)
	// RemoveAccount removes the account and erases what it holds.
	RemoveAccount(ctx context.Context, p Principal, account session.ID) error

	// Status returns the state of the account's session.
	Status(ctx context.Context, p Principal, account session.ID) (session.Status, error)
	// Put replaces the account's session or, if it is to be confirmed, keeps the
	// share beside it for a while; either way a share that waited is erased. A key that was applied before changes
	// nothing and returns Applied false. CodeGenerationConflict comes with the
	// current status, CodeRosterRollback (ErrRosterMoved) if the roster is not
	// any more the one that the signature was checked with. The share number that the
	// sender has seen raises the next one for good, even if the put is refused, but for
	// ErrRosterMoved, which undoes all of it. A number more than MaxSeenAhead above the
	// vault's own changes nothing and is CodeGenerationAhead.
	Put(ctx context.Context, p Principal, put Put) (PutResult, error)
	// Delete ends and erases the account's session and the share that waits, if
	// there are any. A session whose time has come stays expired.
	Delete(ctx context.Context, p Principal, account session.ID) (session.Status, error)

	// Roster returns the person's chain, oldest version first.
	Roster(ctx context.Context, person session.ID) ([][]byte, error)
	// AppendRoster adds a version after exactly as many as the caller has seen,
	// or returns CodeRosterConflict. Sessions of the person's own accounts
	// that name one of the revoked keys end and are erased.
	AppendRoster(ctx context.Context, p Principal, a RosterAppend) error

	// RestartRoster lets the person begin a new chain, since every device that could
	// continue the older one is lost. It ends the person's programs and erases the
	// sessions of the person's own accounts: all of them name lost keys.
	RestartRoster(ctx context.Context, p Principal) error

	// Lease gives the caller alone the use of a session for some minutes. seen raises
	// the next share number as that of Put does.
	Lease(ctx context.Context, p Principal, account session.ID, seen session.Generation) (Lease, error)
	// Leased tells what a lease that has not ended is for.
	Leased(ctx context.Context, p Principal, lease session.ID) (Lease, error)
	// Renew gives a lease of the current session its whole time again, never beyond
	// the session's end. CodeRequestInvalid for a lease of a share that waits.
	Renew(ctx context.Context, p Principal, lease session.ID) (Lease, error)
	// Refresh replaces the session that is leased by what its holder hands back, and
	// the lease goes on for it. The put has neither Seen nor Confirm, and its
	// generation is the leased one with the next refresh number, or
	// CodeGenerationConflict comes with the current status. A share that waits stays
	// as it is. Otherwise it is as Put.
	Refresh(ctx context.Context, p Principal, lease session.ID, put Put) (PutResult, error)
	// LeasedEnvelope returns the sealed session of a lease that has not ended.
	LeasedEnvelope(ctx context.Context, p Principal, lease session.ID) (Sealed, error)
	// LeaseWaiting gives the caller alone, for a short while, the oldest share
	// that waits for the app's word on an account that its person owns, that is
	// sealed to the key and that nobody leases; CodeSessionNone if there is none.
	// What the caller gave back without a word is passed over for a moment.
	LeaseWaiting(ctx context.Context, p Principal, key []byte) (Lease, error)
	// Report records that the current session was used, or what the app answered
	// against it: the second such answer, RecheckAfter after the first or later and
	// with nothing good in between, ends it as invalid. The first changes no status
	// and ends the lease. Of a share that waits, confirmed makes it replace the current
	// session and invalid erases it. CodeRequestInvalid for a report that does not fit
	// the lease.
	Report(ctx context.Context, p Principal, lease session.ID, r Report) (session.Status, error)
	// EndLease gives the session back. A lease that has ended already is no error.
	EndLease(ctx context.Context, p Principal, lease session.ID) error

	// Audit lists what happened to the person's accounts and principals, newest
	// first, before the given sequence number (0 for the newest), up to limit.
	Audit(ctx context.Context, p Principal, before int64, limit int) ([]AuditEntry, error)

	// CheckClock compares the database's clock with the time that has gone by, and
	// returns why it is not trusted, if it is not. It is called again and again.
	CheckClock(ctx context.Context) (ClockHold, error)
	// ConfirmClock takes the clock as right, and returns why it was not trusted.
	ConfirmClock(ctx context.Context) (ClockHold, error)
	// AuditReader reads the log of all persons, which is never changed: entries are
	// added alone.
	AuditReader
	// ChainAudit closes batches of the audit log over all entries of which
	// AuditBatchRows wait or one waits for AuditBatchTime, and returns how many.
	ChainAudit(ctx context.Context) (int, error)

	// DestroyExpired destroys the keys of what has expired where many sessions have
	// at once, so that no copy of them opens however long their rows take. It changes
	// nothing that a person sees.
	DestroyExpired(ctx context.Context) error
	// Expire ends sessions whose time has come, at most limit, and returns how
	// many there were. They were unreadable before it. It ends none while the clock is
	// not trusted.
	Expire(ctx context.Context, limit int) (int, error)
	// Forget removes what time alone has made useless: tokens, proofs and codes
	// past their end.
	Forget(ctx context.Context) error
	// Erase destroys what ended sessions left: it changes the keys of every
	// bucket in which something ended, destroys the old ones, empties the log of
	// the database and records the erasures as done. It returns how many were.
	Erase(ctx context.Context) (int, error)
	// Erasures lists, for an admin, the erasures that are not confirmed, the ones that
	// fail first and then the oldest, up to limit.
	Erasures(ctx context.Context, p Principal, limit int) ([]Erasure, error)
	// Health reports what an operator must know.
	Health(ctx context.Context) (Health, error)

	Close() error
}
