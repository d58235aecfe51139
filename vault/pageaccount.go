package vault

import (
	"net/http"
	"net/url"
	"time"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// What the page of an account shows of its past.
const (
	shownEvents = 8
	pageEvents  = 50
)

func (s *Server) accountPage(c *call) error {
	a, err := s.pathAccount(c)
	if err != nil {
		return err
	}
	p, err := s.details(c, a)
	if err != nil {
		return err
	}
	return c.show(http.StatusOK, p)
}

// details is the page of an account.
func (s *Server) details(c *call, a session.Account) (*pages.Details, error) {
	p := &pages.Details{Frame: c.frame(pages.Say("name_of", a.Username), pages.PlaceAccounts, link("/", "accounts_title")), Account: s.card(a)}
	if a.Role == session.RoleOwner {
		p.Scripts = []string{"names.js"}
		if err := s.fillDetails(c, p); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// fillDetails adds what only the owner sees.
func (s *Server) fillDetails(c *call, p *pages.Details) (err error) {
	if p.Retention, err = s.retentionOf(c, p.Account.App); err != nil {
		return err
	}
	if p.History, _, err = s.events(c, p.Account.ID, "", shownEvents); err != nil {
		return err
	}
	outcomes, err := s.cfg.Store.Outcomes(c.r.Context(), c.by, p.Account.ID, outcomeDays)
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		day, err := time.Parse(time.DateOnly, o.Day)
		if err != nil {
			return err
		}
		p.Outcomes.Days = append(p.Outcomes.Days, pages.Day{Day: day, Used: o.Used, Invalid: o.Invalid})
	}
	return s.fillMembers(c, p)
}

// retentionOf is what holds for an app's sessions.
func (s *Server) retentionOf(c *call, app string) (r pages.Retention, err error) {
	set, err := s.cfg.Store.Retention(c.r.Context(), c.by)
	if err != nil {
		return r, err
	}
	day := 24 * time.Hour
	return pages.Retention{WindowDays: int(set.Window(app) / day), CapDays: int(set.Cap / day)}, nil
}

func (s *Server) events(c *call, account session.ID, cursor string, limit int) (list []pages.Event, next string, err error) {
	entries, next, err := s.cfg.Store.History(c.r.Context(), c.by, account, cursor, limit)
	for _, e := range entries {
		by := e.ProgramName
		if by == "" {
			by = e.PersonName
		}
		list = append(list, pages.Event{Time: e.Time, Action: string(e.Action), Cause: told(e), By: by})
	}
	return list, next, err
}

// told is the cause of an entry where its action does not say it already.
func told(e HistoryEntry) session.Cause {
	switch e.Action {
	case ActionExpired, ActionInvalid, ActionRefused, ActionDoubted:
		return e.Cause
	}
	return ""
}

func (s *Server) historyPage(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	p := &pages.History{Frame: about(c, a, pages.Say("history_title", a.Username))}
	list, next, err := s.events(c, a.ID, c.r.URL.Query().Get("cursor"), pageEvents)
	if err != nil {
		return err
	}
	p.Events, p.Next = list, onward(c, next)
	return c.show(http.StatusOK, p)
}

// question asks whether something is to be done to the account of the path, which
// only its owner may do, and does it.
func (s *Server) question(c *call, form func(session.Account) *pages.Form, do func(session.Account) (string, error)) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	return s.ask(c, func(url.Values) (*pages.Form, error) {
		f := form(a)
		f.Action = c.r.URL.Path
		f.Ways = []pages.Link{link(pathOf(a.ID), "keep")}
		return f, nil
	}, func(url.Values) (string, error) { return do(a) })
}

// about begins a page that is reached from an account's.
func about(c *call, a session.Account, title pages.Text) pages.Frame {
	return c.frame(title, pages.PlaceAccounts, pages.Link{Href: pathOf(a.ID), Label: pages.Say("name_of", a.Username)})
}

func (s *Server) deletePage(c *call) error {
	return s.question(c, func(a session.Account) *pages.Form {
		return &pages.Form{
			Frame:  about(c, a, pages.Say("delete_title")),
			Text:   []pages.Text{pages.Say("delete_does"), pages.Say("delete_does_not", s.card(a).AppName)},
			Inputs: pages.Inputs{Buttons: []pages.Field{{Label: pages.Say("delete_yes"), Danger: true}}},
		}
	}, func(a session.Account) (string, error) {
		_, err := s.cfg.Store.Delete(c.r.Context(), c.by, a.ID)
		return pathOf(a.ID) + "?done=deleted", err
	})
}

func (s *Server) removePage(c *call) error {
	return s.question(c, func(a session.Account) *pages.Form {
		return &pages.Form{
			Frame:  about(c, a, pages.Say("remove_title")),
			Text:   []pages.Text{pages.Say("remove_text", s.card(a).AppName)},
			Inputs: pages.Inputs{Buttons: []pages.Field{{Label: pages.Say("remove_yes"), Danger: true}}},
		}
	}, func(a session.Account) (string, error) {
		return "/?done=removed", s.cfg.Store.RemoveAccount(c.r.Context(), c.by, a.ID)
	})
}

func (s *Server) editPage(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	return s.ask(c, func(v url.Values) (*pages.Form, error) {
		if c.r.Method == http.MethodGet {
			v = url.Values{"site": {a.Site}, "username": {a.Username}}
		}
		f := cardForm(c, pages.Say("edit_title"), c.r.URL.Path, pages.Link{Href: pathOf(a.ID), Label: pages.Say("name_of", a.Username)}, v)
		f.Text = []pages.Text{pages.Say("edit_text")}
		f.Buttons = []pages.Field{button("save")}
		f.Ways = []pages.Link{link(pathOf(a.ID), "cancel")}
		return f, nil
	}, func(v url.Values) (string, error) {
		card := cardOf(v)
		card.App = a.App
		if err := s.checkCard(card); err != nil {
			return "", err
		}
		_, err := s.cfg.Store.ChangeAccount(c.r.Context(), c.by, a.ID, card)
		return pathOf(a.ID) + "?done=" + done("edited", v), err
	})
}

func (s *Server) transferPage(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	p := &pages.Transfer{Frame: about(c, a, pages.Say("wizard_title")), Account: s.card(a)}
	p.Scripts = []string{"wizard.js"}
	if p.Retention, err = s.retentionOf(c, a.App); err != nil {
		return err
	}
	return c.show(http.StatusOK, p)
}
