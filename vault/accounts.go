package vault

import (
	"net/http"
	"strconv"

	"sessionferry/session"
)

// pageSize is how many accounts or audit entries one answer lists.
const pageSize = 100

func (s *Server) me(c *call) error {
	return c.answer(http.StatusOK, struct {
		Workspace session.ID `json:"workspace"`
		Person    session.ID `json:"person"`
		Principal session.ID `json:"principal"`
		Role      Role       `json:"role"`
		Name      string     `json:"name"`
		Admin     bool       `json:"admin"`
	}{c.by.Workspace, c.by.Person, c.by.ID, c.by.Role, c.by.Name, c.by.Admin})
}

func (s *Server) leave(c *call) error {
	if err := s.cfg.Store.Leave(c.r.Context(), c.by); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) accounts(c *call) error {
	list, next, err := s.cfg.Store.Accounts(c.r.Context(), c.by, c.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Accounts []session.Account `json:"accounts"`
		Next     string            `json:"next,omitempty"`
	}{list, next})
}

func (s *Server) account(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	a, err := s.cfg.Store.Account(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, a)
}

func (s *Server) addAccount(c *call) error {
	var card Card
	if err := c.json(&card); err != nil {
		return err
	}
	if err := s.checkCard(card); err != nil {
		return err
	}
	a, err := s.cfg.Store.AddAccount(c.r.Context(), c.by, card)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, a)
}

// checkCard refuses a card that no share could ever fit.
func (s *Server) checkCard(card Card) error {
	domains, known := s.cfg.Apps.Domains(card.App)
	if !known {
		return session.Errorf(session.CodeAppUnknown, "")
	}
	if _, err := session.NewScope(domains, card.Site); err != nil {
		return err
	}
	return session.ValidateUsername(card.Username)
}

func (s *Server) removeAccount(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	if err := s.cfg.Store.RemoveAccount(c.r.Context(), c.by, id); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) audit(c *call) error {
	before := int64(0)
	if q := c.r.URL.Query().Get("before"); q != "" {
		n, err := strconv.ParseInt(q, 10, 64)
		if err != nil || n <= 0 {
			return session.Errorf(session.CodeRequestInvalid, "before is a sequence number")
		}
		before = n
	}
	list, err := s.cfg.Store.Audit(c.r.Context(), c.by, before, pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Entries []AuditEntry `json:"entries"`
	}{list})
}
