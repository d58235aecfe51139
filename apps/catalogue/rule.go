package catalogue

import "regexp"

// Rule says how to read a jar: who is signed in, whether alone, and what may
// travel. Every list may be empty. Without SignedIn there is no rule but what Need
// and Leave say of the way: the jar is then read as one of an unknown app.
type Rule struct {
	SignedIn      [][]Selector // alternatives; each is satisfied when all of its members are live
	MaybeSignedIn []Selector   // what anonymous visitors hold too: turns "signed out" into "unknown"
	SignedOutIf   []Selector   // overrides SignedIn
	Active        []Selector   // the account in use; all sources of one kind must agree
	Others        []Selector   // further accounts, without the active one
	Roster        []Selector   // lists of accounts that include the active one
	SeveralIf     []Selector   // proof of a second account that has no readable id
	Hints         []Selector   // ids that outlive a sign-out: never counted, but they may warn
	Acting        []Selector   // pages or persons that the account acts as
	Expires       []Selector   // seconds since 1970 that are read from values
	Rotating      []Selector   // credentials that go stale within minutes
	Bound         []Selector   // what only a session that is tied to its device has
	Complete      Complete     // whether a jar can prove that there is no second account
	Need          []Selector   // what travels; empty: all of the domains
	Leave         []Selector   // what never travels
}

// Complete says what a jar without a trace of a second account proves.
type Complete string

// The values of Complete.
const (
	CompleteYes     Complete = "yes"     // the app leaves a readable trace of every account
	CompleteAssumed Complete = "assumed" // one session slot is known and no list was ever seen: confirm at the far end
	CompleteNo      Complete = "no"      // the list is sealed or kept on the server: ask the app or the person
)

// Store is where an item is kept.
type Store string

// The stores, as a capture's list of what was read names them.
const (
	Cookie  Store = "cookie"
	Local   Store = "local"
	Session Store = "session"
	IDB     Store = "idb" // item names are database/store/key
)

// Empty reports whether the file has no rule of its own.
func (r *Rule) Empty() bool { return len(r.SignedIn) == 0 }

// judges reports whether any list says something about who is signed in.
func (r *Rule) judges() bool {
	travel := len(r.Need) + len(r.Leave)
	for _, l := range r.lists() {
		travel -= len(l)
	}
	return travel != 0
}

// Stores returns the stores that any list of the rule names, in a fixed order.
func (r *Rule) Stores() []Store {
	seen := map[Store]bool{}
	for _, l := range r.lists() {
		for _, s := range l {
			seen[s.Store] = true
		}
	}
	var out []Store
	for _, s := range []Store{Cookie, Local, Session, IDB} {
		if seen[s] {
			out = append(out, s)
		}
	}
	return out
}

// Names returns the patterns of a store's items that the rule reads or carries.
func (r *Rule) Names(store Store) []Pattern {
	reads := *r
	reads.Leave = nil
	var out []Pattern
	for _, l := range reads.lists() {
		for _, s := range l {
			if s.Store == store {
				out = append(out, s.Name)
			}
		}
	}
	return out
}

func (r *Rule) lists() [][]Selector {
	return append([][]Selector{r.MaybeSignedIn, r.SignedOutIf, r.Active, r.Others, r.Roster, r.SeveralIf, r.Hints,
		r.Acting, r.Expires, r.Rotating, r.Bound, r.Need, r.Leave}, r.SignedIn...)
}

// Selector picks live items of one store by name and attributes, and says what
// to read from them.
type Selector struct {
	Store      Store
	Name       Pattern
	CookiePath *regexp.Regexp // the cookie's path must match
	Equals     *string        // the raw value must be this, even if it is a tombstone
	Scope      Scope          // how tenants are told apart
	Take       int            // the group of Name that holds the value; 0: the item's value
	Chunk      int            // the group of Name that numbers the parts of a value; 0: not in parts
	Via        []Op           // from the value to what is read
	Kind       string         // of the identity that is read; set exactly in the lists that read one
	Line       int            // in the app's file
}

// ScopeBy is what tells the tenants of one jar apart.
type ScopeBy string

// The values of ScopeBy.
const (
	ScopeNone  ScopeBy = ""      // the app has one tenant a jar
	ScopeGroup ScopeBy = "group" // a group of the name, e.g. WordPress's hash of the site
	ScopeHost  ScopeBy = "host"  // the host of the cookie or origin
	ScopePath  ScopeBy = "path"  // the cookie's path, e.g. Keycloak's realm
)

// Scope says how the tenants of one jar are told apart.
type Scope struct {
	By    ScopeBy
	Group int // with ScopeGroup, counted from 1
}
