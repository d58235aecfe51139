package vault

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sessionferry/apps/catalogue"
	"sessionferry/vault/pages"
)

const (
	pathRetention = "/admin/retention"
	pathPreview   = pathRetention + "/preview"
)

// windowName names what a window is for.
func (s *Server) windowName(app string) pages.Text {
	if app == "" {
		return pages.Say("adm_workspace")
	}
	name, _ := s.face(app)
	return pages.Say("name_of", name)
}

// retentionPage lists the windows that are set and asks for another.
func (s *Server) retentionPage(c *call) error {
	p, err := s.windows(c, nil)
	if err != nil {
		return err
	}
	return c.show(http.StatusOK, p)
}

// windows is that page, with what was typed.
func (s *Server) windows(c *call, v url.Values) (*pages.Windows, error) {
	set, err := s.cfg.Store.Retention(c.r.Context(), c.by)
	if err != nil {
		return nil, err
	}
	apps, err := s.shownApps(func(*catalogue.App) bool { return true })
	if err != nil {
		return nil, err
	}
	day := 24 * time.Hour
	p := &pages.Windows{
		Frame: c.frame(pages.Say("nav_retention"), pages.PlaceRetention), Default: int(set.Default / day), Cap: set.MaxDays(),
	}
	whole := pages.Window{Name: s.windowName(""), Days: windowText(p.Default)}
	if set.Days > 0 {
		whole.Days, whole.Set = windowText(set.Days), true
	}
	p.Windows = append(p.Windows, whole)
	for _, a := range set.Apps {
		p.Windows = append(p.Windows, pages.Window{App: a.App, Name: s.windowName(a.App), Days: windowText(a.Days), Set: true})
	}
	options := []pages.Option{{Label: s.windowName("")}}
	for _, a := range apps {
		options = append(options, pages.Option{Value: a.ID, Label: pages.Say("name_of", a.Name)})
	}
	p.Inputs = pages.Inputs{
		Action: pathPreview,
		Fields: []pages.Field{
			{Name: "app", Label: pages.Say("adm_holds_for"), Value: v.Get("app"), Options: options},
			{Name: "days", Label: pages.Say("adm_days_field"), Type: "number", Value: v.Get("days"), Autocomplete: "off", Min: 1, Max: set.MaxDays()},
		},
		Buttons: []pages.Field{button("adm_preview")},
	}
	return p, nil
}

// previewPage shows what a window would end, and sets it. One that cannot be is asked
// for again.
func (s *Server) previewPage(c *call) error {
	var typed url.Values
	err := s.ask(c, func(v url.Values) (*pages.Form, error) {
		typed = v
		app, days, err := s.windowAsked(v)
		if err != nil {
			return nil, err
		}
		effects, err := s.cfg.Store.PreviewRetention(c.r.Context(), c.by, app, days)
		if err != nil {
			return nil, err
		}
		f := &pages.Form{
			Frame: c.frame(pages.Say("adm_preview_title"), pages.PlaceRetention, link(pathRetention, "nav_retention")),
			Facts: []pages.Fact{{Name: pages.Say("adm_holds_for"), Text: s.windowName(app)}, {Name: pages.Say("adm_window"), Text: windowText(days)}},
			Inputs: pages.Inputs{
				Action: pathPreview, Hidden: []pages.Field{{Name: "app", Value: app}, {Name: "days", Value: strconv.Itoa(days)}},
				Buttons: []pages.Field{button("adm_apply")}, Ways: []pages.Link{link(pathRetention, "cancel")},
			},
		}
		s.tellEffects(f, effects)
		s.prover(c, f)
		return f, nil
	}, func(v url.Values) (string, error) {
		app, days, err := s.windowAsked(v)
		if err == nil {
			err = s.proved(c, v)
		}
		if err == nil {
			err = s.cfg.Store.SetRetention(c.r.Context(), c.by, app, days)
		}
		return pathRetention + "?done=adm_retention_set", err
	})
	if err == nil || typed == nil {
		return err
	}
	p, e := s.windows(c, typed)
	if e != nil {
		return e
	}
	return c.showProblem(err, p)
}

func windowText(days int) pages.Text {
	if days == 0 {
		return pages.Say("adm_no_window")
	}
	return pages.Say("adm_days", days)
}

// tellEffects says in a sentence and by app what ends. What ends at once makes the
// button one to beware of.
func (s *Server) tellEffects(f *pages.Form, effects []RetentionEffect) {
	now, earlier := 0, 0
	n := pages.Numbers{
		Caption: pages.Say("adm_preview_title"),
		Heads:   []pages.Text{pages.Say("adm_app"), pages.Say("adm_held"), pages.Say("adm_end_now"), pages.Say("adm_end_earlier")},
	}
	for _, e := range effects {
		now, earlier = now+e.Expire, earlier+e.Shorten
		n.Rows = append(n.Rows, pages.Counts{Name: s.windowName(e.App), Counts: []int{e.Held, e.Expire, e.Shorten}})
	}
	switch {
	case now > 0:
		f.Text = append(f.Text, pages.Say("adm_ends_now", now))
		f.Buttons[0].Danger = true
	default:
		f.Text = append(f.Text, pages.Say("adm_ends_none"))
	}
	if earlier > 0 {
		f.Text = append(f.Text, pages.Say("adm_ends_earlier", earlier))
	}
	f.Text = append(f.Text, pages.Say("adm_ends_later"))
	if len(effects) > 0 {
		f.Numbers = &n
	}
}
