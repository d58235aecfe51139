package vault

import (
	"context"
	"crypto/subtle"

	"sessionferry/session"
)

// setupBody makes the first admin.
type setupBody struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

func (s *Server) setupJSON(c *call) error {
	var body setupBody
	if err := c.json(&body); err != nil {
		return err
	}
	if err := s.setup(c, body); err != nil {
		return err
	}
	return c.noContent()
}

// setup gives the vault's first person a way to sign in. Whoever reads what the
// vault prints when it starts is that person.
func (s *Server) setup(c *call, body setupBody) error {
	ctx := c.r.Context()
	if err := s.attempt(ctx, limitCode, "set up", network(c.r)); err != nil {
		return err
	}
	needs, err := s.cfg.Store.NeedsSetup(ctx)
	if err != nil {
		return err
	}
	if !needs {
		return session.Errorf(session.CodeSetupDone, "")
	}
	want, err := s.setupCode(ctx)
	if err != nil {
		return err
	}
	given, wanted := codeHash(body.Code), codeHash(want)
	if subtle.ConstantTimeCompare(given[:], wanted[:]) != 1 {
		return session.Errorf(session.CodeCodeWrong, "")
	}
	email, err := parseEmail(body.Email)
	if err != nil {
		return err
	}
	p, err := s.profile(ctx, body.Name, email, body.Password)
	if err != nil {
		return err
	}
	return s.startWeb(c, func(w WebSession) error { return s.cfg.Store.Setup(ctx, p, w) })
}

func (s *Server) setupCode(ctx context.Context) (string, error) {
	secret, err := s.cfg.Store.Secret(ctx, "setup")
	return setupCode(secret), err
}

// announcedCode is the setup code as long as it is of use, else "".
func (s *Server) announcedCode(ctx context.Context) (string, error) {
	needs, err := s.cfg.Store.NeedsSetup(ctx)
	if err != nil || !needs {
		return "", err
	}
	return s.setupCode(ctx)
}
