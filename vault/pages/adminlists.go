package pages

import "sessionferry/session"

// All is the page of all accounts of the workspace.
type All struct {
	Frame
	Search   string
	State    session.State // that is shown alone; "" for all
	States   []session.State
	Accounts []Owned
	Next     string
}

func (*All) template() string { return "all" }

// Owned is an account as an admin sees it: whose it is, and the one word.
type Owned struct {
	ID, Username, AppName, Site, Owner string
	Icon                               Icon
	State                              session.State
	Own                                bool // it is the admin's own, who may look into it
}

// Programs is the page of the devices and runners of all people.
type Programs struct {
	Frame
	Programs []Program
	Next     string
}

func (*Programs) template() string { return "programs" }

// Apps is the page of what is supported.
type Apps struct {
	Frame
	Search string
	Apps   []Supported
	Grades []string // best first
}

func (*Apps) template() string { return "apps" }

// Supported is an app with what its rule is founded on.
type Supported struct {
	App
	Old bool // checked so long ago that its word is not taken any more
}

// Unchecked reports whether nobody has ever tried the rule.
func (s Supported) Unchecked() bool { return s.Checked.IsZero() }
