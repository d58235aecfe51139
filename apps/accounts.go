package apps

import (
	"maps"
	"slices"

	"sessionferry/session"
)

// accounts is what the jar tells of the accounts of one tenant.
type accounts struct {
	active, others, roster []found
	hints, acting          []found
	several                []hit // proof of a second account without an id
	whole                  bool  // every list was read whole
}

// accounts reads the rule's lists for one scope. What has no scope belongs to
// every tenant.
func (e *evaluation) accounts(scope string) *accounts {
	whole := true
	pick := func(list []found, all bool) []found {
		whole = whole && all
		return slices.DeleteFunc(list, func(f found) bool { return scope != "" && f.scope != "" && f.scope != scope })
	}
	a := &accounts{
		others: pick(e.jar.identities(e.rule.Others)),
		roster: pick(e.jar.identities(e.rule.Roster)),
		acting: pick(e.jar.identities(e.rule.Acting)),
	}
	a.whole = whole
	// An active account that cannot be read is noticed by itself, and a hint
	// proves nothing.
	a.active = pick(e.jar.identities(e.rule.Active))
	// Names that the app writes in other case are one account, not two.
	if told := e.told(); told != nil && !slices.ContainsFunc(a.active, func(f found) bool { return same(f.Identity, told.Identity) }) {
		a.active = append(a.active, *told)
	}
	a.hints = pick(e.jar.identities(e.rule.Hints))
	a.several = e.jar.any(e.rule.SeveralIf, false)
	return a
}

func (a *accounts) all() []found { return slices.Concat(a.active, a.others, a.roster) }

// count is the number of accounts: the most that one kind names, at least 1.
func (a *accounts) count() int {
	n := 1
	for _, ids := range byKind(a.all()) {
		n = max(n, len(ids))
	}
	if n == 1 && len(a.several) > 0 {
		n = 2
	}
	return n
}

// proof returns the names that show a second account.
func (a *accounts) proof() []string {
	var out []string
	for kind, ids := range byKind(a.all()) {
		if len(ids) < 2 {
			continue
		}
		for _, f := range a.all() {
			if f.Kind == kind {
				out = append(out, f.marker)
			}
		}
	}
	if out == nil {
		out = markers(a.several)
	}
	return out
}

// disagreement returns the sources of the active account that contradict each
// other within one kind, or nil.
func (a *accounts) disagreement() []string {
	var out []string
	for kind, ids := range byKind(a.active) {
		for _, f := range a.active {
			if f.Kind == kind && len(ids) > 1 {
				out = append(out, f.marker)
			}
		}
	}
	return out
}

// inUse is the account in use: the active one, of the first kind by name, or
// the only one of the roster.
func (a *accounts) inUse() *session.Identity {
	from := a.active
	if len(from) == 0 {
		from = a.roster
		for _, f := range from {
			if f.Value != from[0].Value {
				return nil
			}
		}
	}
	if len(from) == 0 {
		return nil
	}
	first := slices.MinFunc(from, func(x, y found) int { return compareIdentity(x.Identity, y.Identity) })
	if first.Kind == kindSession {
		return nil
	}
	return &session.Identity{Kind: first.Kind, Value: first.Value}
}

// identities is what is known of the account in use; it says so only for a jar
// of one account.
func (a *accounts) identities() []session.Identity {
	seen := map[session.Identity]bool{}
	for _, f := range slices.Concat(a.active, a.roster) {
		if f.Kind != kindSession {
			seen[f.Identity] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), compareIdentity)
}

// hinted reports whether a remembered id speaks of another account.
func (a *accounts) hinted() bool {
	active := byKind(a.active)
	for kind, ids := range byKind(a.hints) {
		if len(ids) > 1 {
			return true
		}
		if known := active[kind]; len(known) > 0 && !slices.Contains(known, ids[0]) {
			return true
		}
	}
	return false
}

func compareIdentity(a, b session.Identity) int {
	switch {
	case a.Kind != b.Kind && a.Kind < b.Kind, a.Kind == b.Kind && a.Value < b.Value:
		return -1
	case a == b:
		return 0
	}
	return 1
}

func foundMarkers(list []found) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.marker
	}
	return out
}
