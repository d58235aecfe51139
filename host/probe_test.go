package host

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// silent is a capture of an app whose cookies do not tell whose session it is.
func silent(t *testing.T) []byte {
	c := session.Capture{Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"},
		Read: []string{"cookie", "local", "session", "idb"}, Context: session.BrowserContext{ColorScheme: "light"},
		Cookies: []session.Cookie{{Name: "better-auth.session_token", Value: "canary-session-value", Domain: "wiki.example.org", HostOnly: true,
			Path: "/", Secure: true, SameSite: session.SameSiteLax, Store: "0"}}}
	data, err := session.Marshal(c)
	require.NoError(t, err)
	return data
}

// TestProbe is a share that only the app itself can settle.
func TestProbe(t *testing.T) {
	for name, c := range map[string]struct {
		reply Reply
		want  session.Code
	}{
		"the card's account": {Reply{Status: 200, Body: `{"user":{"email":"Bob@example.org"}}`, Steady: true}, ""},
		"another":            {Reply{Status: 200, Body: `{"user":{"email":"alice@example.org"}}`, Steady: true}, session.CodeAccountWrong},
		"nobody":             {Reply{Status: 200, Headers: map[string]string{"content-type": "application/json"}, Body: `null`, Steady: true}, session.CodeAccountSignedOut},
		"an older extension": {Reply{Status: 200, Body: `null`, Steady: true}, session.CodeAccountUnprovable},
		"a portal's page":    {Reply{Status: 200, Headers: map[string]string{"content-type": "text/html"}, Body: `null`, Steady: true}, session.CodeAccountUnprovable},
		"no answer":          {Reply{Status: 500, Steady: true}, session.CodeAccountUnprovable},
		"another page":       {Reply{Status: 200, Body: `<title>bob</title>`, Steady: true}, session.CodeAccountUnprovable},
		"a newer session":    {Reply{Status: 200, Body: `{"user":{"email":"Bob@example.org"}}`}, session.CodeSessionChanged},
	} {
		t.Run(name, func(t *testing.T) {
			d := enrolled(t)
			d.vault.account.App, d.vault.account.Username = "better-auth", "bob@example.org"
			r := d.request(silent(t))
			r.Ask = func(_ context.Context, q Question) (Reply, error) {
				assert.Equal(t, []string{"better-auth.session_token"}, q.Watch)
				assert.Equal(t, []string{"content-type", "www-authenticate"}, q.Headers)
				return c.reply, nil
			}
			_, err := d.Share(t.Context(), r)
			if c.want == "" {
				require.NoError(t, err)
				require.Len(t, d.vault.puts, 1)
				return
			}
			assert.Equal(t, c.want, session.CodeOf(err))
			assert.Empty(t, d.vault.puts)
		})
	}
}

// Check has no consent, so it asks nobody.
func TestCheckAsksNobody(t *testing.T) {
	d := enrolled(t)
	d.vault.account.App = "better-auth"
	checked, err := d.Check(t.Context(), d.vault.account.ID, captured(silent(t)), nil)
	require.NoError(t, err)
	assert.EqualValues(t, "unproven", checked.Verdict.Verdict)
}
