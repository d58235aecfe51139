package catalogue

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

//go:embed services.yaml
var services []byte

// Unsupported is a service that no card can be made for, and why.
type Unsupported struct {
	App  string `json:"app"` // the id of its file, or the one that it would have
	Name string `json:"name"`
	Why  string `json:"why"`
}

// NotSupported returns the services that no card can be made for, sorted by id:
// apps that are not offered, and services for which there is no rule.
func (c *Catalogue) NotSupported() ([]Unsupported, error) {
	c = c.or()
	out, err := withoutFile()
	if err != nil {
		return nil, err
	}
	for _, name := range c.names {
		a, err := c.Get(name)
		if err != nil {
			continue // a company's: Faults tells of it; those of this build parse
		}
		if why := a.missing(); why != "" {
			out = append(out, Unsupported{App: a.App, Name: a.Name, Why: why})
		}
	}
	slices.SortFunc(out, func(a, b Unsupported) int { return strings.Compare(a.App, b.App) })
	return out, nil
}

// missing says what is missing before a card can be made for the app.
func (a *App) missing() string {
	var out []string
	if a.Evidence.Checked.IsZero() {
		out = append(out, "its rule was never checked against a source of the vendor or a maintained client")
	}
	if a.Question() == nil {
		out = append(out, "it cannot be asked who is signed in: "+a.Unasked)
	}
	return strings.Join(out, "; ")
}

// withoutFile reads the services that have no file: a list of {app, name, why}.
func withoutFile() ([]Unsupported, error) {
	r := &reader{file: "services.yaml"}
	var out []Unsupported
	if root := r.root(services); root != nil {
		for _, n := range r.list(root, "the services") {
			var u Unsupported
			r.entries(n, "a service", func(key string, v ast.Node) bool {
				into, ok := map[string]*string{"app": &u.App, "name": &u.Name, "why": &u.Why}[key]
				if ok {
					*into = r.text(v, key)
				}
				return ok
			})
			out = append(out, u)
		}
	}
	if len(r.faults) > 0 {
		return nil, r.faults[0]
	}
	return out, nil
}
