package vault

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sessionferry/session"
)

// maxSearch bounds a text that is looked for, in bytes.
const maxSearch = 200

// accountFilter reads which accounts a call asks for, with the text that it searches.
func (c *call) accountFilter(text string) (AccountFilter, error) {
	f := AccountFilter{Text: text, State: session.State(c.r.URL.Query().Get("state"))}
	if len(f.Text) > maxSearch {
		return f, session.Errorf(session.CodeRequestInvalid, "a text to look for has at most %d bytes", maxSearch)
	}
	if f.State != "" && !slices.Contains(listedStates, f.State) {
		return f, session.Errorf(session.CodeRequestInvalid, "there is no such state")
	}
	return f, nil
}

// auditFilter reads which audit entries a query asks for.
func auditFilter(q url.Values) (f AuditFilter, err error) {
	f.Action = Action(q.Get("action"))
	for name, id := range map[string]*session.ID{"person": &f.Person, "account": &f.Account} {
		if text := q.Get(name); text != "" && err == nil {
			if *id, err = session.ParseID(text); err != nil {
				err = session.Errorf(session.CodeRequestInvalid, "%s is not an id", name)
			}
		}
	}
	for name, at := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		if text := q.Get(name); text != "" && err == nil {
			if *at, err = time.Parse(time.RFC3339, text); err != nil {
				err = session.Errorf(session.CodeRequestInvalid, "%s is a time such as 2026-11-25T10:00:00Z", name)
			}
		}
	}
	return f, err
}

func (s *Server) history(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.History(c.r.Context(), c.by, id, c.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Entries []HistoryEntry `json:"entries"`
		Next    string         `json:"next,omitempty"`
	}{list, next})
}

// outcomeDays is of how many days outcomes tells if it is not asked otherwise.
const outcomeDays = 30

func (s *Server) outcomes(c *call) error {
	a, err := s.ownAccount(c)
	if err != nil {
		return err
	}
	days := outcomeDays
	if q := c.r.URL.Query().Get("days"); q != "" {
		if days, err = strconv.Atoi(q); err != nil || days < 1 || days > MaxOutcomeDays {
			return session.Errorf(session.CodeRequestInvalid, "days is a number from 1 to %d", MaxOutcomeDays)
		}
	}
	list, err := s.cfg.Store.Outcomes(c.r.Context(), c.by, a.ID, days)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Outcomes []Outcome `json:"outcomes"`
	}{list})
}

func (s *Server) workspaceAccounts(c *call) error {
	f, err := c.accountFilter(c.search())
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.WorkspaceAccounts(c.r.Context(), c.by, f, c.r.URL.Query().Get("cursor"), pageSize)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Accounts []WorkspaceAccount `json:"accounts"`
		Next     string             `json:"next,omitempty"`
	}{list, next})
}

// allPrograms are one page of the devices and runners of all people.
func (s *Server) allPrograms(c *call, cursor string) ([]WorkspaceProgram, string, error) {
	list, next, err := s.cfg.Store.WorkspacePrograms(c.r.Context(), c.by, cursor, pageSize)
	if err != nil {
		return nil, "", err
	}
	for i := range list {
		if err := list[i].fill(); err != nil {
			return nil, "", err
		}
	}
	return list, next, nil
}

func (s *Server) workspacePrograms(c *call) error {
	list, next, err := s.allPrograms(c, c.r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Programs []WorkspaceProgram `json:"programs"`
		Next     string             `json:"next,omitempty"`
	}{list, next})
}
