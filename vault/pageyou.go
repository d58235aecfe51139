package vault

import (
	"net/http"
	"net/url"
	"time"

	"sessionferry/session"
	"sessionferry/vault/pages"
	"sessionferry/vault/password"
)

// youPage is what concerns the person alone.
func (s *Server) youPage(c *call) error {
	ctx := c.r.Context()
	list, err := s.cfg.Store.WebSessions(ctx, c.by)
	if err != nil {
		return err
	}
	login, err := s.cfg.Store.OwnLogin(ctx, c.by)
	if err != nil {
		return err
	}
	p := &pages.You{Frame: c.frame(pages.Say("you_title"), pages.PlaceYou), TOTP: len(login.TOTP) > 0, Password: login.Password != ""}
	for _, w := range list {
		p.SignIns = append(p.SignIns, pages.SignIn{ID: w.ID.String(), Browser: w.Browser, Since: w.Created, Seen: w.Seen, Current: w.Current})
	}
	return c.show(http.StatusOK, p)
}

func (s *Server) signInsPost(c *call) error {
	v, err := c.form()
	if err != nil {
		return err
	}
	id, err := session.ParseID(v.Get("signin"))
	if err != nil {
		return c.see("/you?done=signin_ended") // it has ended, or never was
	}
	if err := s.cfg.Store.EndWebSession(c.r.Context(), c.by, id); err != nil {
		return err
	}
	if id == c.by.ID {
		c.dropCookie(cookieSession)
		return c.see("/signin")
	}
	return c.see("/you?done=signin_ended")
}

// looksTime is how long a browser keeps what was chosen for it.
const looksTime = 365 * 24 * time.Hour

// looksPost keeps the language and the theme in the browser: they are its own, and
// hold before anybody has signed in.
func (s *Server) looksPost(c *call) error {
	v, err := c.form()
	if err != nil {
		return err
	}
	if err := c.keepSealed(cookieLanguage, string(pages.Speak(v.Get("language"), "")), looksTime); err != nil {
		return err
	}
	if err := c.keepSealed(cookieTheme, string(pages.ParseTheme(v.Get("theme"))), looksTime); err != nil {
		return err
	}
	return c.see("/you?done=saved#looks")
}

func ownForm(c *call, title, action, label string, fields ...pages.Field) *pages.Form {
	return &pages.Form{
		Frame: c.frame(pages.Say(title), pages.PlaceYou, link("/you", "you_title")),
		Inputs: pages.Inputs{
			Action: action, Fields: fields, Buttons: []pages.Field{button(label)}, Ways: []pages.Link{link("/you", "cancel")},
		},
	}
}

func (s *Server) passwordPage(c *call) error {
	return s.ask(c, func(url.Values) (*pages.Form, error) {
		return ownForm(c, "password_title", "/you/password", "password_change", passwordField(), totpField(), newPasswordField("new")), nil
	}, func(v url.Values) (string, error) {
		return "/you?done=password_changed", s.changePassword(c, passwordBody{proving(v), v.Get("new")})
	})
}

// totpPage hands out a one-time secret, and keeps it once a code shows that the app
// has it. The secret goes back and forth in the form, since nothing is kept before.
func (s *Server) totpPage(c *call) error {
	login, err := s.cfg.Store.OwnLogin(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	if len(login.TOTP) > 0 {
		return c.see("/you?done=totp_on") // in another tab
	}
	return s.ask(c, func(v url.Values) (*pages.Form, error) {
		secret := v.Get("secret")
		if c.r.Method == http.MethodGet || secret == "" { // an address chooses none: who made it would know it
			key, err := password.NewTOTP(c.by.Name)
			if err != nil {
				return nil, err
			}
			secret = key.Secret()
		}
		f := ownForm(c, "totp_add_title", "/you/totp", "save", passwordField(), requiredCode())
		f.Text = []pages.Text{pages.Say("totp_add_text")}
		f.Facts = []pages.Fact{{Name: pages.Say("totp_key"), Value: secret, Key: true}}
		f.Hidden = []pages.Field{{Name: "secret", Value: secret}}
		return f, nil
	}, func(v url.Values) (string, error) {
		return "/you?done=totp_on", s.beginTOTP(c, totpBody{Password: v.Get("password"), Secret: v.Get("secret"), Code: v.Get("totp")})
	})
}

func proving(v url.Values) provingBody { return provingBody{v.Get("password"), v.Get("totp")} }

func requiredCode() pages.Field {
	f := totpField()
	f.Hint, f.Optional = pages.Text{}, false
	return f
}

func (s *Server) endTOTPPage(c *call) error {
	return s.ask(c, func(url.Values) (*pages.Form, error) {
		return ownForm(c, "totp_title", "/you/totp/end", "totp_end", passwordField(), requiredCode()), nil
	}, func(v url.Values) (string, error) {
		return "/you?done=totp_off", s.stopTOTP(c, proving(v))
	})
}
