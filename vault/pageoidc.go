package vault

import (
	"net/url"
	"strings"
	"time"

	"sessionferry/session"
	"sessionferry/vault/oidc"
)

// flowTime is how long a sign-in at the company's provider may take.
const flowTime = 10 * time.Minute

const (
	pathOIDC     = "/signin/company"
	pathCallback = "/signin/company/back"
)

// beginOIDC sends the browser to the company's provider.
func (s *Server) beginOIDC(c *call) error {
	if s.oidc == nil {
		return NotFound()
	}
	page, f, err := s.oidc.Begin(c.r.Context())
	if err != nil {
		return c.showProblem(session.Errorf(session.CodeOIDCFailed, "").Because(err), s.signInForm(url.Values{}))
	}
	if err := c.keepSealed(cookieSignIn, strings.Join([]string{f.State, f.Nonce, f.Verifier}, "."), flowTime); err != nil {
		return err
	}
	return c.see(page)
}

// finishOIDC signs the person in whom the provider has named.
func (s *Server) finishOIDC(c *call) error {
	if s.oidc == nil {
		return NotFound()
	}
	if err := s.identify(c); err != nil {
		return c.showProblem(err, s.signInForm(url.Values{}))
	}
	return c.see("/")
}

func (s *Server) identify(c *call) error {
	var f oidc.Flow
	if parts := strings.Split(c.sealed(cookieSignIn), "."); len(parts) == 3 {
		f = oidc.Flow{State: parts[0], Nonce: parts[1], Verifier: parts[2]}
	}
	c.dropCookie(cookieSignIn)
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return session.Errorf(session.CodeRequestInvalid, "the query cannot be read")
	}
	found, err := s.oidc.Finish(c.r.Context(), f, q)
	if err != nil {
		return session.Errorf(session.CodeOIDCFailed, "").Because(err)
	}
	who := Identity(found)
	if who.Email, err = parseEmail(who.Email); err != nil { // as if the provider had verified none
		who.Email = ""
	}
	if !isName(who.Name) {
		who.Name, _, _ = strings.Cut(who.Email, "@")
	}
	return s.startWeb(c, func(w WebSession) error { return s.cfg.Store.Identify(c.r.Context(), who, w) })
}
