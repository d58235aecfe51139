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
	q, err := auditQuery(asked, p.Inputs)
	if err != nil {
		return c.showProblem(err, p)
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
// UTC there, the last included. What is not among the choices, no day or no account
// is an error of its field.
func auditQuery(asked url.Values, inputs pages.Inputs) (url.Values, error) {
	q := url.Values{}
	for _, f := range inputs.Fields {
		v := asked.Get(f.Name)
		if v == "" {
			continue
		}
		var err error
		switch f.Name {
		case "from":
			v, err = dayStart(v, 0)
		case "to":
			v, err = dayStart(v, 1)
		case "account":
			if _, e := session.ParseID(v); e != nil {
				err = NotFound()
			}
		default:
			err = offered(f, v)
		}
		if err != nil {
			return nil, in(f.Name, err)
		}
		q.Set(f.Name, v)
	}
	return q, nil
}

// dayStart is when a day begins, or one that comes so many days later.
func dayStart(day string, later int) (string, error) {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", session.Errorf(session.CodeDateInvalid, "")
	}
	return at.AddDate(0, 0, later).Format(time.RFC3339), nil
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
