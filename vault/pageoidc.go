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

// flow is what the browser keeps of a sign-in at the company's provider.
type flow struct {
	oidc.Flow
	Began time.Time `json:"began"`
	To    string    `json:"to"` // the page that the person wanted
}

// beginOIDC sends the browser to the company's provider. With "again" the provider
// asks who it is even if it knows, for what needs a person who has just said so.
func (s *Server) beginOIDC(c *call) error {
	if s.oidc == nil {
		return NotFound()
	}
	q, now := c.r.URL.Query(), s.cfg.Now()
	var since time.Time
	if q.Has("again") {
		since = now
	}
	page, f, err := s.oidc.Begin(c.r.Context(), since)
	if err != nil {
		return c.showProblem(session.Errorf(session.CodeOIDCFailed, "").Because(err), s.signInForm(url.Values{}))
	}
	text, err := session.Marshal(flow{f, now, s.back(q)})
	if err != nil {
		return err
	}
	if err := c.keepSealed(cookieSignIn, string(text), flowTime); err != nil {
		return err
	}
	return c.see(page)
}

// finishOIDC signs the person in whom the provider has named.
func (s *Server) finishOIDC(c *call) error {
	if s.oidc == nil {
		return NotFound()
	}
	f := s.takeFlow(c)
	who, err := s.identify(c, f)
	if err != nil {
		return c.showProblem(err, s.signInForm(url.Values{"email": {who.Email}, "to": {f.To}}))
	}
	return c.see(f.To)
}

// takeFlow takes a flow back from the browser: the zero one if there is none, or if
// it began too long ago.
func (s *Server) takeFlow(c *call) flow {
	var f flow
	err := session.Unmarshal([]byte(c.sealed(cookieSignIn)), &f, session.CodeOIDCFailed)
	c.dropCookie(cookieSignIn)
	if err != nil || s.cfg.Now().Sub(f.Began) > flowTime {
		return flow{To: "/"}
	}
	return f
}

// identify starts a web session of the person whom the provider names. Who it is
// comes with an error, too, if that is known.
func (s *Server) identify(c *call, f flow) (who Identity, err error) {
	q, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return who, session.Errorf(session.CodeRequestInvalid, "the query cannot be read")
	}
	found, err := s.oidc.Finish(c.r.Context(), f.Flow, q)
	if err != nil {
		return who, session.Errorf(session.CodeOIDCFailed, "").Because(err)
	}
	who = Identity(found)
	if who.Email, err = parseEmail(who.Email); err != nil { // as if the provider had verified none
		who.Email = ""
	}
	if !isName(who.Name) {
		who.Name, _, _ = strings.Cut(who.Email, "@")
	}
	return who, s.startWeb(c, func(w WebSession) error {
		return s.cfg.Store.Identify(c.r.Context(), who, s.cfg.OIDC.Codes, w)
	})
}
