package vault

import (
	"net/http"
	"net/url"

	"sessionferry/session"
)

// home is where who is signed in begins.
func (s *Server) home(c *call) error {
	p, err := s.webSession(c)
	if err != nil {
		needs, err := s.cfg.Store.NeedsSetup(c.r.Context())
		switch {
		case err != nil:
			return err
		case needs:
			return c.see("/setup")
		}
		return c.see("/signin")
	}
	return c.show(http.StatusOK, page{
		Title: "Signed in", Text: "You are signed in as " + isolated(p.Name) + ".", Action: "/signout",
		Buttons: []field{{Label: "Sign out", Second: true}},
		Links:   []link{{"/device", "Connect a device or a runner"}},
	})
}

func (s *Server) signOut(c *call) error {
	p, err := s.webSession(c)
	if err == nil {
		err = s.cfg.Store.EndWebSession(c.r.Context(), p, p.ID)
	}
	if err != nil && session.CodeOf(err) != session.CodeSignedOut {
		return err
	}
	c.setCookie("", -1)
	return c.see("/signin")
}

// The fields that several forms have.
func emailField(v url.Values) field {
	return field{Name: "email", Label: "E-mail address", Type: "email", Autocomplete: "username", Value: v.Get("email")}
}

func nameField(v url.Values) field {
	return field{Name: "name", Label: "Your name", Hint: "As others in your workspace see it.", Type: "text", Autocomplete: "name", Value: v.Get("name")}
}

func newPasswordField() field {
	return field{Name: "password", Label: "New password", Hint: "At least 12 characters that are hard to guess. Pasting is fine.", Type: "password", Autocomplete: "new-password"}
}

func passwordField() field {
	return field{Name: "password", Label: "Password", Type: "password", Autocomplete: "current-password"}
}

func totpField() field {
	return field{Name: "totp", Label: "One-time code", Hint: "Only if you use an authenticator app.", Type: "text", Autocomplete: "one-time-code", Optional: true}
}

func codeField(label, hint string, v url.Values) field {
	return field{Name: "code", Label: label, Hint: hint, Type: "text", Autocomplete: "off", Value: v.Get("code"), Code: true}
}

func (s *Server) signInForm(v url.Values) page {
	p := page{
		Title: "Sign in", Action: "/signin",
		Fields:  []field{emailField(v), passwordField(), totpField()},
		Buttons: []field{{Label: "Sign in"}},
		Links:   []link{{"/join", "I have an invitation"}},
	}
	if s.oidc != nil {
		p.Links = append([]link{{pathOIDC, "Sign in with your company's account"}}, p.Links...)
	}
	return p
}

func (s *Server) signInPage(c *call) error { return c.show(http.StatusOK, s.signInForm(nil)) }

func (s *Server) signInPost(c *call) error {
	return s.posted(c, s.signInForm, func(v url.Values) error {
		return s.signIn(c, signInBody{Email: v.Get("email"), Password: v.Get("password"), Code: v.Get("totp")})
	})
}

// posted does what a form asks for, and shows it again with what was wrong.
func (s *Server) posted(c *call, form func(url.Values) page, do func(url.Values) error) error {
	v, err := c.form()
	if err != nil {
		return err
	}
	if err := do(v); err != nil {
		return c.showProblem(err, form(v))
	}
	return c.see("/")
}

func setupForm(v url.Values) page {
	return page{
		Title: "Set up the vault", Text: "You become its first admin.", Action: "/setup",
		Fields: []field{
			codeField("Setup code", "The vault has printed it where it was started.", v),
			nameField(v), emailField(v), newPasswordField(),
		},
		Buttons: []field{{Label: "Set up"}},
		Links:   []link{{"/signin", "I can sign in already"}},
	}
}

func (s *Server) setupPage(c *call) error { return c.show(http.StatusOK, setupForm(nil)) }

func (s *Server) setupPost(c *call) error {
	return s.posted(c, setupForm, func(v url.Values) error {
		return s.setup(c, setupBody{Code: v.Get("code"), Name: v.Get("name"), Email: v.Get("email"), Password: v.Get("password")})
	})
}

func joinForm(v url.Values) page {
	return page{
		Title: "Join your workspace", Action: "/join",
		Fields: []field{
			codeField("Invitation code", "You have it from an admin of your workspace.", v),
			nameField(v), newPasswordField(),
		},
		Buttons: []field{{Label: "Join"}},
		Links:   []link{{"/signin", "I can sign in already"}},
	}
}

func (s *Server) joinPage(c *call) error { return c.show(http.StatusOK, joinForm(nil)) }

func (s *Server) joinPost(c *call) error {
	return s.posted(c, joinForm, func(v url.Values) error {
		return s.join(c, joinBody{Code: v.Get("code"), Name: v.Get("name"), Password: v.Get("password")})
	})
}
