package vault

import (
	"crypto/sha256"
	"net/http"
	"strings"

	"sessionferry/session"
)

// startWeb starts a web session by what start does with it, and hands its cookie
// to the browser. A session that the browser had before ends.
func (s *Server) startWeb(c *call, start func(WebSession) error) error {
	text, _ := newToken()
	hash, err := c.webToken(text)
	if err != nil {
		return err
	}
	w := WebSession{ID: session.NewID(), Token: hash, Network: knownName(network(c.r)), Browser: browserOf(c.r.UserAgent())}
	if err := start(w); err != nil {
		return err
	}
	if older, err := s.webSession(c); err == nil {
		if err := s.cfg.Store.EndWebSession(c.r.Context(), older, older.ID); err != nil {
			return err
		}
	}
	c.setCookie(cookieSession, text, WebTime)
	return nil
}

// webToken is what the store knows a web session by whose cookie has this text: on
// this computer it is that of one user, and from another user it is unknown.
func (c *call) webToken(text string) ([32]byte, error) {
	user, err := c.localUser()
	return sha256.Sum256([]byte(text + user)), err
}

// webSession returns the principal of the request's cookie.
func (s *Server) webSession(c *call) (Principal, error) {
	text := c.cookie(cookieSession)
	if len(text) != tokenLength {
		return Principal{}, session.Errorf(session.CodeSignedOut, "")
	}
	hash, err := c.webToken(text)
	if err != nil {
		return Principal{}, err
	}
	return s.cfg.Store.ByWebSession(c.r.Context(), hash)
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
		c.dropCookie(cookieSession)
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
