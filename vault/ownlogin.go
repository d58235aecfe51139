package vault

import (
	"net/http"

	"sessionferry/session"
	"sessionferry/vault/password"
)

// provingBody shows that it is the person who is signed in.
type provingBody struct {
	Password string `json:"password"`
	Code     string `json:"code"` // of an authenticator app, where the person has one
}

type passwordBody struct {
	provingBody
	New string `json:"new"`
}

// setPassword replaces the person's password and ends the other web sessions.
func (s *Server) setPassword(c *call) error { return asked(c, s.changePassword) }

// asked does what a JSON body asks for.
func asked[T any](c *call, do func(*call, T) error) error {
	var body T
	if err := c.json(&body); err != nil {
		return err
	}
	if err := do(c, body); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) changePassword(c *call, body passwordBody) error {
	was, key, err := s.own(c, body.Password, body.Code)
	if err != nil {
		return err
	}
	is := was
	hash, fresh, err := s.newPassword(c.r.Context(), body.New, c.by.Name)
	if err != nil {
		return in("new", err)
	}
	if len(was.TOTP) > 0 { // the older password sealed it
		secret, err := password.Open(key, was.TOTP)
		if err != nil {
			return err
		}
		if is.TOTP, err = password.Seal(fresh, secret); err != nil {
			return err
		}
	}
	is.Password = hash
	return s.setLogin(c, was, is, ActionPassword)
}

func (s *Server) setLogin(c *call, was, is Login, what Action) error {
	return s.cfg.Store.SetLogin(c.r.Context(), c.by, was, is, what)
}

// newTOTP makes a one-time secret for the person's authenticator app. It is kept
// once a code shows that the app has it.
func (s *Server) newTOTP(c *call) error {
	key, err := password.NewTOTP(c.by.Name)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Secret string `json:"secret"`
		URL    string `json:"url"`
	}{key.Secret(), key.URL()})
}

type totpBody struct {
	Password string `json:"password"`
	Secret   string `json:"secret"`
	Code     string `json:"code"` // that the app makes of the secret
}

// setTOTP wants a one-time code at each sign-in from here on.
func (s *Server) setTOTP(c *call) error { return asked(c, s.beginTOTP) }

func (s *Server) beginTOTP(c *call, body totpBody) error {
	was, key, err := s.own(c, body.Password, body.Code)
	if err != nil {
		return err
	}
	if len(was.TOTP) > 0 {
		return session.Errorf(session.CodeRequestInvalid, "there is a one-time secret already")
	}
	if len(body.Secret) > password.MaxBytes || password.Step(body.Secret, body.Code, s.cfg.Now()) == 0 {
		return in("totp", session.Errorf(session.CodeSignInFailed, ""))
	}
	is := was
	if is.TOTP, err = password.Seal(key, body.Secret); err != nil {
		return err
	}
	// The code is taken too: it is not to sign somebody else in.
	was.Step = password.Step(body.Secret, body.Code, s.cfg.Now())
	return s.setLogin(c, was, is, ActionTOTPOn)
}

// endTOTP lets the person sign in by password alone.
func (s *Server) endTOTP(c *call) error { return asked(c, s.stopTOTP) }

func (s *Server) stopTOTP(c *call, body provingBody) error {
	was, _, err := s.own(c, body.Password, body.Code)
	if err != nil {
		return err
	}
	is := was
	is.TOTP = nil
	return s.setLogin(c, was, is, ActionTOTPOff)
}
