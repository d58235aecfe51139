package runner

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// newTyingWiki is a wiki of Alice that wants every session tied to the device that
// asks, in an answer that redirects.
func newTyingWiki(t *testing.T, value string) *site {
	t.Helper()
	wiki, tied := newWiki(t, value, "Alice"), newSite(t)
	tied.HandleFunc("/api.php", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(bindingHeader, `(ES256);path="/bind";challenge="c"`)
		http.Redirect(w, r, "/answer", http.StatusFound)
	})
	tied.HandleFunc("/answer", func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/api.php"
		wiki.ServeHTTP(w, r)
	})
	return tied
}

// newWiki is a site that answers like MediaWiki's API: whoever sends the right
// cookie is signed in as name.
func newWiki(t *testing.T, value, name string) *site {
	t.Helper()
	s := newSite(t)
	s.html("/", `<title>wiki</title><h1>wiki</h1>`)
	s.HandleFunc("/api.php", func(w http.ResponseWriter, r *http.Request) {
		user := map[string]any{"id": 0, "name": "127.0.0.1", "anon": ""}
		if c, err := r.Cookie("wikiToken"); err == nil && c.Value == value {
			user = map[string]any{"id": 2, "name": name}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"query": map[string]any{"userinfo": user}})
	})
	return s
}

func wikiCookie(value string) []session.Cookie {
	return []session.Cookie{{Name: "wikiToken", Value: value, Domain: "wiki.example.test", HostOnly: true, Path: "/", Secure: true, HTTPOnly: true, SameSite: session.SameSiteLax}}
}

// TestUse follows one session from the vault to the app and back: restored and
// confirmed, then signed out by the app, then answered as somebody else, then
// tied to the device.
func TestUse(t *testing.T) {
	secret := secretValue()
	wiki := newWiki(t, secret, "alice") // names are compared without regard to case
	first := wiki.origin("wiki.example.test")
	w := newScene(t, first)
	w.share(t, bundleOf(t, first, wikiCookie(secret), nil), 3)

	var at *Restored
	res, err := w.runner.Use(t.Context(), w.vault.account.ID, Options{Work: func(ctx context.Context, r *Restored) error {
		at = r
		png, err := r.Screenshot(ctx)
		assert.Equal(t, "\x89PNG", string(png[:min(4, len(png))]))
		return err
	}})
	require.NoError(t, err)
	nothingLeft(t, at)
	line, err := session.Marshal(res)
	require.NoError(t, err)
	assert.JSONEq(t, `{"account":"`+w.vault.account.ID.String()+`","app":"mediawiki","restored_as":"alice","match":true,
		"cookies":{"captured":1,"restored":1},"storage":{"captured":0,"restored":0},"differences":[]}`, string(line))
	assert.Equal(t, []string{"used ", "released"}, w.vault.said)

	for _, c := range []struct {
		name   string
		site   *site
		value  string
		code   session.Code
		report string
	}{
		{"signed out", newWiki(t, secret, "Alice"), secretValue(), session.CodeAppSignedOut, "invalid signed_out_by_app"},
		{"somebody else", newWiki(t, secret, "Bob"), secret, session.CodeAppOtherAccount, "invalid wrong_account_on_arrival"},
		{"tied to the device", newTyingWiki(t, secret), secret, session.CodeSessionBound, "invalid bound_to_device"},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := c.site.origin("wiki.example.test")
			w.vault.account.Site = site
			w.share(t, bundleOf(t, site, wikiCookie(c.value), nil), 3)
			for _, ends := range []session.State{session.StateTransferred, session.StateInvalid} {
				w.vault.account.Status.State, w.vault.said = ends, nil
				res, err := w.runner.Use(t.Context(), w.vault.account.ID, Options{Work: func(context.Context, *Restored) error {
					t.Error("no work may be done in a session that is not confirmed")
					return nil
				}})
				require.Equal(t, c.code, session.CodeOf(err), "%v", err)
				assert.Equal(t, ends == session.StateTransferred, strings.Contains(err.Error(), "the vault keeps the session until a second check"), "%v", err)
				assert.False(t, res.Match)
				assert.NotContains(t, err.Error(), secret)
				assert.Equal(t, []string{c.report, "released"}, w.vault.said)
			}
		})
	}
}

// TestUseOfALossyRestore: where a cookie could not be restored, no answer of the app
// speaks against the session.
func TestUseOfALossyRestore(t *testing.T) {
	secret := secretValue()
	wiki := newWiki(t, secret, "Bob")
	at := wiki.origin("wiki.example.test")
	w := newScene(t, at)
	mediawiki, err := catalogue.Embedded().Get("mediawiki")
	require.NoError(t, err)
	v, _, err := w.runner.connect()
	require.NoError(t, err)
	r := opened(t, bundleOf(t, at, wikiCookie(secret), nil))
	r.differ = []Difference{{Store: "cookie", Name: "lost", Where: "wiki.example.test/", Field: "missing"}}
	err = w.runner.confirm(t.Context(), v, &lease{ID: w.vault.lease, Account: w.vault.account}, r, mediawiki, new(Result))
	require.Equal(t, session.CodeRestoreFailed, session.CodeOf(err), "%v", err)
	require.ErrorContains(t, err, "proves nothing")
	assert.Empty(t, w.vault.said)
}

// TestUseRefuses covers what ends before a browser starts.
func TestUseRefuses(t *testing.T) {
	site := "https://wiki.example.test"
	w := newScene(t, site)
	b := bundleOf(t, site, wikiCookie(secretValue()), nil)
	use := func() session.Code {
		w.config.Chromium = "/nowhere/chromium" // reached only by what is not refused
		_, err := New(w.config).Use(t.Context(), w.vault.account.ID, Options{})
		return session.CodeOf(err)
	}
	w.share(t, b, 5)
	require.Equal(t, session.CodeBrowserMissing, use())
	assert.Equal(t, []string{"released"}, w.vault.said, "a lease is given back even when nothing came of it")

	w.share(t, b, 4)
	assert.Equal(t, session.CodeEnvelopeReplayed, use(), "an older generation than was seen")
	w.share(t, b, 5)

	w.vault.envelope = append([]byte{}, w.vault.envelope...)
	w.vault.envelope[len(w.vault.envelope)-1] ^= 1
	assert.Equal(t, session.CodeEnvelopeSender, use(), "a bit was flipped")
	w.share(t, b, 5)

	w.vault.account.Site = "https://other.example.test"
	assert.Equal(t, session.CodeEnvelopeContext, use(), "the vault names another site than the sealed one")
	w.vault.account.Site = site

	w.vault.problem = "lease_held"
	assert.Equal(t, session.CodeLeaseHeld, use())
	w.vault.problem = "a_code_of_the_future"
	assert.Equal(t, session.CodeVaultFailed, use())
	w.vault.problem = ""

	chain := w.vault.chain
	w.vault.chain = chain[:1]
	assert.Equal(t, session.CodeRosterRollback, use(), "the vault hides the version that was trusted")
	w.vault.chain = chain

	require.NoError(t, os.Remove(w.trustFile()))
	assert.Equal(t, session.CodeRosterUntrusted, use(), "the vault's word on the roster is never enough")

	w.vault.Close()
	require.NoError(t, w.runner.Trust(w.roster.Hash().String()))
	assert.Equal(t, session.CodeVaultUnreachable, use())
	require.NoError(t, os.Remove(w.runner.store.path("enrolment.json")))
	assert.Equal(t, session.CodeNotEnrolled, use())
}
