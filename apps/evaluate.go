package apps

import (
	"maps"
	"slices"
	"time"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Input is what an evaluation looks at: the items of one cookie store, never of
// two, since every profile, container and private window is a person of its own
// to an app.
type Input struct {
	Items  []Item
	Read   []string          // the stores that were read; items of others are passed over
	Unread []session.Unread  // parts of them that were not
	Expect *session.Identity // the account that the card names; nil: any
	Told   *Answer           // what the app said to the person's own browser; nil: it was not asked
	Now    time.Time

	Bound      []string // names of cookies that the browser reported as bound to the device
	Registered bool     // the browser saw the app ask to bind the session to the device (Secure-Session-Registration)
}

// Evaluate reads a jar by an app's rule. The first verdict that applies wins:
// signed out or unknown, several tenants, contradicting names, several
// accounts, contradicting credentials, an unreadable name, acting as another,
// bound to the device, the wrong account, not provable, one.
//
// What the app itself has Told counts as one more source of the active account, so it
// settles whose session it is and nothing else: a list of accounts that could
// not be read whole stays a doubt. An app without a rule is read by Generic: what
// it has Told can make that answer worse, and never VerdictOne.
func Evaluate(app *catalogue.App, in Input) Result {
	if app.Rule.Empty() {
		return withoutRule(in)
	}
	e := &evaluation{rule: &app.Rule, complete: app.Evidence.Weigh(app.Rule.Complete, in.Now), in: &in, jar: newJar(&in, &app.Rule)}
	e.out.expected = in.Expect
	e.verdict()
	e.doubtUnread()
	return e.out
}

type evaluation struct {
	rule     *catalogue.Rule
	complete catalogue.Complete
	in       *Input
	jar      *jar
	out      Result
}

// tenant is one signed-in scope of the jar.
type tenant struct {
	alternatives [][]hit   // the satisfied ones of signed_in
	ends         []float64 // what values say about the end, in seconds since 1970
}

func (t *tenant) hits() []hit { return slices.Concat(t.alternatives...) }

func (e *evaluation) verdict() {
	tenants, dead := e.tenants()
	if told := e.in.Told; told != nil && told.State == WhoamiSignedOut && len(tenants) < 2 {
		e.decide(VerdictSignedOut, 0, []string{shownPath(told.Path)})
		return
	}
	switch len(tenants) {
	case 0:
		e.nobody(dead)
		return
	case 1:
		for scope, t := range tenants {
			e.one(scope, t)
		}
		return
	}
	var names []string
	for _, t := range tenants {
		names = append(names, markers(t.hits())...)
	}
	e.decide(VerdictPickScope, len(tenants), names)
}

// tenants returns the signed-in scopes, and the names that ended others.
func (e *evaluation) tenants() (map[string]*tenant, []string) {
	out := map[string]*tenant{}
	var dead []string
	for _, group := range e.rule.SignedIn {
		for scope, hits := range e.satisfied(group) {
			if out[scope] == nil {
				out[scope] = &tenant{}
			}
			out[scope].alternatives = append(out[scope].alternatives, hits)
		}
	}
	for i := range e.rule.Expires {
		s := &e.rule.Expires[i]
		for _, h := range e.jar.find(s, false) {
			for _, end := range seconds(h.value, s.Via) {
				if end <= e.jar.now {
					e.out.warn(WarnExpired)
					delete(out, h.scope)
					dead = append(dead, h.marker)
				} else if t := out[h.scope]; t != nil {
					t.ends = append(t.ends, end)
				}
			}
		}
	}
	for _, h := range e.jar.any(e.rule.SignedOutIf, true) {
		delete(out, h.scope)
		dead = append(dead, h.marker)
	}
	return out, dead
}

// satisfied returns, by scope, the hits of an alternative whose members are all
// live there.
func (e *evaluation) satisfied(group []catalogue.Selector) map[string][]hit {
	var out map[string][]hit
	for i := range group {
		member := map[string][]hit{}
		for _, h := range e.jar.live(&group[i]) {
			member[h.scope] = append(member[h.scope], h)
		}
		if i == 0 {
			out = member
			continue
		}
		for scope := range out {
			if member[scope] == nil {
				delete(out, scope)
			} else {
				out[scope] = append(out[scope], member[scope]...)
			}
		}
	}
	return out
}

// nobody judges a jar that shows no sign-in. Only the app can tell whether what
// strangers hold too is one.
func (e *evaluation) nobody(dead []string) {
	if maybe := e.jar.any(e.rule.MaybeSignedIn, false); len(maybe) > 0 {
		if e.told() != nil {
			e.one("", &tenant{alternatives: [][]hit{maybe}})
			return
		}
		e.decide(VerdictUnknown, 0, markers(maybe))
		return
	}
	e.decide(VerdictSignedOut, 0, dead)
}

// one judges a jar with one signed-in tenant.
func (e *evaluation) one(scope string, t *tenant) {
	who := e.accounts(scope)
	creds := t.hits()
	e.out.NotAfter = e.notAfter(t)
	e.out.Identities = who.identities()
	if n := who.count(); n == 1 && who.hinted() {
		e.out.warn(WarnHint)
	}
	if len(e.jar.any(e.rule.Rotating, false)) > 0 {
		e.out.warn(WarnRotating)
	}
	if names := who.disagreement(); names != nil {
		e.decide(VerdictConflict, who.count(), names)
		return
	}
	e.out.Identity = who.inUse()
	if n := who.count(); n > 1 {
		e.decide(VerdictSeveral, n, who.proof())
		return
	}
	if name := contradict(itemsOf(creds)); name != "" {
		e.decide(VerdictConflict, 1, []string{printable(name)})
		return
	}
	e.single(who, markers(creds))
}

// single judges a jar in which one account was seen.
func (e *evaluation) single(who *accounts, creds []string) {
	declared := len(e.rule.Active)+len(e.rule.Roster) > 0
	sealed := e.complete == catalogue.CompleteNo
	expect := e.in.Expect
	switch {
	case declared && len(who.active)+len(who.roster) == 0, !who.whole:
		e.out.warn(WarnUnreadable)
		e.out.Identity = nil
		e.decide(VerdictUnproven, 0, creds)
	case len(who.acting) > 0:
		e.decide(VerdictActing, 1, foundMarkers(who.acting))
	case len(e.bound(creds)) > 0:
		e.decide(VerdictBound, 1, e.bound(creds))
	case expect != nil && !slices.ContainsFunc(e.out.Identities, func(id session.Identity) bool { return id.Kind == expect.Kind }):
		e.out.Identity = nil
		e.decide(VerdictUnproven, 0, creds)
	case expect != nil && !slices.ContainsFunc(e.out.Identities, func(id session.Identity) bool { return same(id, *expect) }):
		e.decide(VerdictWrong, 1, append(foundMarkers(who.active), foundMarkers(who.roster)...))
	case sealed && e.told() == nil:
		e.decide(VerdictUnproven, 0, creds)
	default:
		if sealed || e.complete == catalogue.CompleteAssumed {
			e.out.warn(WarnAssumed) // the app names who is active, not who else is there
		}
		e.decide(VerdictOne, 1, creds)
	}
}

// told is the account that the app named, or nil.
func (e *evaluation) told() *found {
	if e.in.Told == nil || e.in.Told.State != WhoamiSignedIn {
		return nil
	}
	return &found{Identity: e.in.Told.Identity, marker: shownPath(e.in.Told.Path)}
}

// bound returns the names that show that the session is tied to the device: those
// that only such a session has, those that the browser reported and, where it saw
// the app ask for it without names, the credentials.
func (e *evaluation) bound(creds []string) []string {
	out := append(markers(e.jar.any(e.rule.Bound, false)), e.jar.reported(e.in.Bound)...)
	if len(out) == 0 && e.in.Registered {
		return creds
	}
	return out
}

// doubtUnread weakens what rests on absence if something that the rule names was
// not read.
func (e *evaluation) doubtUnread() {
	unread := slices.ContainsFunc(e.rule.Stores(), func(s catalogue.Store) bool {
		return !slices.Contains(e.in.Read, string(s))
	}) || slices.ContainsFunc(e.in.Unread, e.names)
	weaker := map[Verdict]Verdict{VerdictOne: VerdictUnproven, VerdictSignedOut: VerdictUnknown}
	if v, ok := weaker[e.out.Verdict]; ok && unread {
		e.out.Verdict, e.out.Accounts = v, 0
		e.out.warn(WarnNotRead)
	}
}

// names reports whether the rule may read or carry an item of what was not read.
func (e *evaluation) names(u session.Unread) bool {
	return slices.ContainsFunc(e.rule.Names(catalogue.Store(u.Store)), func(p catalogue.Pattern) bool {
		return u.Name == "" || p.MayMatchBelow(string(u.Name))
	})
}

func (e *evaluation) decide(v Verdict, accounts int, names []string) {
	e.out.Verdict, e.out.Accounts = v, accounts
	e.out.mark(names)
}

func markers(hits []hit) []string {
	seen := map[string]bool{}
	for _, h := range hits {
		seen[h.marker] = true
	}
	return slices.Collect(maps.Keys(seen))
}

func itemsOf(hits []hit) []*Item {
	var out []*Item
	for _, h := range hits {
		out = append(out, h.items...)
	}
	return out
}
