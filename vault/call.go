package vault

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"sessionferry/session"
)

// call is one request in work, after its caller is known.
type call struct {
	w  *recorder
	r  *http.Request
	by Principal // zero for AccessAnyone

	localUser func() (string, error) // of the request, found out when a cookie needs it
	sealer    cipher.AEAD            // of cookies
}

// callOf is the call of a request that the server's handler has let in.
func (s *Server) callOf(w http.ResponseWriter, r *http.Request) *call {
	rec, _ := w.(*recorder) // the mux hands on what it was given
	return &call{w: rec, r: r, sealer: s.sealer, localUser: sync.OnceValues(func() (string, error) { return s.localUser(r) })}
}

// pathID reads an id of the path. One that is none is an account that does not
// exist.
func (c *call) pathID(name string) (session.ID, error) {
	id, err := session.ParseID(c.r.PathValue(name))
	if err != nil {
		return id, NotFound()
	}
	return id, nil
}

// body reads the whole body, whose limit the route has set.
func (c *call) body() ([]byte, error) {
	var b bytes.Buffer
	if n := c.r.ContentLength; n > 0 {
		b.Grow(int(min(n, firstPiece)) + bytes.MinRead)
	}
	if _, err := io.Copy(&b, c.r.Body); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, session.Errorf(session.CodeTooLarge, "at most %d bytes", large.Limit)
		}
		return nil, session.Errorf(session.CodeRequestInvalid, "the body did not arrive whole").Because(err)
	}
	return b.Bytes(), nil
}

// json reads a JSON body strictly.
func (c *call) json(v any) error {
	if t := c.r.Header.Get("Content-Type"); t != "application/json" {
		return session.Errorf(session.CodeRequestInvalid, "the content type is not application/json")
	}
	b, err := c.body()
	if err != nil {
		return err
	}
	return session.Unmarshal(b, v, session.CodeRequestInvalid)
}

// answer writes v as JSON.
func (c *call) answer(status int, v any) error {
	b, err := session.Marshal(v)
	if err != nil {
		return err
	}
	return c.answerJSON(status, b)
}

// answerJSON writes what is JSON already.
func (c *call) answerJSON(status int, b []byte) error {
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(b) // the caller has gone away
	return nil
}

func (c *call) noContent() error {
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// extend gives a large body, or a call that waits, the time that the server's
// time-outs, made for small ones, do not. The answer gets some more: a body that was
// too slow is told so.
func (c *call) extend(d time.Duration) {
	rc := http.NewResponseController(c.w)
	_ = rc.SetReadDeadline(time.Now().Add(d)) // not every writer has deadlines
	_ = rc.SetWriteDeadline(time.Now().Add(2 * d))
}

// parseSeen reads "share.refresh"; "" is a caller that has seen nothing.
func parseSeen(s string) (g session.Generation, err error) {
	if s == "" {
		return g, nil
	}
	if !parseNumbers(s, &g.Share, &g.Refresh) {
		return session.Generation{}, session.Errorf(session.CodeRequestInvalid, "a generation is two numbers with a dot between")
	}
	return g, nil
}

// parseCounts reads "cookies.items.left", of which no capture holds more than the
// bounds; "" is a sender that does not say.
func parseCounts(s string) (*session.Counts, error) {
	if s == "" {
		return nil, nil //nolint:nilnil // unknown is no error
	}
	var cookies, items, left uint64
	if !parseNumbers(s, &cookies, &items, &left) || cookies > session.MaxCookies || items > session.MaxItems || left > session.MaxCookies+session.MaxItems {
		return nil, session.Errorf(session.CodeRequestInvalid, "%s is how many cookies and storage items went and how many stayed, with dots between", HeaderCounts)
	}
	return &session.Counts{Cookies: int(cookies), Items: int(items), Left: int(left)}, nil
}

// parseNumbers reads numbers with dots between, as many as there are places.
func parseNumbers(s string, into ...*uint64) bool {
	parts := strings.Split(s, ".")
	if len(parts) != len(into) {
		return false
	}
	for i, part := range parts {
		n, ok := parseCount(part)
		if !ok {
			return false
		}
		*into[i] = n
	}
	return true
}

// parseCount reads a number in its one form.
func parseCount(s string) (uint64, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && strconv.FormatUint(n, 10) == s
}
