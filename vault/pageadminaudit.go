package vault

import (
	"net/http"
	"net/url"
	"time"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

const pathAudit = "/admin/audit"

// auditPage searches the log of all persons.
func (s *Server) auditPage(c *call) error {
	asked := c.r.URL.Query()
	people, err := s.cfg.Store.People(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	p := &pages.Audit{Frame: c.frame(pages.Say("nav_audit"), pages.PlaceAudit), Inputs: auditInputs(c, asked, people)}
	p.Wide = true
	q, err := auditQuery(asked)
	if err != nil {
		p.Problem = &pages.Problem{Code: string(session.CodeOf(err))}
		p.Blame(session.CodeOf(err))
		return c.show(statuses[session.CodeOf(err)], p)
	}
	f, err := auditFilter(q)
	if err != nil {
		return err
	}
	list, next, err := s.cfg.Store.FindAudit(c.r.Context(), c.by, f, asked.Get("cursor"), pageEvents)
	if err != nil {
		return err
	}
	for _, e := range list {
		p.Entries = append(p.Entries, s.foundEntry(e))
	}
	p.Export, p.Next = "/v1/workspace/audit/export?"+q.Encode(), onward(c, next)
	return c.show(http.StatusOK, p)
}

// auditInputs are what a search is narrowed by, as it was asked for.
func auditInputs(c *call, asked url.Values, people []Person) pages.Inputs {
	anybody, anything := pages.Option{Label: pages.Say("adm_anybody")}, pages.Option{Label: pages.Say("adm_anything")}
	persons, actions := []pages.Option{anybody}, []pages.Option{anything}
	for _, p := range people {
		persons = append(persons, pages.Option{Value: p.ID.String(), Label: pages.Say("name_of", p.Name)})
	}
	for _, o := range pages.ActionOptions(c.language()) {
		if o.Value != string(ActionSkipped) { // is nothing that happened
			actions = append(actions, o)
		}
	}
	field := func(name, kind string, options ...pages.Option) pages.Field {
		return pages.Field{Name: name, Label: pages.Say("adm_field_" + name), Type: kind, Value: asked.Get(name), Options: options, Autocomplete: "off", Optional: true}
	}
	return pages.Inputs{
		Action: pathAudit,
		Fields: []pages.Field{
			field("person", "", persons...), field("action", "", actions...), field("from", "date"), field("to", "date"), field("account", "text"),
		},
		Buttons: []pages.Field{button("search")}, Ways: []pages.Link{link(pathAudit, "show_all")},
	}
}

// auditQuery is what a search of the page is for the API: days are whole ones of
// UTC there, the last included. What can be typed and is no account is CodeNotFound.
func auditQuery(asked url.Values) (url.Values, error) {
	q := url.Values{}
	for _, name := range []string{"person", "account", "action"} {
		if v := asked.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	if v := q.Get("account"); v != "" {
		if _, err := session.ParseID(v); err != nil {
			return nil, NotFound()
		}
	}
	for name, days := range map[string]int{"from": 0, "to": 1} {
		if v := asked.Get(name); v != "" {
			at, err := time.Parse(time.DateOnly, v)
			if err != nil {
				return nil, session.Errorf(session.CodeRequestInvalid, "%s is a day such as 2026-11-25", name)
			}
			q.Set(name, at.AddDate(0, 0, days).Format(time.RFC3339))
		}
	}
	return q, nil
}

func (s *Server) foundEntry(e FoundEntry) pages.Found {
	f := pages.Found{
		Time: e.Time, Action: string(e.Action), Cause: e.Cause, Person: e.PersonName, Program: e.ProgramName,
		Username: e.Username, Of: e.OfName, Consent: e.Consent,
	}
	if !e.Account.IsZero() {
		f.Account, f.Owner = e.Account.String(), e.OwnerName
	}
	if e.Action == ActionRetentionChanged {
		f.Window = pages.Say("adm_window_of", s.windowName(e.App), windowText(e.Days))
	}
	return f
}
