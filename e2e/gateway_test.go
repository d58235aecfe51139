package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// gatedApp leaves it to the app whose session it is.
const gatedApp = `app: gated
name: Gated
icon: {letters: Ga, color: '#333333'}
evidence: {grade: A, checked: 2026-11-25, source: this test}
domains: ['*']
signed_in: [[sid]]
complete: no
probe:
  get: [/api/me]
  via: [json, 'path:$.user']
  kind: username
  signed_out:
    status: [401]
    type: application/json
    header: {x-app: gated}
    any: [[json, 'keep:$.user=""']]
`

// TestProbeBehindAGateway: in the person's browser, too, only the app itself says that
// nobody is signed in.
func TestProbeBehindAGateway(t *testing.T) {
	t.Parallel()
	var answer atomic.Pointer[http.HandlerFunc]
	reply := func(status int, header http.Header, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	page, own := http.Header{"Content-Type": {"text/html"}}, http.Header{"Content-Type": {"application/json"}, "X-App": {"gated"}, "Access-Control-Allow-Origin": {"*"}}
	const nobody = `{"user":""}`
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, r *http.Request) { (*answer.Load())(w, r) })
	mux.HandleFunc("GET /elsewhere", reply(200, own, nobody))
	mux.HandleFunc("GET /", reply(200, http.Header{"Content-Type": {"text/html"}, "Set-Cookie": {"sid=x; Path=/"}}, "<!doctype html><title>app</title>"))
	server := httptest.NewServer(mux)
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	gated := &testbed.App{ID: "gated", Site: "http://gated.localhost:" + port}
	elsewhere := http.Header{"Location": {"http://portal.localhost:" + port + "/elsewhere"}, "Access-Control-Allow-Origin": {"*"}}

	apps := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(apps, "gated.yaml"), []byte(gatedApp), 0o600))
	w := newWorldWith(t, "--apps", apps)
	w.addApps(apps)
	alice := w.cardOf(gated, testbed.User{Name: "Alice"})
	for name, b := range map[string]testbed.Browser{"chromium": w.browser("profile-chromium"), "firefox": w.firefox("profile-firefox", nil)} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			require.NoError(t, b.Allow(t.Context(), gated.Pattern()))
			require.NoError(t, b.Visit(t.Context(), gated.Site+"/"))
			for _, says := range []struct {
				what  string
				reply http.HandlerFunc
				code  string
			}{
				{"the app refuses", reply(401, own, nobody), "account_signed_out"},
				{"the app names nobody", reply(200, own, nobody), "account_signed_out"},
				{"the app names another", reply(200, own, `{"user":"Bob"}`), "account_wrong"},
				{"a gateway refuses", reply(401, page, "<form>"), "account_unprovable"},
				{"a gateway quotes the app", reply(401, http.Header{"Content-Type": {"application/json"}}, nobody), "account_unprovable"},
				{"a portal of another site", reply(302, elsewhere, ""), "account_unprovable"},
				{"maintenance", reply(503, own, nobody), "account_unprovable"},
			} {
				answer.Store(&says.reply)
				assert.Equal(t, says.code, refused(t, w.shares(b, alice)), says.what)
			}
		})
	}
}
