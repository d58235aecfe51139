package vault

import (
	"net/http"
	"net/url"

	"sessionferry/session"
)

// signedIn returns the person of a page, or sends the browser to sign in.
func (s *Server) signedIn(c *call) (bool, error) {
	p, err := s.webSession(c)
	if session.CodeOf(err) == session.CodeSignedOut {
		return false, c.see("/signin")
	}
	c.by = p
	return err == nil, err
}

func deviceForm(v url.Values) page {
	return page{
		Title: "Connect a device or a runner", Action: "/device",
		Fields:  []field{codeField("Code", "“sessionferry login” and “sessionferry-runner enrol” show it.", v)},
		Buttons: []field{{Label: "Next"}},
		Links:   []link{{"/", "Back"}},
	}
}

func (s *Server) devicePage(c *call) error {
	if ok, err := s.signedIn(c); !ok {
		return err
	}
	return c.show(http.StatusOK, deviceForm(nil))
}

// askForm shows the program that waits. Whoever only types a code that somebody
// sent them would connect that somebody's program: hence the fingerprint.
func (s *Server) askForm(c *call, v url.Values, a asking) page {
	p := page{
		Title: "Is this yours?", Action: "/device", Program: &a,
		Text:    "Allow it only if you have just started it yourself, and the key is the one on its own screen.",
		Hidden:  []field{{Name: "code", Value: v.Get("code")}},
		Buttons: []field{{Name: "answer", Value: "allow", Label: "Allow"}, {Name: "answer", Value: "deny", Label: "Refuse", Second: true}},
	}
	if s.cfg.Now().Sub(c.by.Proved) > WebProved {
		p.Fields = []field{passwordField(), totpField()}
	}
	return p
}

// devicePost takes a code, and then the person's word about the program behind it.
func (s *Server) devicePost(c *call) error {
	if ok, err := s.signedIn(c); !ok {
		return err
	}
	v, err := c.form()
	if err != nil {
		return err
	}
	a, err := s.find(c, v.Get("code"))
	if err != nil {
		return c.showProblem(err, deviceForm(v))
	}
	answer := v.Get("answer")
	if answer == "" {
		return c.show(http.StatusOK, s.askForm(c, v, a))
	}
	allow := answer == "allow"
	if allow && s.cfg.Now().Sub(c.by.Proved) > WebProved {
		if err := s.proveWith(c, v.Get("password"), v.Get("totp")); err != nil {
			return c.showProblem(err, s.askForm(c, v, a))
		}
	}
	if err := s.answerProgram(c, v.Get("code"), allow); err != nil {
		return c.showProblem(err, deviceForm(v))
	}
	done := page{Title: "Refused", Done: "It was not connected.", Links: []link{{"/", "Back"}}}
	if allow {
		done.Title, done.Done = "Connected", isolated(a.Name)+" is connected. Go on where you started it."
	}
	return c.show(http.StatusOK, done)
}
