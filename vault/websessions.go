package vault

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"sessionferry/session"
)

// cookieName has the prefix that ties a cookie to its host, by TLS or on this
// computer, and to every path.
const cookieName = "__Host-sessionferry"

// startWeb starts a web session by what start does with it, and hands its cookie
// to the browser. A session that the browser had before ends.
func (s *Server) startWeb(c *call, start func(WebSession) error) error {
	text, hash := newToken()
	w := WebSession{ID: session.NewID(), Token: hash, Network: knownName(network(c.r)), Browser: browserOf(c.r.UserAgent())}
	if err := start(w); err != nil {
		return err
	}
	if older, err := s.webSession(c); err == nil {
		if err := s.cfg.Store.EndWebSession(c.r.Context(), older, older.ID); err != nil {
			return err
		}
	}
	c.setCookie(text, int(WebTime.Seconds()))
	return nil
}

func (c *call) setCookie(value string, seconds int) {
	http.SetCookie(c.w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: seconds, Secure: true, HttpOnly: true,
		// Lax, since somebody who comes back from a company's OpenID provider is signed in.
		SameSite: http.SameSiteLaxMode,
	})
}

// webSession returns the principal of the request's cookie.
func (s *Server) webSession(c *call) (Principal, error) {
	cookie, err := c.r.Cookie(cookieName)
	if err != nil || len(cookie.Value) != tokenLength {
		return Principal{}, session.Errorf(session.CodeSignedOut, "")
	}
	return s.cfg.Store.ByWebSession(c.r.Context(), sha256.Sum256([]byte(cookie.Value)))
}

func (s *Server) webSessions(c *call) error {
	list, err := s.cfg.Store.WebSessions(c.r.Context(), c.by)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		WebSessions []WebSession `json:"websessions"`
	}{list})
}

func (s *Server) endWebSession(c *call) error {
	id, err := session.ParseID(c.r.PathValue("websession"))
	if err != nil {
		return c.noContent() // it has ended, or never was
	}
	if err := s.cfg.Store.EndWebSession(c.r.Context(), c.by, id); err != nil {
		return err
	}
	if id == c.by.ID {
		c.setCookie("", -1)
	}
	return c.noContent()
}

// browserOf says in a person's words what browser sent a User-Agent. More of it is
// not kept: it would tell more of a person than it helps to find a session.
func browserOf(agent string) string {
	find := func(unknown string, names ...string) string {
		for i := 0; i < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return unknown
	}
	browser := find("A browser", "Firefox/", "Firefox", "Edg/", "Edge", "OPR/", "Opera", "Chrom", "Chrome", "Safari/", "Safari")
	system := find("", "Android", " on Android", "iPhone", " on iPhone", "iPad", " on iPad", "Windows", " on Windows", "Mac OS X", " on macOS", "CrOS", " on ChromeOS", "Linux", " on Linux")
	return browser + system
}
