package vault

import (
	"bufio"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"sessionferry/session"
)

// strangersStore knows nobody.
type strangersStore struct{ Store }

func (strangersStore) Authenticate(context.Context, [32]byte) (Principal, error) {
	return Principal{}, session.Errorf(session.CodeUnauthorized, "")
}

func (strangersStore) Secret(context.Context, string) ([]byte, error) { return make([]byte, 32), nil }

func (strangersStore) Attempt(context.Context, [32]byte, Limit) (time.Duration, error) {
	return time.Hour, nil // whatever could be guessed was tried too often
}

func (strangersStore) Grant(context.Context, []byte, [32]byte, [32]byte) (time.Time, error) {
	return time.Time{}, session.Errorf(session.CodeUnauthorized, "")
}

func (strangersStore) NeedsSetup(context.Context) (bool, error) { return false, nil }

func (strangersStore) Health(context.Context) (Health, error)       { return Health{}, nil }
func (strangersStore) Workspace(context.Context) (Workspace, error) { return Workspace{}, nil }

// FuzzRequest: whatever a stranger sends that is HTTP at all, the answer is one of
// the open routes' or a problem with a code, with all headers, and never the vault's
// own fault or a redirect.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
		"PUT /v1/accounts/x/session HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\nContent-Length: 3\r\n\r\nabc",
		"GET //v1/../me HTTP/1.0\r\nOrigin: null\r\n\r\n",
		"POST /v1/roster HTTP/1.1\r\nHost: [::1]:1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
	} {
		f.Add([]byte(s))
	}
	s, err := New(Config{Store: strangersStore{}, Socket: "/none"})
	if err != nil {
		f.Fatal(err)
	}
	handlers := []http.Handler{s.handler(Routes(), nil), s.MetricsHandler()}
	f.Fuzz(func(t *testing.T, sent []byte) {
		for _, h := range handlers {
			r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(sent)))
			if err != nil {
				return
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusOK && (w.Code < 400 || w.Code >= 500 || w.Header().Get("Content-Type") != "application/problem+json") {
				t.Fatalf("%q is answered by %d %q", sent, w.Code, w.Body)
			}
			if w.Header().Get("Cache-Control") != "no-store" || len(w.Header().Get("X-Request-Id")) != 26 {
				t.Fatalf("%q is answered without our headers", sent)
			}
		}
	})
}

// FuzzRoster: no version of a roster makes the vault fail; one that is taken is its
// sender's own.
func FuzzRoster(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("sessionferry.roster"))
	by := Principal{Workspace: session.NewID(), Person: session.NewID()}
	f.Fuzz(func(t *testing.T, version []byte) {
		if _, err := checkAppend(by, nil, version); err == nil {
			t.Fatalf("%q is taken of a device without keys", version)
		} else if code := session.CodeOf(err); statuses[code] == 0 {
			t.Fatalf("%v is told as the vault's own fault", err)
		}
		if late([][]byte{version}, version) {
			t.Fatalf("%q follows itself", version)
		}
	})
}
