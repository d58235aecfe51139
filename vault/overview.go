package vault

import (
	"context"
	"time"

	"sessionferry/session"
)

// AccountFilter chooses accounts. Its zero value is all of them.
type AccountFilter struct {
	Text  string        // stands in the user name, the app or the site, in whatever case
	State session.State // as Status says; "" for any
}

// DoneBy are the names of who did something, none for what the vault does by
// itself.
type DoneBy struct {
	PersonName  string `json:"person_name,omitempty"`
	ProgramName string `json:"program_name,omitempty"` // also of one that has ended; none of a web session
}

// HistoryEntry is one audit entry as an account's owner reads it.
type HistoryEntry struct {
	AuditEntry
	DoneBy
}

// Outcome is how one day's tasks ended that used an account's session.
type Outcome struct {
	Day     string `json:"day"`     // in UTC, such as "2026-11-25"
	Used    int    `json:"used"`    // the app took the session
	Invalid int    `json:"invalid"` // it did not, and the session ended
}

// MaxOutcomeDays is of how many days Outcomes tells at most.
const MaxOutcomeDays = 90

// WorkspaceAccount is an account as an admin sees it: whose it is, and the one
// word.
type WorkspaceAccount struct {
	ID        session.ID    `json:"id"`
	App       string        `json:"app"`
	Site      string        `json:"site"`
	Username  string        `json:"username"`
	Owner     session.ID    `json:"owner"`
	OwnerName string        `json:"owner_name"`
	State     session.State `json:"state"`
}

// WorkspaceProgram is a device or runner as an admin sees it.
type WorkspaceProgram struct {
	Program
	Person     session.ID `json:"person"`
	PersonName string     `json:"person_name"`
}

// AuditFilter chooses entries of the log of all persons. Its zero value is all of
// them.
type AuditFilter struct {
	Person  session.ID // who did it
	Account session.ID
	Action  Action
	From    time.Time // zero for the beginning
	To      time.Time // before which; zero for no end
}

// FoundEntry is one entry of the log of all persons with what an admin reads it
// by. The account's name is of today, "" if it has been removed.
type FoundEntry struct {
	AuditRecord
	DoneBy
	OwnerName string `json:"owner_name,omitempty"`
	OfName    string `json:"of_name,omitempty"`  // of the person or the program that it was done to
	Username  string `json:"username,omitempty"` // of the account
}

// WorkspaceHealth is what an admin looks after.
type WorkspaceHealth struct {
	Health
	People   int // who are not removed
	Accounts int
	Sessions int   // that are held, without those that wait for the app's word
	Waiting  int   // those
	Programs int   // that have not ended
	Bytes    int64 // of the database with its indexes
}

// Overviews are the lists that people and admins look through. What is for admins
// is CodeNotAdmin for all others. A cursor is "" for the first page and what the
// page before returned for the next; "" comes back at the end. A page that is
// filtered may hold fewer than limit, or none, and still have a next one: no call
// looks at more than some thousand rows.
type Overviews interface {
	// FindAccounts lists the accounts that the person may see, oldest first.
	FindAccounts(ctx context.Context, p Principal, f AccountFilter, cursor string, limit int) ([]session.Account, string, error)
	// History lists what happened to an account while it was the caller's, newest
	// first. CodeNotOwner for who only sees its state.
	History(ctx context.Context, p Principal, account session.ID, cursor string, limit int) ([]HistoryEntry, string, error)
	// Outcomes counts by day, oldest first, the days up to today, each one also if
	// nothing happened. It tells of the caller's time as owner alone.
	Outcomes(ctx context.Context, p Principal, account session.ID, days int) ([]Outcome, error)

	// WorkspaceAccounts lists, for an admin, all accounts, oldest first. The text of
	// the filter may also stand in the owner's name.
	WorkspaceAccounts(ctx context.Context, p Principal, f AccountFilter, cursor string, limit int) ([]WorkspaceAccount, string, error)
	// WorkspacePrograms lists, for an admin, the devices and runners of all people
	// that have not ended, oldest first.
	WorkspacePrograms(ctx context.Context, p Principal, cursor string, limit int) ([]WorkspaceProgram, string, error)
	// FindAudit searches, for an admin, the log of all persons, newest first.
	FindAudit(ctx context.Context, p Principal, f AuditFilter, cursor string, limit int) ([]FoundEntry, string, error)
	// WorkspaceHealth counts, for an admin.
	WorkspaceHealth(ctx context.Context, p Principal) (WorkspaceHealth, error)
}
