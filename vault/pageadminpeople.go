package vault

import (
	"net/http"
	"net/url"
	"slices"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

const pathPeople = "/admin/people"

// peoplePage lists who is a member and who is invited.
func (s *Server) peoplePage(c *call) error {
	ctx := c.r.Context()
	people, err := s.cfg.Store.People(ctx, c.by)
	if err != nil {
		return err
	}
	invited, err := s.cfg.Store.Invitations(ctx, c.by)
	if err != nil {
		return err
	}
	p := &pages.People{Frame: c.frame(pages.Say("adm_people_title"), pages.PlacePeople)}
	p.Wide = true
	for _, of := range people {
		p.People = append(p.People, pages.Person{
			ID: of.ID.String(), Name: of.Name, Email: of.Email, Role: string(of.Role),
			Admin: of.Role == PersonAdmin, Self: of.ID == c.by.Person, TOTP: of.TOTP, Since: of.Since,
		})
	}
	for _, i := range invited {
		p.Invitations = append(p.Invitations, pages.Invitation{ID: i.ID.String(), Email: i.Email, Role: string(i.Role), Until: i.Until})
	}
	return c.show(http.StatusOK, p)
}

// askPerson asks about the person of the path, whom form is given among all people,
// and does it for an admin who has shown again who it is.
func (s *Server) askPerson(c *call, form func(who Person, all []Person) *pages.Form, do func(who session.ID, v url.Values) (done string, err error)) error {
	id, err := c.pathPerson()
	if err != nil {
		return err
	}
	return s.ask(c, func(url.Values) (*pages.Form, error) {
		all, err := s.cfg.Store.People(c.r.Context(), c.by)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(p Person) bool { return p.ID == id })
		if at < 0 {
			return nil, session.Errorf(session.CodePersonUnknown, "")
		}
		f := form(all[at], all)
		f.Action, f.Ways = c.r.URL.Path, []pages.Link{link(pathPeople, "cancel")}
		s.prover(c, f)
		return f, nil
	}, func(v url.Values) (string, error) {
		if err := s.proved(c, v); err != nil {
			return "", err
		}
		done, err := do(id, v)
		if id == c.by.Person { // who may not be an admin any more
			return "/", err
		}
		return pathPeople + "?done=" + done, err
	})
}

// amongPeople begins a page that is reached from the one of the people.
func amongPeople(c *call, title pages.Text) pages.Frame {
	return c.frame(title, pages.PlacePeople, link(pathPeople, "adm_people_title"))
}

// rolePage makes a member an admin, or an admin a member.
func (s *Server) rolePage(c *call) error {
	return s.askPerson(c, func(who Person, _ []Person) *pages.Form {
		to := PersonAdmin
		if who.Role == PersonAdmin {
			to = PersonMember
		}
		return &pages.Form{
			Frame: amongPeople(c, pages.Say("adm_to_"+string(to)+"_title", who.Name)), Text: []pages.Text{pages.Say("adm_to_" + string(to) + "_text")},
			Inputs: pages.Inputs{
				Hidden:  []pages.Field{{Name: "role", Value: string(to)}},
				Buttons: []pages.Field{{Label: pages.Say("adm_make_" + string(to)), Danger: true}},
			},
		}
	}, func(who session.ID, v url.Values) (string, error) {
		role := PersonRole(v.Get("role"))
		if err := role.check(); err != nil {
			return "", err
		}
		return "saved", s.cfg.Store.SetRole(c.r.Context(), c.by, who, role)
	})
}

// removePersonPage removes a person, and asks who takes the accounts.
func (s *Server) removePersonPage(c *call) error {
	return s.askPerson(c, func(who Person, all []Person) *pages.Form {
		heirs := []pages.Option{{Label: pages.Say("adm_successor_none")}}
		for _, p := range all {
			if p.ID != who.ID {
				heirs = append(heirs, pages.Option{Value: p.ID.String(), Label: pages.Say("name_of", p.Name)})
			}
		}
		return &pages.Form{
			Frame: amongPeople(c, pages.Say("adm_remove_title", who.Name)),
			Text:  []pages.Text{pages.Say("adm_remove_ends"), pages.Say("adm_remove_accounts")},
			Inputs: pages.Inputs{
				Fields:  []pages.Field{{Name: "successor", Label: pages.Say("adm_successor"), Hint: pages.Say("adm_successor_hint"), Options: heirs}},
				Buttons: []pages.Field{{Label: pages.Say("adm_remove_yes"), Danger: true}},
			},
			Links: []pages.Link{{Href: "/admin/all?" + url.Values{"q": {who.Name}}.Encode(), Label: pages.Say("adm_their_accounts", who.Name)}},
		}
	}, func(who session.ID, v url.Values) (string, error) {
		var successor session.ID
		if v.Get("successor") != "" {
			var err error
			if successor, err = formPerson(v, "successor"); err != nil {
				return "", err
			}
		}
		err := s.cfg.Store.RemovePerson(c.r.Context(), c.by, who, successor)
		if session.CodeOf(err) == session.CodePersonUnknown {
			err = in("successor", err) // the other was found a moment ago
		}
		return "adm_person_removed", err
	})
}
