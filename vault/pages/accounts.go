package pages

import (
	"time"

	"sessionferry/session"
)

// Icon is what a card shows instead of a trade mark.
type Icon struct{ Letters, Color string }

// Account is a card.
type Account struct {
	session.Account
	AppName string
	Icon    Icon
}

// Path is the page of the account.
func (a Account) Path() string { return "/accounts/" + a.ID.String() }

// Owned reports whether the person may do more than look.
func (a Account) Owned() bool { return a.Role == session.RoleOwner }

// Accounts is the page of a person's cards.
type Accounts struct {
	Frame
	Search string
	State  session.State // that is shown alone; "" for all
	States []session.State
	Cards  []Account
	Next   string // address of more cards; "" for none
	Empty  bool   // there is no account at all
}

func (*Accounts) template() string { return "accounts" }

// Details is the page of one account.
type Details struct {
	Frame
	Account   Account
	Retention Retention
	History   []Event
	Outcomes  Plot
	Members   []Member
	Inputs    // add a member
}

func (*Details) template() string { return "account" }

// Retention is how long a session stays.
type Retention struct{ WindowDays, CapDays int }

// Event is one thing that happened to an account.
type Event struct {
	Time   time.Time
	Action string
	Cause  session.Cause
	By     string
}

// Doing is what the account's session is doing: a newer one that waits comes before
// the one that is in use until then.
func (a *Account) Doing() session.State {
	if a.Status.Attempt.Waits() {
		return session.StateConfirming
	}
	return a.Status.State
}

// Member is a person who may see the account.
type Member struct {
	ID    string
	Name  string
	Owner bool
}

// Transfer is the wizard.
type Transfer struct {
	Frame
	Account   Account
	Retention Retention
}

func (*Transfer) template() string { return "transfer" }

// Pick is the page on which an app is chosen for a new card.
type Pick struct {
	Frame
	Search string
	Apps   []App
}

func (*Pick) template() string { return "pick" }

// Blame does nothing: the search has the focus from the start, and says what is wrong.
func (*Pick) Blame(session.Code, string) {}

// App is one that is supported.
type App struct {
	ID, Name string
	Icon     Icon
	Domains  []string
	AnySite  bool

	Grade, Source string // the evidence of its rule
	Checked       time.Time
}

// History is all that happened to an account.
type History struct {
	Frame
	Events []Event
	Next   string
}

func (*History) template() string { return "history" }

// Verdicts are the codes under which each verdict but "one" is explained; "unread" is
// any of them where storage could not be read.
func (*Transfer) Verdicts() map[string]session.Code {
	return map[string]session.Code{
		"several": session.CodeAccountSeveral, "wrong": session.CodeAccountWrong, "conflict": session.CodeAccountConflict,
		"pick_scope": session.CodeAccountPickScope, "unproven": session.CodeAccountUnprovable, "unknown": session.CodeAccountUnclear,
		"signed_out": session.CodeAccountSignedOut, "acting": session.CodeAccountActing, "bound": session.CodeSessionBound,
		"unread": session.CodeStorageUnread,
	}
}

// Unreachable is what a page says that cannot ask the vault any more.
func (*Transfer) Unreachable() Problem { return Problem{Code: string(session.CodeVaultUnreachable)} }
