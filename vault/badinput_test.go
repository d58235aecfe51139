package vault_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// wire is one raw connection to a vault.
type wire struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

func dial(t *testing.T, v *vaulttest.Vault) *wire {
	c, err := v.Dial(t.Context(), v.URL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(time.Minute))) // so that a vault that hangs fails the test
	return &wire{c, t, bufio.NewReader(c)}
}

// says sends text; the vault may have hung up already.
func (w *wire) says(text string) *wire {
	_, _ = io.WriteString(w, text)
	return w
}

// hears reads one answer, and its code if it is a problem.
func (w *wire) hears() (a vaulttest.Answer, code session.Code) {
	resp, err := http.ReadResponse(w.r, nil)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if !resp.Close { // where the vault hangs up on what it has not read, the rest may be lost
		require.NoError(w.t, err)
	}
	a = vaulttest.Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}
	if resp.Header.Get("Content-Type") == "application/problem+json" {
		code = a.Code()
	}
	return a, code
}

// ends waits until the vault hangs up.
func (w *wire) ends() {
	_, err := io.Copy(io.Discard, w.r)
	require.False(w.t, isTimeout(err), "the vault has not hung up")
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// auth is the lines by which the device shows who it is, once.
func (s *scene) auth(t *testing.T, method, path string) string {
	return authOf(t, s.device, method, path)
}

func authOf(t *testing.T, c *vaulttest.Client, method, path string) string {
	req, err := http.NewRequest(method, c.URL, nil)
	require.NoError(t, err)
	if proved, err := c.Request(method, path, "", nil); err == nil { // not every path here is one
		req = proved
	}
	lines := ""
	for name, values := range req.Header {
		lines += name + ": " + values[0] + "\r\n"
	}
	return lines
}

// TestMalformed: what is no call of the API is refused with a code where it is
// HTTP at all, and never with a redirect, a page or a word of what was sent.
func TestMalformed(t *testing.T) {
	t.Parallel()
	s := newScene(t, vaulttest.Options{})
	get := func(path string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + s.auth(t, "GET", path) + "\r\n"
	}
	token := s.auth(t, "GET", "/v1/me")
	card := `{"app":"` + vaulttest.App + `","site":"` + vaulttest.Site + `","username":"Eve"}`
	post := func(kind, body string) string {
		return fmt.Sprintf("POST /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", s.auth(t, "POST", "/v1/accounts"), kind, len(body), body)
	}
	for name, tt := range map[string]struct {
		sent   string
		status int
		code   session.Code
	}{
		"two slashes":               {get("//healthz"), 404, session.CodeNotFound},
		"two slashes inside":        {get("/v1//me"), 404, session.CodeNotFound},
		"a slash at the end":        {get("/v1/me/"), 404, session.CodeNotFound},
		"dots":                      {get("/v1/../healthz"), 404, session.CodeNotFound},
		"a dot":                     {get("/v1/./me"), 404, session.CodeNotFound},
		"encoded dots":              {get("/v1/%2e%2e/healthz"), 404, session.CodeNotFound},
		"an encoded slash":          {get("/v1%2fme"), 404, session.CodeNotFound},
		"an encoded letter":         {get("/v1/m%65"), 404, session.CodeNotFound},
		"an encoded NUL":            {get("/v1/me%00"), 404, session.CodeNotFound},
		"a backslash":               {get(`/v1\me`), 404, session.CodeNotFound},
		"a semicolon":               {get("/v1/me;a=b"), 404, session.CodeNotFound},
		"capitals":                  {get("/V1/ME"), 404, session.CodeNotFound},
		"an asterisk":               {"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 404, session.CodeNotFound},
		"another method":            {"TRACE /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n" + token + "\r\n", 404, session.CodeNotFound},
		"a tunnel":                  {"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400, session.CodeRequestInvalid},
		"another host in the line":  {"GET http://evil.example/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n" + token + "\r\n", 400, session.CodeRequestInvalid},
		"no content type":           {post("", card), 400, session.CodeRequestInvalid},
		"a form":                    {post("application/x-www-form-urlencoded", "app=x"), 400, session.CodeRequestInvalid},
		"text":                      {post("text/plain", card), 400, session.CodeRequestInvalid},
		"a parameter":               {post("application/json; charset=utf-16", card), 400, session.CodeRequestInvalid},
		"two values":                {post("application/json", card+card), 400, session.CodeRequestInvalid},
		"cut":                       {post("application/json", card[:20]), 400, session.CodeRequestInvalid},
		"no body":                   {post("application/json", ""), 400, session.CodeRequestInvalid},
		"bad UTF-8":                 {post("application/json", strings.Replace(card, "Eve", "\xff", 1)), 400, session.CodeRequestInvalid},
		"nested":                    {post("application/json", strings.Repeat("[", 100_000)), 400, session.CodeRequestInvalid},
		"a list":                    {post("application/json", "[]"), 400, session.CodeRequestInvalid},
		"a key too many":            {post("application/json", strings.Replace(card, "{", `{"role":"owner",`, 1)), 400, session.CodeRequestInvalid},
		"a body where there's none": {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n" + token + "Content-Length: 1\r\n\r\nx", 413, session.CodeTooLarge},
		"in pieces":                 {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n" + token + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 413, session.CodeTooLarge},
		"a bad piece":               {strings.Replace(post("application/json", ""), "Content-Length: 0", "Transfer-Encoding: chunked", 1) + "zz\r\n", 400, session.CodeRequestInvalid},
		"a token too long":          {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + strings.Repeat("A", 8000) + "\r\n\r\n", 401, session.CodeUnauthorized},
		"another scheme":            {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic " + s.device.Token + "\r\n\r\n", 401, session.CodeUnauthorized},

		// What is no HTTP is answered by the standard library, in its words, and the connection ends.
		"a NUL":                       {get("/v1/me\x00"), 400, ""},
		"a broken escape":             {get("/v1/%zz"), 400, ""},
		"no host":                     {"GET /v1/me HTTP/1.1\r\n\r\n", 400, ""},
		"two hosts":                   {"GET /v1/me HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, ""},
		"a line that is none":         {"hello\r\n\r\n", 400, ""},
		"a header that is none":       {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nno colon\r\n\r\n", 400, ""},
		"a header's NUL":              {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00\r\n\r\n", 400, ""},
		"two lengths":                 {"POST /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400, ""},
		"a negative length":           {"POST /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", 400, ""},
		"an encoding that is unknown": {"POST /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501, ""},
		"a later version":             {"GET /v1/me HTTP/3.0\r\nHost: 127.0.0.1\r\n\r\n", 505, ""},
		"an expectation":              {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: more\r\n\r\n", 417, ""},
		"a header that is too long":   {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + strings.Repeat("x", 24<<10) + "\r\n\r\n", 431, ""},
		"a flood of headers":          {"GET /v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n" + strings.Repeat("a: b\r\n", 4000) + "\r\n", 431, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := dial(t, s.Vault).says(tt.sent)
			resp, code := w.hears()
			require.Equal(t, tt.status, resp.Status)
			require.Equal(t, tt.code, code)
			require.Empty(t, resp.Header.Get("Location"))
			if code == "" {
				if len(resp.Body) > 0 {
					require.Equal(t, "text/plain; charset=utf-8", resp.Header.Get("Content-Type"))
				}
				w.ends()
			}
		})
	}
	var list struct {
		Accounts []session.Account `json:"accounts"`
	}
	s.device.Do(t, "GET", "/v1/accounts", nil).Wants(t, 200).Into(t, &list)
	require.Len(t, list.Accounts, 1, "none of it has done anything")
}

// TestSlow: a header, a body and a connection that do not go on are ended, each after
// its own time, and a body with a code.
func TestSlow(t *testing.T) {
	limits := vault.Limits{Header: time.Second, Body: 2 * time.Second, Upload: 3 * time.Second, Idle: 4 * time.Second}
	bubble(t, vaulttest.Options{Limits: limits}, func(t *testing.T, s *scene) {
		after := func(want time.Duration, happens func()) {
			t.Helper()
			began := time.Now()
			happens()
			require.Equal(t, want, time.Since(began))
		}
		after(limits.Header, dial(t, s.Vault).ends)
		after(limits.Header, dial(t, s.Vault).says("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: slow").ends)
		w := dial(t, s.Vault).says("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		resp, _ := w.hears()
		require.Equal(t, 200, resp.Status)
		after(limits.Idle, w.ends)
		for _, route := range []struct {
			method, path, head string
			limit              time.Duration
		}{
			{"POST", "/v1/accounts", "Content-Type: application/json\r\n", limits.Body},
			{"PUT", s.path("/session"), "Content-Type: " + vault.MediaType + "\r\nIdempotency-Key: k\r\n", limits.Upload},
		} {
			for _, length := range []string{"Content-Length: 100\r\n\r\nslow", "Transfer-Encoding: chunked\r\n\r\n4\r\nslow\r\n"} {
				w := dial(t, s.Vault).says(route.method + " " + route.path + " HTTP/1.1\r\n" + route.head + "Host: 127.0.0.1\r\n" + s.auth(t, route.method, route.path) + length)
				after(route.limit, func() {
					resp, code := w.hears()
					require.Equal(t, 400, resp.Status)
					require.Equal(t, session.CodeRequestInvalid, code)
				})
				w.ends()
			}
		}
		s.device.ShareNow(t, s.account, 100)
	})
}

// TestManyConnections: connections that send nothing take only so many places, and
// give them back.
func TestManyConnections(t *testing.T) {
	bubble(t, vaulttest.Options{Limits: vault.Limits{Header: 300 * time.Millisecond, Connections: 20, PerNetwork: 20}}, func(t *testing.T, s *scene) {
		var all []*wire
		for range 100 {
			all = append(all, dial(t, s.Vault).says("GET /"))
		}
		s.device.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
		for _, w := range all {
			w.ends()
		}
	})
}

// head is what comes before the body of a put.
func (s *scene) head(t *testing.T, length int) string {
	return fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%sContent-Type: %s\r\nIdempotency-Key: k\r\nContent-Length: %d\r\n\r\n",
		s.path("/session"), s.auth(t, "PUT", s.path("/session")), vault.MediaType, length)
}

// claim is a put of 36 MiB of which four bytes come.
func (s *scene) claim(t *testing.T) string { return s.head(t, 36<<20) + "some" }

// inFlight checks, in a bubble, that so many requests are in work.
func (s *scene) inFlight(t *testing.T, n int) {
	t.Helper()
	synctest.Wait()
	require.Contains(t, metricsOf(t, s.Vault), fmt.Sprint("sessionferry_vault_requests_in_flight ", n+1)) // and the look itself
}

// TestClaims: memory goes to what has arrived, not to what is claimed.
func TestClaims(t *testing.T) {
	const claims = 40
	bubble(t, vaulttest.Options{Limits: vault.Limits{Large: claims}}, func(t *testing.T, s *scene) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range claims {
			dial(t, s.Vault).says(s.claim(t))
		}
		s.inFlight(t, claims)
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(200<<20), "36 MiB each would be 1.4 GiB")
	})
}

// TestLargeBodies: so many at once and no more, while small shares pass by them.
func TestLargeBodies(t *testing.T) {
	bubble(t, vaulttest.Options{Limits: vault.Limits{Large: 2, Turn: time.Millisecond, Pace: time.Minute}}, func(t *testing.T, s *scene) {
		first := dial(t, s.Vault).says(s.claim(t))
		dial(t, s.Vault).says(s.claim(t))
		s.inFlight(t, 2)
		resp, code := dial(t, s.Vault).says(s.claim(t)).hears()
		require.Equal(t, 503, resp.Status)
		require.Equal(t, session.CodeVaultUnavailable, code)
		require.NotEmpty(t, resp.Header.Get("Retry-After"))
		s.device.ShareNow(t, s.account, 1000)

		require.NoError(t, first.Close())
		s.inFlight(t, 1)
		dial(t, s.Vault).says(s.claim(t))
		s.inFlight(t, 2)
	})
}

// TestTruncated: a body that ends before its length is none.
func TestTruncated(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 1, Size: 100})
	w := dial(t, s.Vault).says(s.head(t, len(sealed)) + string(sealed[:len(sealed)-1]))
	require.NoError(t, w.Conn.(*net.TCPConn).CloseWrite())
	resp, code := w.hears()
	require.Equal(t, 400, resp.Status)
	require.Equal(t, session.CodeRequestInvalid, code)
	st := s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateNone, st.State)
	resp, _ = dial(t, s.Vault).says(s.head(t, len(sealed)) + string(sealed)).hears()
	require.Equal(t, 201, resp.Status)
}
