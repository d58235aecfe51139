package vault

import (
	"net/http"
	"strconv"
	"strings"

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
	f, err := c.accountFilter(c.search())
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.FindAccounts(c.r.Context(), c.by, f, c.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Accounts []session.Account `json:"accounts"`
		Next     string            `json:"next,omitempty"`
	}{list, next})
}

func (s *Server) account(c *call) error {
	a, err := s.pathAccount(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, a)
}

// pathAccount returns the account of the path as the caller sees it.
func (s *Server) pathAccount(c *call) (a session.Account, err error) {
	id, err := c.pathID("id")
	if err != nil {
		return a, err
	}
	return s.cfg.Store.Account(c.r.Context(), c.by, id)
}

func (s *Server) addAccount(c *call) error {
	var card Card
	if err := c.json(&card); err != nil {
		return err
	}
	card.Site = siteOf(card.Site)
	if err := s.checkCard(card); err != nil {
		return err
	}
	a, err := s.cfg.Store.AddAccount(c.r.Context(), c.by, card)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, a)
}

// siteOf trims the address of a page to the site that a card is for. What has no
// scheme is no address.
func siteOf(address string) string {
	if !strings.Contains(address, "://") {
		return address
	}
	site, _ := session.SiteOf(address)
	return site
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

// changeAccount takes another site and user name for an account.
func (s *Server) changeAccount(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	var body struct {
		Site     string `json:"site"`
		Username string `json:"username"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	card := Card{App: a.App, Site: siteOf(body.Site), Username: body.Username}
	if err := s.checkCard(card); err != nil {
		return err
	}
	if a, err = s.cfg.Store.ChangeAccount(c.r.Context(), c.by, a.ID, card); err != nil {
		return err
	}
	return c.answer(http.StatusOK, a)
}

// ownAccount returns the account of the path for what only its owner may do.
// Whether there is such an account for the caller comes before all else that could
// be wrong: it is not to be learned by that.
func (s *Server) ownAccount(c *call) (a session.Account, err error) {
	a, err = s.pathAccount(c)
	if err == nil && a.Role != session.RoleOwner {
		err = session.Errorf(session.CodeNotOwner, "")
	}
	return a, err
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
