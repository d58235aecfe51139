package runner

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// sampleApp answers 401 or 200 with {"user":""} to a stranger.
const sampleApp = `app: sample
name: Sample
icon: {letters: Sa, color: '#333333'}
evidence: {grade: A, checked: 2026-11-25, source: this test}
domains: ['*']
whoami:
  get: [/api/me]
  via: [json, 'path:$.user']
  kind: username
  signed_out:
    status: [401]
    type: application/json
    any: [[json, 'keep:$.user=""']]
`

// reply is what a site, or something before it, answers to every question.
type reply struct {
	status int
	header string // lines of "Name: value"
	body   string
}

func (a reply) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	for line := range strings.Lines(a.header) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		w.Header().Add(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body))
}

// TestNotReached: what a gateway, a portal or another site answers is never the
// app's verdict.
func TestNotReached(t *testing.T) {
	const (
		json    = "Content-Type: application/json\n"
		html    = "Content-Type: text/html; charset=utf-8\n"
		nobody  = `{"user":""}`
		open    = "Access-Control-Allow-Origin: *\n"
		signIn  = `<!doctype html><form action="/login"><input name="user"><input type="password" name="password"></form>`
		consent = `<!doctype html><title>Before you continue</title><form><button>Accept</button></form>`
	)
	app, err := catalogue.Parse("sample", []byte(sampleApp))
	require.NoError(t, err)
	s := newSite(t)
	var now atomic.Pointer[reply]
	s.HandleFunc("/api/me", func(w http.ResponseWriter, r *http.Request) { now.Load().ServeHTTP(w, r) })
	s.Handle("/login", reply{200, html, signIn})
	s.Handle("/elsewhere", reply{200, json + open, nobody})
	s.Handle("/elsewhere/alice", reply{200, json + open, `{"user":"Alice"}`})
	s.Handle("/elsewhere/closed", reply{200, json, nobody})
	at := s.origin("app.example.test")
	to := func(path string) string { return "Location: " + s.origin("other.example.test") + path + "\n" + open }
	r := opened(t, bundleOf(t, at, nil, nil))

	for name, tc := range map[string]struct {
		says reply
		want session.Code
	}{
		"the app names the account":           {reply{200, json, `{"user":"Alice"}`}, ""},
		"the app names nobody":                {reply{200, json, nobody}, session.CodeAppSignedOut},
		"the app refuses":                     {reply{401, json, nobody}, session.CodeAppSignedOut},
		"the app refuses for want of a token": {reply{401, json + "WWW-Authenticate: Bearer realm=\"app\"", nobody}, session.CodeAppSignedOut},

		"a gateway asks for a password":                    {reply{401, `WWW-Authenticate: Basic realm="staging"`, ""}, session.CodeAppUnreachable},
		"a gateway asks for a password in the app's words": {reply{401, json + `WWW-Authenticate: Basic realm="staging"`, nobody}, session.CodeAppUnreachable},
		"a gateway asks for a ticket":                      {reply{401, json + "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM", nobody}, session.CodeAppUnreachable},
		"a gateway asks for a digest":                      {reply{401, json + `WWW-Authenticate: Bearer, Digest realm="x", nonce="y"`, nobody}, session.CodeAppUnreachable},
		"a gateway refuses in its own words":               {reply{401, json, `{"message":"Unauthorized"}`}, session.CodeAppUnreachable},
		"a gateway refuses with a page":                    {reply{401, html, signIn}, session.CodeAppUnreachable},
		"a page that quotes the app":                       {reply{401, html, nobody}, session.CodeAppUnreachable},
		"a firewall":                                       {reply{403, json, nobody}, session.CodeAppUnreachable},
		"a proxy":                                          {reply{407, json + `Proxy-Authenticate: Basic realm="proxy"`, nobody}, session.CodeAppUnreachable},
		"a limit of requests":                              {reply{429, json, nobody}, session.CodeAppUnreachable},
		"a failing server":                                 {reply{500, json, nobody}, session.CodeAppUnreachable},
		"maintenance":                                      {reply{503, html + "Retry-After: 60", "<h1>Back soon</h1>"}, session.CodeAppUnreachable},
		"maintenance with status 200":                      {reply{200, html, "<h1>Back soon</h1>"}, session.CodeAppUnreachable},
		"a captive portal":                                 {reply{200, html, `<!doctype html><meta http-equiv="refresh" content="0;url=http://portal.test/">`}, session.CodeAppUnreachable},
		"a portal of another site":                         {reply{302, to("/elsewhere/closed"), ""}, session.CodeAppUnreachable},
		"a portal of another site that any page may read":  {reply{302, to("/elsewhere"), ""}, session.CodeAppUnreachable},
		"another site that names the account":              {reply{302, to("/elsewhere/alice"), ""}, session.CodeAppUnreachable},
		"a consent page":                                   {reply{200, html, consent}, session.CodeAppUnreachable},
		"the login wall of another product":                {reply{302, "Location: /login", ""}, session.CodeAppUnreachable},
	} {
		now.Store(&tc.says)
		_, err := r.Whoami(t.Context(), app)
		assert.Equal(t, tc.want, session.CodeOf(err), "%s: %v", name, err)
	}
}

// TestGateway: a password that somebody puts in front of the site changes nothing at
// the vault, and the session works again behind it.
func TestGateway(t *testing.T) {
	secret := secretValue()
	wiki, front := newWiki(t, secret, "Alice"), newSite(t)
	var gate atomic.Bool
	front.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if gate.Load() {
			reply{401, `WWW-Authenticate: Basic realm="staging"`, ""}.ServeHTTP(w, r)
			return
		}
		wiki.ServeMux.ServeHTTP(w, r)
	})
	at := front.origin("wiki.example.test")
	w := newScene(t, at)
	w.share(t, bundleOf(t, at, wikiCookie(secret), nil), 3)
	use := func() error {
		w.vault.said = nil
		_, err := w.runner.Use(t.Context(), w.vault.account.ID, Options{})
		return err
	}
	require.NoError(t, use())
	gate.Store(true)
	err := use()
	require.Equal(t, session.CodeAppUnreachable, session.CodeOf(err), "%v", err)
	assert.ErrorContains(t, err, "status 401")
	assert.Equal(t, []string{"released"}, w.vault.said, "nothing is reported")
	gate.Store(false)
	require.NoError(t, use())
	assert.Equal(t, []string{"used ", "released"}, w.vault.said)
}
