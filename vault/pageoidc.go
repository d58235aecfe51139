package vault

import (
	"net/http"
	"net/url"
	"strings"

	"sessionferry/session"
	"sessionferry/vault/oidc"
)

// flowCookie remembers a sign-in at the company's provider until the browser is
// back. It is of use to that browser alone, and for minutes.
const (
	flowCookie  = "__Host-sessionferry-signin"
	flowSeconds = 600
)

const (
	pathOIDC     = "/signin/company"
	pathCallback = "/signin/company/back"
)

func (c *call) setFlow(value string, seconds int) {
	http.SetCookie(c.w, &http.Cookie{Name: flowCookie, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// beginOIDC sends the browser to the company's provider.
func (s *Server) beginOIDC(c *call) error {
	if s.oidc == nil {
		return NotFound()
	}
	page, f, err := s.oidc.Begin(c.r.Context())
	if err != nil {
		return c.showProblem(session.Errorf(session.CodeOIDCFailed, "").Because(err), s.signInForm(url.Values{}))
	}
	c.setFlow(strings.Join([]string{f.State, f.Nonce, f.Verifier}, "."), flowSeconds)
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
	if cookie, err := c.r.Cookie(flowCookie); err == nil {
		if parts := strings.Split(cookie.Value, "."); len(parts) == 3 {
			f = oidc.Flow{State: parts[0], Nonce: parts[1], Verifier: parts[2]}
		}
	}
	c.setFlow("", -1)
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
