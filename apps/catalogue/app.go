package catalogue

import (
	"cmp"
	"time"

	"sessionferry/session"
)

// App is one supported app. What Get returns is shared: treat it as read-only.
type App struct {
	App      string   // the id that cards and bundles carry, e.g. "mediawiki"; also the file's name
	Name     string   // for people, e.g. "MediaWiki"
	Icon     Icon     // what a card shows instead of a trade mark
	Domains  []string // registrable domains whose jars are read; ["*"] is the card's own site
	Card     string   // the kind that a card's user name is compared as; "username" unless the file says otherwise
	Evidence Evidence // how well the rule is founded
	Whoami   *Whoami  // how the runner asks the app who is signed in; nil: by Probe, or not at all
	Unasked  string   // why the app cannot be asked; "" if it can
	Probe    *Whoami  // how the person's own browser asks it where the jar does not tell; nil: never
	Rule     Rule     // how to read a jar
}

// Icon is one or two letters, shown in white on Color.
type Icon struct {
	Letters string `json:"letters"`
	Color   string `json:"color"` // "#rrggbb", with a contrast of at least 4.5 to white
}

// Grade says how a rule is founded.
type Grade string

// The grades, best first.
const (
	GradeVendor Grade = "A" // the vendor's own document or source
	GradeClient Grade = "B" // a maintained open-source client, or a named thread
	GradeShape  Grade = "C" // seen as a shape in unrelated public places only
	GradeNone   Grade = "U" // general knowledge, no source found
)

// Evidence is the foundation of a rule. Rules decay, since services change
// their cookies without notice.
type Evidence struct {
	Grade   Grade
	Checked time.Time // the day (UTC) on which the sources were read or the app was tried; zero: never
	Source  string    // where it is from, for whoever checks it again
}

// MaxAge is how long a check is good for: an older one turns "jar proves one"
// into an assumption that the far end has to confirm.
const MaxAge = 365 * 24 * time.Hour

// Weigh returns what a rule proves at now by its evidence: a check that is older
// than MaxAge turns CompleteYes into CompleteAssumed, and without any check
// nothing is complete.
func (e Evidence) Weigh(c Complete, now time.Time) Complete {
	switch {
	case e.Checked.IsZero():
		return CompleteNo
	case c == CompleteYes && now.Sub(e.Checked) > MaxAge:
		return CompleteAssumed
	}
	return c
}

// Offered reports whether cards can be made for the app: its evidence was
// checked, and it can be asked who is signed in. Without the first a proof
// would rest on hearsay; without the second nobody could tell, after a restore,
// that the session works and is the right one. The other rules are kept, tested
// by the vectors, until both are there.
func (a *App) Offered() bool { return !a.Evidence.Checked.IsZero() && a.Question() != nil }

// Question is how the app is asked after a restore: a probe serves as one. It is
// nil if nobody has found out how.
func (a *App) Question() *Whoami { return cmp.Or(a.Whoami, a.Probe) }

// AnySite reports whether the app runs on the site of its company, so that the
// card's site decides the domains.
func (a *App) AnySite() bool { return len(a.Domains) == 1 && a.Domains[0] == "*" }

// Scope returns what may be read, carried and restored for a card's site. The
// error is session.CodeSiteInvalid.
func (a *App) Scope(site string) (session.Scope, error) { return session.NewScope(a.Domains, site) }
