package vault

import (
	"net/url"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// membersOf lists who may see an account, and who else could.
func (s *Server) membersOf(c *call, account session.ID) (list []pages.Member, others []pages.Option, err error) {
	members, err := s.cfg.Store.Members(c.r.Context(), c.by, account)
	if err != nil {
		return nil, nil, err
	}
	there := map[session.ID]bool{}
	for _, m := range members {
		there[m.Person] = true
		list = append(list, pages.Member{ID: m.Person.String(), Name: m.Name, Owner: m.Role == session.RoleOwner})
	}
	people, err := s.cfg.Store.People(c.r.Context(), c.by)
	for _, p := range people {
		if !there[p.ID] {
			others = append(others, pages.Option{Value: p.ID.String(), Label: pages.Say("name_of", p.Name)})
		}
	}
	return list, others, err
}

// membersPost adds or removes a collaborator.
func (s *Server) membersPost(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	v, err := c.form()
	if err != nil {
		return err
	}
	person, err := formPerson(v, "person")
	if err != nil {
		return err
	}
	change := s.cfg.Store.AddMember
	if v.Get("do") == "remove" {
		change = s.cfg.Store.RemoveMember
	}
	if err := change(c.r.Context(), c.by, id, person); err != nil {
		return err
	}
	return c.see(pathOf(id) + "?done=saved#members")
}

// formPerson reads the id of a person out of a form.
func formPerson(v url.Values, name string) (session.ID, error) {
	id, err := session.ParseID(v.Get(name))
	if err != nil {
		return id, session.Errorf(session.CodePersonUnknown, "")
	}
	return id, nil
}

// ownerPage makes another person the owner.
func (s *Server) ownerPage(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	return s.ask(c, func(v url.Values) (pages.Form, error) {
		to, err := formPerson(v, "to")
		if err != nil {
			return pages.Form{}, err
		}
		name, err := s.memberName(c, a.ID, to)
		if err != nil {
			return pages.Form{}, err
		}
		f := pages.Form{
			Frame: about(c, a, pages.Say("owner_title", name)), Text: []pages.Text{pages.Say("owner_text")},
			Inputs: pages.Inputs{
				Action: c.r.URL.Path, Hidden: []pages.Field{{Name: "to", Value: to.String()}},
				Buttons: []pages.Field{{Label: pages.Say("owner_yes"), Danger: true}}, Ways: []pages.Link{link(pathOf(a.ID), "keep")},
			},
		}
		s.prover(c, &f)
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
	})
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
