package vault

import (
	"net/http"
	"net/url"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

func (s *Server) signOut(c *call) error {
	p, err := s.webSession(c)
	if err == nil {
		err = s.cfg.Store.EndWebSession(c.r.Context(), p, p.ID)
	}
	if err != nil && session.CodeOf(err) != session.CodeSignedOut {
		return err
	}
	c.dropCookie(cookieSession)
	return c.see("/signin")
}

// The fields that several forms have.
func emailField(v url.Values) pages.Field {
	return pages.Field{Name: "email", Label: pages.Say("email"), Type: "email", Autocomplete: "username", Value: v.Get("email")}
}

func nameField(v url.Values) pages.Field {
	return pages.Field{Name: "name", Label: pages.Say("your_name"), Hint: pages.Say("your_name_hint"), Type: "text", Autocomplete: "name", Value: v.Get("name")}
}

func newPasswordField(name string) pages.Field {
	return pages.Field{Name: name, Label: pages.Say("new_password"), Hint: pages.Say("new_password_hint"), Type: "password", Autocomplete: "new-password"}
}

func passwordField() pages.Field {
	return pages.Field{Name: "password", Label: pages.Say("password"), Type: "password", Autocomplete: "current-password"}
}

func totpField() pages.Field {
	return pages.Field{Name: "totp", Label: pages.Say("totp"), Hint: pages.Say("totp_hint"), Type: "text", Autocomplete: "one-time-code", Optional: true}
}

func codeField(label, hint string, v url.Values) pages.Field {
	return pages.Field{Name: "code", Label: pages.Say(label), Hint: pages.Say(hint), Type: "text", Autocomplete: "off", Value: v.Get("code"), Code: true}
}

func button(label string) pages.Field { return pages.Field{Label: pages.Say(label)} }

func link(href, label string) pages.Link { return pages.Link{Href: href, Label: pages.Say(label)} }

func (s *Server) signInForm(v url.Values) *pages.Form {
	f := &pages.Form{
		Frame: pages.Frame{Title: pages.Say("signin_title")},
		Inputs: pages.Inputs{
			Action:  "/signin",
			Fields:  []pages.Field{emailField(v), passwordField(), totpField()},
			Buttons: []pages.Field{button("signin")},
		},
		Links: []pages.Link{link("/join", "have_invitation")},
	}
	if to := s.back(v); to != "/" {
		f.Hidden = []pages.Field{{Name: "to", Value: to}}
	}
	if s.oidc != nil {
		company := pathOIDC
		if to := s.back(v); to != "/" {
			company += "?" + url.Values{"to": {to}}.Encode()
		}
		f.Links = append([]pages.Link{link(company, "signin_company")}, f.Links...)
	}
	return f
}

// signInPage asks who it is, where there is somebody who could sign in.
func (s *Server) signInPage(c *call) error {
	needs, err := s.cfg.Store.NeedsSetup(c.r.Context())
	if err != nil {
		return err
	}
	if needs {
		return c.see("/setup")
	}
	return c.showForm(s.signInForm(c.r.URL.Query()))
}

func (s *Server) signInPost(c *call) error {
	return s.posted(c, s.signInForm, func(v url.Values) error {
		return s.signIn(c, signInBody{Email: v.Get("email"), Password: v.Get("password"), Code: v.Get("totp")})
	})
}

// posted does what a form of a stranger's asks for, and shows it again with what
// was wrong.
func (s *Server) posted(c *call, form func(url.Values) *pages.Form, do func(url.Values) error) error {
	v, err := c.form()
	if err != nil {
		return err
	}
	if err := do(v); err != nil {
		return c.showProblem(err, form(v))
	}
	return c.see(s.back(v))
}

func setupForm(v url.Values) *pages.Form {
	return &pages.Form{
		Frame: pages.Frame{Title: pages.Say("setup_title")}, Text: []pages.Text{pages.Say("setup_text")},
		Inputs: pages.Inputs{
			Action:  "/setup",
			Fields:  []pages.Field{codeField("setup_code", "setup_code_hint", v), nameField(v), emailField(v), newPasswordField("password")},
			Buttons: []pages.Field{button("setup")},
		},
		Links: []pages.Link{link("/signin", "can_sign_in")},
	}
}

func (s *Server) setupPage(c *call) error { return c.showForm(setupForm(nil)) }

func (s *Server) setupPost(c *call) error {
	return s.posted(c, setupForm, func(v url.Values) error {
		return s.setup(c, setupBody{Code: v.Get("code"), Name: v.Get("name"), Email: v.Get("email"), Password: v.Get("password")})
	})
}

func joinForm(v url.Values) *pages.Form {
	return &pages.Form{
		Frame: pages.Frame{Title: pages.Say("join_title")},
		Inputs: pages.Inputs{
			Action:  "/join",
			Fields:  []pages.Field{codeField("join_code", "join_code_hint", v), nameField(v), newPasswordField("password")},
			Buttons: []pages.Field{button("join")},
		},
		Links: []pages.Link{link("/signin", "can_sign_in")},
	}
}

func (s *Server) joinPage(c *call) error { return c.showForm(joinForm(nil)) }

func (s *Server) joinPost(c *call) error {
	return s.posted(c, joinForm, func(v url.Values) error {
		return s.join(c, joinBody{Code: v.Get("code"), Name: v.Get("name"), Password: v.Get("password")})
	})
}

// stale reports whether the password is to be given again before what needs that.
func (s *Server) stale(c *call) bool { return s.cfg.Now().Sub(c.by.Proved) > WebProved }

// prover adds to a form what shows again that it is the person, where that is to be
// shown.
func (s *Server) prover(c *call, f *pages.Form) {
	if s.stale(c) {
		f.Text = append(f.Text, pages.Say("prove_text"))
		f.Fields = append(f.Fields, passwordField(), totpField())
		if s.oidc != nil {
			to := c.r.URL.Path
			if c.r.Method == http.MethodGet {
				to = c.r.URL.RequestURI()
			}
			f.Links = append(f.Links, link(pathOIDC+"?"+url.Values{"again": {"1"}, "to": {to}}.Encode(), "prove_company"))
		}
	}
}

// proved checks what prover asked for.
func (s *Server) proved(c *call, v url.Values) error {
	if !s.stale(c) {
		return nil
	}
	return s.proveWith(c, proving(v))
}

// ask answers a form of who is signed in: it shows it, or does what it asks for and
// leads on.
func (s *Server) ask(c *call, form func(url.Values) (*pages.Form, error), do func(url.Values) (to string, err error)) error {
	if c.r.Method == http.MethodGet {
		f, err := form(c.r.URL.Query())
		if err != nil {
			return err
		}
		return c.showForm(f)
	}
	v, err := c.form()
	if err != nil {
		return err
	}
	to, err := do(v)
	if err == nil {
		return c.see(to)
	}
	f, e := form(v)
	if e != nil {
		return e
	}
	return c.showProblem(err, f)
}
