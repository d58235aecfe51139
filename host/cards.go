package host

import (
	"context"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// App is a supported app as the extension shows it.
type App struct {
	App     string         `json:"app"`
	Name    string         `json:"name"`
	Icon    catalogue.Icon `json:"icon"`
	AnySite bool           `json:"any_site"`
	Domains []string       `json:"domains"`
}

// Apps are those that cards can be made for.
type Apps struct {
	Apps []App `json:"apps"`
}

// Card is an account with what its card shows of the app.
type Card struct {
	session.Account
	AppName string         `json:"app_name"`
	Icon    catalogue.Icon `json:"icon"`
}

// Accounts is one page of cards.
type Accounts struct {
	Accounts []Card `json:"accounts"`
	Next     string `json:"next,omitempty"`
}

// Detail is what the account details page and a capture need.
type Detail struct {
	Card    Card    `json:"card"`
	App     App     `json:"app"`
	Capture Reading `json:"capture"`
}

// Reading is what the extension may read for an account, and where.
type Reading struct {
	Domains     []session.Domain `json:"domains"`
	Permissions []string         `json:"permissions"` // match patterns
	Site        string           `json:"site"`        // the card's origin
	Open        string           `json:"open"`        // what to open where no tab of the app is open
	Stores      []string         `json:"stores"`      // of web storage: "local", "session", "idb"

	Names map[string][]string `json:"names,omitzero"` // as in apps.CapturePlan
	Leave map[string][]string `json:"leave,omitzero"`
}

// Apps lists the apps that cards can be made for.
func (s *Service) Apps(context.Context) (*Apps, error) {
	offered, err := s.Catalogue.Offered()
	if err != nil {
		return nil, err
	}
	list := &Apps{Apps: make([]App, len(offered))}
	for i, a := range offered {
		list.Apps[i] = appOf(a)
	}
	return list, nil
}

func appOf(a *catalogue.App) App {
	out := App{App: a.App, Name: a.Name, Icon: a.Icon, AnySite: a.AnySite()}
	if !out.AnySite {
		out.Domains = a.Domains
	}
	return out
}

// cardOf completes an account by its app. An app that this version does not
// know still has a card, so that the person sees the account.
func (s *Service) cardOf(a session.Account) Card {
	c := Card{Account: a, AppName: a.App, Icon: catalogue.Icon{Letters: "?", Color: "#5c6370"}}
	if app, err := s.Catalogue.Get(a.App); err == nil {
		c.AppName, c.Icon = app.Name, app.Icon
	}
	for _, text := range []*string{&c.AppName, &c.Site, &c.Username, &c.Status.By} {
		*text = session.Shown(*text) // a page shows it
	}
	return c
}

// Accounts returns one page of the person's cards.
func (s *Service) Accounts(ctx context.Context, cursor string) (*Accounts, error) {
	l, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	list, next, err := l.vault.Accounts(ctx, cursor)
	if err != nil {
		return nil, err
	}
	page := &Accounts{Accounts: make([]Card, len(list)), Next: next}
	for i, a := range list {
		page.Accounts[i] = s.cardOf(a)
	}
	return page, nil
}

// AllAccounts returns all of the person's cards.
func (s *Service) AllAccounts(ctx context.Context) ([]Card, error) {
	cards := []Card{}
	for cursor := ""; ; {
		page, err := s.Accounts(ctx, cursor)
		if err != nil {
			return nil, err
		}
		cards = append(cards, page.Accounts...)
		if cursor = page.Next; cursor == "" {
			return cards, nil
		}
	}
}

// Account returns one card, its app and what may be captured for it.
func (s *Service) Account(ctx context.Context, id session.ID) (*Detail, error) {
	t, err := s.target(ctx, id)
	if err != nil {
		return nil, err
	}
	plan, err := apps.Plan(t.app, t.account.Site)
	if err != nil {
		return nil, err
	}
	return &Detail{Card: s.cardOf(*t.account), App: appOf(t.app), Capture: Reading{
		Domains:     plan.Scope.Domains(),
		Permissions: plan.Permissions,
		Site:        t.account.Site,
		Open:        t.account.Site + "/",
		Stores:      plan.Stores,
		Names:       plan.Names,
		Leave:       plan.Leave,
	}}, nil
}

// AddAccount makes a card for an offered app. The site is as it was typed or pasted,
// of which session.SiteOf counts, and must be one that the app can have.
func (s *Service) AddAccount(ctx context.Context, app, site, username string) (*Card, error) {
	site, _ = session.SiteOf(site)
	a, err := s.Catalogue.Get(app)
	if err != nil {
		return nil, err
	}
	if !a.Offered() {
		return nil, session.Errorf(session.CodeAppUnknown, "")
	}
	if _, err := a.Scope(site); err != nil {
		return nil, err
	}
	if err := session.ValidateUsername(username); err != nil {
		return nil, err
	}
	l, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	account, err := l.vault.AddAccount(ctx, app, site, username)
	if err != nil {
		return nil, err
	}
	c := s.cardOf(*account)
	return &c, nil
}

// RemoveAccount removes a card; the vault erases its session too.
func (s *Service) RemoveAccount(ctx context.Context, id session.ID) error {
	l, err := s.connect(ctx)
	if err != nil {
		return err
	}
	return l.vault.RemoveAccount(ctx, id)
}

// target is an account together with what is needed to read its session.
type target struct {
	*link
	account *session.Account
	app     *catalogue.App
	scope   session.Scope
}

func (s *Service) target(ctx context.Context, id session.ID) (*target, error) {
	l, err := s.connect(ctx)
	if err != nil {
		return nil, err
	}
	account, err := l.vault.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	app, err := s.Catalogue.Get(account.App)
	if err != nil {
		return nil, err
	}
	scope, err := app.Scope(account.Site)
	if err != nil {
		return nil, err
	}
	return &target{link: l, account: account, app: app, scope: scope}, nil
}

// ownedTarget is target for what only an owner may do. The vault checks it
// again; this spares the person a capture in vain.
func (s *Service) ownedTarget(ctx context.Context, id session.ID) (*target, error) {
	t, err := s.target(ctx, id)
	if err == nil && t.account.Role != session.RoleOwner {
		return nil, session.Errorf(session.CodeNotOwner, "")
	}
	return t, err
}
