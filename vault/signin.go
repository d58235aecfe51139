package vault

import (
	"context"

	"sessionferry/session"
	"sessionferry/vault/password"
)

// signInBody is what a person signs in with.
type signInBody struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Code     string `json:"code"` // of an authenticator app, where the person has one
}

func (s *Server) signInJSON(c *call) error {
	var body signInBody
	if err := c.json(&body); err != nil {
		return err
	}
	if err := s.signIn(c, body); err != nil {
		return err
	}
	return c.noContent()
}

// signIn starts a web session for who knows the password. To an attacker the
// answers for an address that nobody has are those for a wrong password, and take
// as long.
func (s *Server) signIn(c *call, body signInBody) error {
	ctx := c.r.Context()
	email, err := parseEmail(body.Email)
	if err != nil {
		return err
	}
	from := network(c.r)
	if err := s.attemptSignIn(ctx, email, from); err != nil {
		return err
	}
	login, err := s.cfg.Store.Login(ctx, email)
	if err != nil && session.CodeOf(err) != session.CodeSignInFailed {
		return err
	}
	if _, err := s.checkLogin(ctx, &login, body.Password, body.Code); err != nil {
		return err
	}
	err = s.startWeb(c, func(w WebSession) error { return s.cfg.Store.SignIn(ctx, login, w) })
	if err != nil {
		return err
	}
	return s.pardon(ctx, "sign in", email, from)
}

// checkLogin checks a password and, if there is one, the one-time code, whose time
// step it notes. It returns the key that the password gives.
func (s *Server) checkLogin(ctx context.Context, l *Login, word, code string) (password.Key, error) {
	failed := session.Errorf(session.CodeSignInFailed, "")
	if len(word) > password.MaxBytes {
		return password.Key{}, failed
	}
	ok, key, err := s.cfg.Passwords.Check(ctx, l.Password, word)
	if err == nil && !ok {
		err = failed
	}
	if err != nil || len(l.TOTP) == 0 {
		return key, err
	}
	if code == "" {
		return key, session.Errorf(session.CodeTOTPNeeded, "")
	}
	secret, err := password.Open(key, l.TOTP)
	if err != nil {
		return key, err
	}
	if l.Step = password.Step(secret, code, s.cfg.Now()); l.Step == 0 {
		return key, failed
	}
	return key, nil
}

// own checks the password of the person who is signed in.
func (s *Server) own(c *call, word, code string) (l Login, key password.Key, err error) {
	ctx := c.r.Context()
	here := []string{"own password", c.by.Person.String()}
	if err := s.attempt(ctx, limitSignIn, here...); err != nil {
		return l, key, err
	}
	if l, err = s.cfg.Store.OwnLogin(ctx, c.by); err != nil {
		return l, key, err
	}
	if key, err = s.checkLogin(ctx, &l, word, code); err != nil {
		return l, key, err
	}
	return l, key, s.pardon(ctx, here...)
}

// prove notes that the person has just given the password, for what needs that.
func (s *Server) prove(c *call) error {
	return asked(c, s.proveWith)
}

func (s *Server) proveWith(c *call, body provingBody) error {
	login, _, err := s.own(c, body.Password, body.Code)
	if err != nil {
		return err
	}
	return s.cfg.Store.Prove(c.r.Context(), c.by, login)
}
