package apps

import (
	"slices"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// CapturePlan is what the extension may read for one card.
type CapturePlan struct {
	Scope       session.Scope
	Permissions []string // match patterns to ask the browser for; they have no port
	Stores      []string // which of "local", "session" and "idb" the rule reads or carries

	// Globs of the names of items by store, as catalogue.Pattern.Glob makes them.
	Names map[string][]string // only these items are read; nil: all
	Leave map[string][]string // these items are not read
}

// Plan returns what may be read of an app for a card's site, an origin such as
// "https://wiki.example". The error is session.CodeSiteInvalid.
func Plan(app *catalogue.App, site string) (CapturePlan, error) {
	scope, err := app.Scope(site)
	if err != nil {
		return CapturePlan{}, err
	}
	p := CapturePlan{Scope: scope, Stores: storesOf(&app.Rule), Leave: leaveOf(&app.Rule)}
	if len(app.Rule.Need) > 0 && !app.Rule.Empty() { // without a rule every item may show another account
		p.Names = map[string][]string{}
		for _, store := range p.Stores {
			p.Names[store] = namesOf(app.Rule.Names(catalogue.Store(store)))
		}
	}
	for _, d := range scope.Domains() {
		p.Permissions = append(p.Permissions, matchPattern(d))
	}
	return p, nil
}

// matchPattern covers a domain and its subdomains, or one host.
func matchPattern(d session.Domain) string {
	if d.Exact {
		return "*://" + d.Name + "/*"
	}
	return "*://*." + d.Name + "/*"
}

// storesOf lists the kinds of web storage that a rule needs: all of them where
// it carries whatever is there.
func storesOf(rule *catalogue.Rule) []string {
	if len(rule.Need) == 0 {
		return []string{string(catalogue.Local), string(catalogue.Session), string(catalogue.IDB)}
	}
	var out []string
	for _, s := range rule.Stores() {
		if s != catalogue.Cookie {
			out = append(out, string(s))
		}
	}
	return out
}

// namesOf returns a glob for each pattern, once.
func namesOf(patterns []catalogue.Pattern) []string {
	var out []string
	for _, p := range patterns {
		if glob, _ := p.Glob(); !slices.Contains(out, glob) {
			out = append(out, glob)
		}
	}
	return out
}

// leaveOf returns what never travels and what no list of the rule reads, as far as
// globs can say it.
func leaveOf(rule *catalogue.Rule) map[string][]string {
	out := map[string][]string{}
	for i := range rule.Leave {
		s := &rule.Leave[i]
		glob, exact := s.Name.Glob()
		read := slices.ContainsFunc(rule.Names(s.Store), s.Name.MayOverlap)
		if s.Store != catalogue.Cookie && exact && !read {
			out[string(s.Store)] = append(out[string(s.Store)], glob)
		}
	}
	return out
}
