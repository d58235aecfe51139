package vault

import (
	"net/http"
	"net/url"
	"strconv"

	"sessionferry/session"
)

func (s *Server) retention(c *call) error {
	r, err := s.cfg.Store.Retention(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Days    int            `json:"days"`
		Apps    []AppRetention `json:"apps"`
		Default int64          `json:"default_seconds"`
		Cap     int64          `json:"cap_seconds"`
		Max     int            `json:"max_days"`
	}{r.Days, r.Apps, int64(r.Default.Seconds()), int64(r.Cap.Seconds()), r.MaxDays()})
}

// knownApp refuses a window of an app that there are no cards for.
func (s *Server) knownApp(app string) error {
	if app == "" {
		return nil
	}
	if _, known := s.cfg.Apps.Domains(app); !known {
		return session.Errorf(session.CodeAppUnknown, "")
	}
	return nil
}

func (s *Server) setRetention(c *call) error {
	var body AppRetention
	if err := c.json(&body); err != nil {
		return err
	}
	if err := s.knownApp(body.App); err != nil {
		return err
	}
	if err := s.cfg.Store.SetRetention(c.r.Context(), c.by, body.App, body.Days); err != nil {
		return err
	}
	return c.noContent()
}

// windowAsked is the window that a query or a form asks for.
func (s *Server) windowAsked(v url.Values) (app string, days int, err error) {
	app = v.Get("app")
	if err := s.knownApp(app); err != nil {
		return app, 0, err
	}
	if days, err = strconv.Atoi(v.Get("days")); err != nil {
		return app, 0, session.Errorf(session.CodeDaysInvalid, "days is a number")
	}
	return app, days, nil
}

func (s *Server) previewRetention(c *call) error {
	app, days, err := s.windowAsked(c.r.URL.Query())
	if err != nil {
		return err
	}
	list, err := s.cfg.Store.PreviewRetention(c.r.Context(), c.by, app, days)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Effects []RetentionEffect `json:"effects"`
	}{list})
}
