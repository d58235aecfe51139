package apps

import (
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// CapturePlan is what the extension may read for one card.
type CapturePlan struct {
	Scope       session.Scope
	Permissions []string // match patterns to ask the browser for; they have no port
	Stores      []string // which of "local", "session" and "idb" the rule reads or carries
}

// Plan returns what may be read of an app for a card's site, an origin such as
// "https://wiki.example". The error is session.CodeSiteInvalid.
func Plan(app *catalogue.App, site string) (CapturePlan, error) {
	scope, err := app.Scope(site)
	if err != nil {
		return CapturePlan{}, err
	}
	p := CapturePlan{Scope: scope, Stores: storesOf(&app.Rule)}
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
