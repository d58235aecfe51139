package apps

import (
	"maps"
	"slices"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// answerVector is an answer of an app to the question of its file. A body is a
// text, or a value that stands for its JSON.
type answerVector struct {
	ID     string            `yaml:"id"`
	App    string            `yaml:"app"`
	Ask    string            `yaml:"ask"`    // the path that was asked
	Bearer map[string]string `yaml:"bearer"` // {store: name} of what went along
	From   string            `yaml:"from"`   // "bearer": the body is the token that went along
	Status int               `yaml:"status"`
	Type   string            `yaml:"type"`   // the content type; absent: JSON for a body that is an object or a list
	Header map[string]string `yaml:"header"` // further ones, by lower-case name
	Body   any               `yaml:"body"`
	Want   map[string]string `yaml:"want"` // {state: …}, and with signed_in {kind: name}
}

type answerCase struct {
	answerVector
	want     Outcome
	response Response
	bearer   catalogue.Bearer
}

func (a *answerVector) prepare() (answerCase, error) {
	c := answerCase{answerVector: *a, want: Outcome{Warnings: []string{}}}
	bad := func(what string) error {
		return session.Errorf(session.CodeCatalogueInvalid, "vector %.20q: %s", a.ID, what)
	}
	who := ""
	for key, value := range a.Want {
		if key == "state" {
			c.want.Verdict = Verdict(value)
		} else {
			who = key + " " + value
		}
	}
	c.want.Who = &who
	if (c.want.Verdict == Verdict(WhoamiSignedIn)) != (who != "") || len(a.Want) > 2 {
		return c, bad("want has a state, and with signed_in one {kind: name}")
	}
	for store, name := range a.Bearer {
		c.bearer = catalogue.Bearer{Store: catalogue.Store(store), Name: name}
	}
	c.response = Response{Status: a.Status, Header: map[string]string{}}
	maps.Copy(c.response.Header, a.Header)
	switch a.Body.(type) {
	case map[string]any, []any:
		c.response.Header[catalogue.HeaderType] = "application/json"
	}
	if a.Type != "" {
		c.response.Header[catalogue.HeaderType] = a.Type
	}
	if a.Body != nil {
		var err error
		if c.response.Body, err = expand(a.Body); err != nil {
			return c, bad("the body")
		}
	}
	return c, nil
}

// run reads the answer as the app's file says. A path that the file does not ask,
// or with another bearer, is no answer.
func (c *answerCase) run(app *catalogue.App) VectorResult {
	got := Answer{State: WhoamiNoAnswer}
	if w := app.Question(); w != nil && slices.Contains(w.Get, c.Ask) && c.bearer == bearerOf(w) && (c.From == "bearer") == w.FromToken {
		got = ReadWhoami(w, c.response)
	}
	who := ""
	if got.State == WhoamiSignedIn {
		who = got.Identity.Kind + " " + got.Identity.Value
	}
	res := VectorResult{ID: c.ID, App: c.App, Want: c.want,
		Got: Outcome{Verdict: Verdict(got.State), Who: &who, Warnings: []string{}}}
	res.Pass = res.Want.matches(&res.Got)
	return res
}

func bearerOf(w *catalogue.Whoami) catalogue.Bearer {
	if w.Bearer == nil {
		return catalogue.Bearer{}
	}
	return *w.Bearer
}
