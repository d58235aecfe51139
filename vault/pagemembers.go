package vault

import (
	"net/url"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// fillMembers adds who may see the account, and the form that adds another.
func (s *Server) fillMembers(c *call, p *pages.Details) error {
	members, err := s.cfg.Store.Members(c.r.Context(), c.by, p.Account.ID)
	if err != nil {
		return err
	}
	there := map[session.ID]bool{}
	for _, m := range members {
		there[m.Person] = true
		p.Members = append(p.Members, pages.Member{ID: m.Person.String(), Name: m.Name, Owner: m.Role == session.RoleOwner})
	}
	people, err := s.cfg.Store.People(c.r.Context(), c.by)
	var others []pages.Option
	for _, who := range people {
		if !there[who.ID] {
			others = append(others, pages.Option{Value: who.ID.String(), Label: pages.Say("name_of", who.Name)})
		}
	}
	if len(others) > 0 {
		p.Inputs = pages.Inputs{
			Action:  p.Account.Path() + "/members",
			Fields:  []pages.Field{{Name: "person", Label: pages.Say("add_member"), Options: others}},
			Buttons: []pages.Field{{Name: "do", Value: "add", Label: pages.Say("add"), Second: true}},
		}
	}
	return err
}

// unknownPerson shows the account's page in place of a form about a person who is not
// there, or not any more: who is, stands there.
func (s *Server) unknownPerson(c *call, a session.Account, err error) error {
	if session.CodeOf(err) != session.CodePersonUnknown {
		return err
	}
	p, e := s.details(c, a)
	if e != nil {
		return e
	}
	return c.showProblem(err, p)
}

// membersPost adds or removes a collaborator.
func (s *Server) membersPost(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	v, err := c.form()
	if err != nil {
		return err
	}
	person, err := formPerson(v, "person")
	if err == nil && v.Get("do") == "remove" {
		err = s.cfg.Store.RemoveMember(c.r.Context(), c.by, a.ID, person)
	} else if err == nil {
		err = in("person", s.cfg.Store.AddMember(c.r.Context(), c.by, a.ID, person))
	}
	if err != nil {
		return s.unknownPerson(c, a, err)
	}
	return c.see(pathOf(a.ID) + "?done=saved#members")
}

// formPerson reads the id of a person out of a form.
func formPerson(v url.Values, name string) (session.ID, error) {
	id, err := session.ParseID(v.Get(name))
	if err != nil {
		return id, in(name, session.Errorf(session.CodePersonUnknown, ""))
	}
	return id, nil
}

// ownerPage makes another person the owner.
func (s *Server) ownerPage(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	return s.unknownPerson(c, a, s.ask(c, func(v url.Values) (*pages.Form, error) {
		to, err := formPerson(v, "to")
		if err != nil {
			return nil, err
		}
		name, err := s.memberName(c, a.ID, to)
		if err != nil {
			return nil, err
		}
		f := &pages.Form{
			Frame: about(c, a, pages.Say("owner_title", name)), Text: []pages.Text{pages.Say("owner_text")},
			Inputs: pages.Inputs{
				Action: c.r.URL.Path, Hidden: []pages.Field{{Name: "to", Value: to.String()}},
				Buttons: []pages.Field{{Label: pages.Say("owner_yes"), Danger: true}}, Ways: []pages.Link{link(pathOf(a.ID), "keep")},
			},
		}
		s.prover(c, f)
		return f, nil
	}, func(v url.Values) (string, error) {
		to, err := formPerson(v, "to")
		if err == nil {
			err = s.proved(c, v)
		}
		if err == nil {
			err = s.cfg.Store.Transfer(c.r.Context(), c.by, a.ID, to)
		}
		return pathOf(a.ID) + "?done=saved", err
	}))
}

func (s *Server) memberName(c *call, account, person session.ID) (string, error) {
	members, err := s.cfg.Store.Members(c.r.Context(), c.by, account)
	if err != nil {
		return "", err
	}
	for _, m := range members {
		if m.Person == person {
			return m.Name, nil
		}
	}
	return "", session.Errorf(session.CodePersonUnknown, "")
}
