package vault

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// TestSecurityHeaders walks all routes of all listeners, and what else an answer
// can be: each carries every header once, and HSTS over TLS alone.
func TestSecurityHeaders(t *testing.T) {
	s, err := New(Config{Store: strangersStore{}, Socket: "/none"})
	require.NoError(t, err)
	routes := slices.Concat(Routes(), enrolRoutes(), []Route{
		{"GET", "/metrics", AccessAnyone, maxEmpty, (*Server).metricsPage},
		{"GET", "/panic", AccessAnyone, maxEmpty, func(*Server, *call) error { panic("at once") }},
		{"GET", "/late", AccessAnyone, maxEmpty, func(_ *Server, c *call) error {
			c.w.WriteHeader(http.StatusOK)
			panic("after the answer has begun")
		}},
		{"GET", "/unchanged", AccessAnyone, maxEmpty, func(_ *Server, c *call) error {
			c.w.WriteHeader(http.StatusNotModified)
			return nil
		}},
		{"GET", "/away", AccessAnyone, maxEmpty, func(*Server, *call) error { return session.Errorf(session.CodeVaultUnavailable, "") }},
	})
	handler := s.handler(routes, pageRoutes())
	type ask struct {
		method, path string
		status       int // 0 for any
	}
	asks := []ask{
		{"GET", "/none", 404}, {"PATCH", "/v1/me", 404}, {"OPTIONS", "/v1/me", 404}, {"GET", "//healthz", 404}, {"GET", "/v1/%2e%2e/me", 404},
		{"GET", "/panic", 500}, {"GET", "/late", 200}, {"GET", "/unchanged", 304}, {"GET", "/away", 503}, {"HEAD", "/healthz", 200},
	}
	for _, r := range slices.Concat(routes, pageRoutes()) {
		asks = append(asks, ask{r.Method, strings.NewReplacer("{id}", "x", "{lease}", "x", "{$}", "", "{file}", "app.css", "{code}", "not_found").Replace(r.Path), 0})
	}
	for _, a := range asks {
		for _, scheme := range []string{"http", "https"} {
			for _, minor := range []int{0, 1} {
				r := httptest.NewRequest(a.method, scheme+"://vault.example"+a.path, nil)
				r.ProtoMinor = minor
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if a.status != 0 {
					require.Equal(t, a.status, w.Code, "%+v", a)
				}
				for _, h := range headers {
					if h.name == "Content-Security-Policy" && w.Header().Get(h.name) == pages.Policy {
						continue // a page may load its own style and send its own forms
					}
					if h.name == "Cache-Control" && strings.HasPrefix(a.path, "/assets/") {
						continue // the same for everybody
					}
					require.Equal(t, h.value, w.Header()[h.name], "%s of %+v", h.name, a)
				}
				require.Len(t, w.Header().Get("X-Request-Id"), 26)
				require.Equal(t, scheme == "https", w.Header().Get("Strict-Transport-Security") == hsts, "%+v", a)
				for name := range w.Header() { // what tells of the server, or lets another origin read
					require.False(t, name == "Server" || strings.HasPrefix(name, "X-Powered") || strings.HasPrefix(name, "Access-Control"), name)
				}
			}
		}
	}
}
