package vault

import (
	"net/http"

	"sessionferry/session"
)

// pathPerson reads a person of the path. One that is none is nobody.
func (c *call) pathPerson() (session.ID, error) {
	id, err := session.ParseID(c.r.PathValue("person"))
	if err != nil {
		return id, session.Errorf(session.CodePersonUnknown, "")
	}
	return id, nil
}

func (s *Server) people(c *call) error {
	list, err := s.cfg.Store.People(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		People []Person `json:"people"`
	}{list})
}

func (s *Server) setRole(c *call) error {
	person, err := c.pathPerson()
	if err != nil {
		return err
	}
	var body struct {
		Role PersonRole `json:"role"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	if err := body.Role.check(); err != nil {
		return err
	}
	if err := s.cfg.Store.SetRole(c.r.Context(), c.by, person, body.Role); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) removePerson(c *call) error {
	person, err := c.pathPerson()
	if err != nil {
		return err
	}
	var successor session.ID
	if q := c.r.URL.Query().Get("successor"); q != "" {
		if successor, err = session.ParseID(q); err != nil {
			return session.Errorf(session.CodePersonUnknown, "")
		}
	}
	if err := s.cfg.Store.RemovePerson(c.r.Context(), c.by, person, successor); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) members(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	list, err := s.cfg.Store.Members(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Members []Member `json:"members"`
	}{list})
}

func (s *Server) addMember(c *call) error {
	return s.withMember(c, func(account, person session.ID) error {
		return s.cfg.Store.AddMember(c.r.Context(), c.by, account, person)
	})
}

func (s *Server) removeMember(c *call) error {
	return s.withMember(c, func(account, person session.ID) error {
		return s.cfg.Store.RemoveMember(c.r.Context(), c.by, account, person)
	})
}

func (s *Server) transfer(c *call) error {
	return s.withMember(c, func(account, person session.ID) error {
		return s.cfg.Store.Transfer(c.r.Context(), c.by, account, person)
	})
}

// withMember does something to an account and a person of the path.
func (s *Server) withMember(c *call, do func(account, person session.ID) error) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	person, err := c.pathPerson()
	if err != nil {
		return err
	}
	if err := do(a.ID, person); err != nil {
		return err
	}
	return c.noContent()
}
