package vault

import (
	"net/http"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
	"sessionferry/vault/pages"
)

const pathPrograms = "/admin/programs"

// allPage lists the accounts of all people: whose each is, and the one word.
func (s *Server) allPage(c *call) error {
	f, err := c.accountFilter(c.shortSearch())
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.WorkspaceAccounts(c.r.Context(), c.by, f, c.r.URL.Query().Get("cursor"), pageCards)
	if err != nil {
		return err
	}
	p := &pages.All{Frame: c.frame(pages.Say("adm_all_title"), pages.PlaceAll), Search: f.Text, State: f.State, States: listedStates, Next: onward(c, next)}
	p.Wide = true
	for _, a := range list {
		name, icon := s.face(a.App)
		p.Accounts = append(p.Accounts, pages.Owned{
			ID: a.ID.String(), Username: a.Username, AppName: name, Icon: icon, Site: a.Site,
			Owner: a.OwnerName, State: a.State, Own: a.Owner == c.by.Person,
		})
	}
	return c.show(http.StatusOK, p)
}

func (s *Server) programsPage(c *call) error {
	list, next, err := s.allPrograms(c, c.r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	p := &pages.Programs{Frame: c.frame(pages.Say("nav_programs"), pages.PlacePrograms), Next: onward(c, next)}
	p.Wide = true
	for _, of := range list {
		shown := shownProgram(of.Program)
		shown.Person = of.PersonName
		p.Programs = append(p.Programs, shown)
	}
	return c.show(http.StatusOK, p)
}

// endAnyProgramPage disconnects a device or runner, whosever it is.
func (s *Server) endAnyProgramPage(c *call) error {
	return s.askProgram(c, pages.PlacePrograms, link(pathPrograms, "nav_programs"), func(id session.ID) (Program, []pages.Fact, error) {
		for cursor, more := "", true; more; more = cursor != "" {
			list, next, err := s.allPrograms(c, cursor)
			if err != nil {
				return Program{}, nil, err
			}
			for _, p := range list {
				if p.ID == id {
					return p.Program, []pages.Fact{{Name: pages.Say("adm_owner"), Value: p.PersonName}}, nil
				}
			}
			cursor = next
		}
		return Program{}, nil, NotFound()
	})
}

// appsPage tells what is supported, and on what ground.
func (s *Server) appsPage(c *call) error {
	search := c.search()
	list, err := s.shownApps(named(search))
	if err != nil {
		return err
	}
	p := &pages.Apps{Frame: c.frame(pages.Say("adm_apps_title"), pages.PlaceApps), Search: search}
	p.Wide = true
	for _, g := range []catalogue.Grade{catalogue.GradeVendor, catalogue.GradeClient, catalogue.GradeShape, catalogue.GradeNone} {
		p.Grades = append(p.Grades, string(g))
	}
	for _, a := range list {
		p.Apps = append(p.Apps, pages.Supported{App: a, Old: !a.Checked.IsZero() && s.cfg.Now().Sub(a.Checked) > catalogue.MaxAge})
	}
	return c.show(http.StatusOK, p)
}
