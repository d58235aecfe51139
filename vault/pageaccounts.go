package vault

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
	"sessionferry/vault/pages"
)

// pageCards is how many cards one page shows.
const pageCards = 60

// listedStates are those that cards can be narrowed to, as they matter.
var listedStates = []session.State{session.StateTransferred, session.StateConfirming, session.StateInvalid, session.StateExpired, session.StateNone}

// card is an account as a page shows it.
func (s *Server) card(a session.Account) pages.Account {
	name, icon := s.face(a.App)
	return pages.Account{Account: a, AppName: name, Icon: icon}
}

// face is how an app is shown; one that the catalogue has lost, by its id.
func (s *Server) face(id string) (name string, icon pages.Icon) {
	if app, ok := s.cfg.Apps.Get(id); ok {
		return app.Name, pages.Icon(app.Icon)
	}
	return id, pages.Icon{Letters: "?", Color: "#566173"}
}

// search is the text that a list is searched for.
func (c *call) search() string { return strings.TrimSpace(c.r.URL.Query().Get("q")) }

// shortSearch is that text as far as one can be looked for. The page shows what is left of it.
func (c *call) shortSearch() string {
	text := c.search()
	return strings.ToValidUTF8(text[:min(len(text), maxSearch)], "")
}

// accountsPage is where who is signed in begins.
func (s *Server) accountsPage(c *call) error {
	f, err := c.accountFilter(c.shortSearch())
	if err != nil {
		return err
	}
	cursor := c.r.URL.Query().Get("cursor")
	list, next, err := s.cfg.Store.FindAccounts(c.r.Context(), c.by, f, cursor, pageCards)
	if err != nil {
		return err
	}
	p := &pages.Accounts{Frame: c.frame(pages.Say("accounts_title"), pages.PlaceAccounts), Search: f.Text, State: f.State, States: listedStates}
	p.Wide = true
	for _, a := range list {
		p.Cards = append(p.Cards, s.card(a))
	}
	p.Empty = len(list) == 0 && f == AccountFilter{} && cursor == ""
	p.Next = onward(c, next)
	return c.show(http.StatusOK, p)
}

// onward is the address of the page after this one, "" if there is none.
func onward(c *call, next string) string {
	if next == "" {
		return ""
	}
	q := c.r.URL.Query()
	q.Del("done")
	q.Set("cursor", next)
	return c.r.URL.Path + "?" + q.Encode()
}

// newAccount chooses an app, and then asks for the site and the name there.
func (s *Server) newAccount(c *call) error {
	if c.r.Method == http.MethodGet && c.r.URL.Query().Get("app") == "" {
		p, err := s.pick(c)
		if err != nil {
			return err
		}
		return c.show(http.StatusOK, p)
	}
	err := s.ask(c, func(v url.Values) (*pages.Form, error) {
		app, ok := s.cfg.Apps.Get(v.Get("app"))
		if !ok {
			return nil, session.Errorf(session.CodeAppUnknown, "")
		}
		if v.Get("site") == "" && !slices.Contains(app.Domains, "*") {
			v.Set("site", "https://www."+app.Domains[0])
		}
		f := cardForm(c, pages.Say("new_title", app.Name), "/accounts/new", link("/accounts/new", "pick_title"), v)
		f.Hidden = []pages.Field{{Name: "app", Value: app.App}}
		f.Buttons = []pages.Field{button("add_account")}
		return f, nil
	}, func(v url.Values) (string, error) {
		card := cardOf(v)
		if err := s.checkCard(card); err != nil {
			return "", err
		}
		a, err := s.cfg.Store.AddAccount(c.r.Context(), c.by, card)
		return pathOf(a.ID) + "?done=" + done("added", v), err
	})
	if session.CodeOf(err) == session.CodeAppUnknown { // so there is nothing to fill in
		p, e := s.pick(c)
		if e != nil {
			return e
		}
		return c.showProblem(err, p)
	}
	return err
}

func pathOf(account session.ID) string { return "/accounts/" + account.String() }

// done is what was done to a card, with a note where the site was pasted with more
// than its origin.
func done(word string, v url.Values) string {
	if _, rest := session.SiteOf(v.Get("site")); rest != "" {
		word += "_trimmed"
	}
	return word
}

func cardOf(v url.Values) Card {
	site, _ := session.SiteOf(v.Get("site"))
	return Card{App: v.Get("app"), Site: site, Username: strings.TrimSpace(v.Get("username"))}
}

func cardForm(c *call, title pages.Text, action string, back pages.Link, v url.Values) *pages.Form {
	return &pages.Form{
		Frame: c.frame(title, pages.PlaceAccounts, back),
		Inputs: pages.Inputs{
			Action: action,
			Fields: []pages.Field{
				{Name: "site", Label: pages.Say("site"), Hint: pages.Say("site_hint"), Type: "text", Autocomplete: "off", Value: v.Get("site")},
				{Name: "username", Label: pages.Say("username"), Hint: pages.Say("username_hint"), Type: "text", Autocomplete: "off", Value: v.Get("username")},
			},
		},
	}
}

// pick is the page of the apps that a card can be for.
func (s *Server) pick(c *call) (*pages.Pick, error) {
	search := c.search()
	apps, err := s.shownApps(named(search))
	p := &pages.Pick{Frame: c.frame(pages.Say("pick_title"), pages.PlaceAccounts, link("/", "accounts_title")), Search: search, Apps: apps}
	p.Wide = true
	return p, err
}

// named wants the apps in whose name or domains a text stands.
func named(search string) func(*catalogue.App) bool {
	return func(a *catalogue.App) bool {
		return strings.Contains(strings.ToLower(a.Name+" "+strings.Join(a.Domains, " ")), strings.ToLower(search))
	}
}

// shownApps are the apps that there may be cards for, by name, that are wanted.
func (s *Server) shownApps(wanted func(*catalogue.App) bool) (list []pages.App, err error) {
	apps, err := s.cfg.Apps.Offered()
	if err != nil {
		return nil, err
	}
	for _, a := range apps {
		if wanted(a) {
			list = append(list, shownApp(a))
		}
	}
	slices.SortFunc(list, func(a, b pages.App) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return list, nil
}

func shownApp(a *catalogue.App) pages.App {
	return pages.App{
		ID: a.App, Name: a.Name, Icon: pages.Icon(a.Icon), Domains: a.Domains, AnySite: slices.Contains(a.Domains, "*"),
		Grade: string(a.Evidence.Grade), Source: a.Evidence.Source, Checked: a.Evidence.Checked,
	}
}
