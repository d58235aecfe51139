package runner

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// newRotatingWiki is a wiki that replaces its sign-in: its page /rotate gives a new
// token, takes a cookie away, gives another, and writes to localStorage. /logout
// signs out.
func newRotatingWiki(t *testing.T, before, after string) *site {
	t.Helper()
	old, now, s := newWiki(t, before, "Alice"), newWiki(t, after, "Alice"), newSite(t)
	valid := old
	s.HandleFunc("/api.php", func(w http.ResponseWriter, r *http.Request) { valid.ServeHTTP(w, r) })
	s.HandleFunc("/rotate", func(w http.ResponseWriter, _ *http.Request) {
		valid = now
		for _, c := range []string{"wikiToken=" + after + "; Secure; HttpOnly; SameSite=Lax; Max-Age=86400", "gone=; Max-Age=0", "fresh=1; Secure", "beyond=1; Domain=test; Secure",
			"deeper=1; Path=/deeper/%C3%B1; Secure", "area=1; Path=/my area; Secure", "cut=caf\xe9; Secure", "n\xe9=1; Secure", "wide=1; Path=/wide/\xe9; Secure"} {
			w.Header().Add("Set-Cookie", c)
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><script>localStorage.count = Number(localStorage.count) + 1; localStorage.odd = "\ud800"</script>`))
	})
	s.HandleFunc("/logout", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "wikiToken=; Max-Age=0")
	})
	s.html("/read", "<title>read</title>")
	return s
}

// TestHandBack: what an app has replaced during a task goes back, so that the next
// task is signed in; a session that is signed out does not.
func TestHandBack(t *testing.T) {
	before, after := secretValue(), secretValue()
	wiki := newRotatingWiki(t, before, after)
	at := wiki.origin("wiki.example.test")
	w := newScene(t, at)
	kept := session.Cookie{Name: "kept", Value: "as it is", Domain: "wiki.example.test", HostOnly: true, Path: "/deep", Secure: true, SameSite: session.SameSiteUnspecified}
	gone := session.Cookie{Name: "gone", Value: "x", Domain: "wiki.example.test", HostOnly: true, Path: "/", Secure: true, SameSite: session.SameSiteLax}
	unmet := session.OriginStorage{Origin: wiki.origin("other.example.test"), Local: []session.Item{{Key: "k", Value: "v"}}}
	w.share(t, bundleOf(t, at, append(wikiCookie(before), kept, gone), []session.OriginStorage{
		{Origin: at, Local: []session.Item{{Key: "count", Value: "1"}}, Session: []session.Item{{Key: "s", Value: "1"}}}, unmet,
	}), 3)
	use := func(path, expression string) (*Result, *Restored, string, error) {
		var said string
		var restored *Restored
		w.vault.said = nil
		res, err := w.runner.Use(t.Context(), w.vault.account.ID, Options{HandBack: true, Work: func(_ context.Context, r *Restored) error {
			restored, said = r, visit(t, r, at+path, expression)
			return nil
		}})
		return res, restored, said, err
	}

	began := time.Now()
	res, _, said, err := use("/rotate", "localStorage.count")
	require.NoError(t, err)
	assert.Equal(t, "2", said)
	assert.True(t, res.HandedBack)
	assert.Equal(t, []string{"used ", "refreshed 3.1", "released"}, w.vault.said)
	known, err := w.runner.store.trust()
	require.NoError(t, err)
	assert.Equal(t, session.Generation{Share: 3, Refresh: 1}, known.Seen[w.vault.account.ID])

	res, r, said, err := use("/read", "localStorage.count + sessionStorage.s + localStorage.odd.charCodeAt(0)")
	require.NoError(t, err, "the app takes the new token alone")
	assert.Equal(t, "2155296", said, "count, s and the lone surrogate")
	assert.False(t, res.HandedBack, "nothing has changed")
	assert.Equal(t, []string{"used ", "released"}, w.vault.said)
	got := map[string]session.Cookie{}
	for _, c := range r.bundle.Capture.Cookies {
		got[c.Name] = c
	}
	assert.ElementsMatch(t, []string{"wikiToken", "kept", "fresh", "deeper"}, slices.Collect(maps.Keys(got)),
		"without what is gone, what lies beyond the site, and what no restore would make again")
	kept.Store = "0"
	assert.Equal(t, kept, got["kept"])
	assert.Equal(t, after, got["wikiToken"].Value)
	expires := time.Unix(int64(*got["wikiToken"].Expires), 0)
	assert.WithinRange(t, expires, began.Add(24*time.Hour-time.Second), time.Now().Add(24*time.Hour+time.Second), "a day after it was set")
	assert.True(t, got["fresh"].HostOnly)
	assert.Contains(t, r.bundle.Capture.Origins, unmet, "what no task has met is as it was")

	_, _, _, err = use("/logout", "''")
	assert.Equal(t, session.CodeAppSignedOut, session.CodeOf(err))
	assert.Equal(t, []string{"used ", "released"}, w.vault.said, "a good session is not replaced by this one")

	w.vault.refuse("lease_ended")
	_, _, _, err = use("/rotate", "''")
	assert.Equal(t, session.CodeLeaseEnded, session.CodeOf(err), "somebody has shared meanwhile")
}

// TestRenewal: a lease is renewed after three quarters of its time for as long as
// the vault does so, and ends when it says no, or says nothing until it is over.
func TestRenewal(t *testing.T) {
	silent, ended := session.Errorf(session.CodeVaultUnreachable, ""), session.Errorf(session.CodeLeaseEnded, "")
	for name, c := range map[string]struct {
		answers []error // to the renewals in turn; the last for all that follow
		asked   []time.Duration
		ends    time.Duration
	}{
		"the vault says no":      {[]error{nil, nil, ended}, []time.Duration{450 * time.Second, 900 * time.Second, 1350 * time.Second}, 1350 * time.Second},
		"one answer was missing": {[]error{silent, nil, ended}, []time.Duration{450 * time.Second, 562500 * time.Millisecond, 1012500 * time.Millisecond}, 1012500 * time.Millisecond},
		"the vault is gone":      {[]error{silent}, nil, leaseLife},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				granted := func() *lease { return &lease{Until: time.Now().Add(leaseLife)} }
				var asked []time.Duration
				New(Config{}.WithDefaults()).renewing(t.Context(), granted(), func(context.Context, session.ID) (*lease, error) {
					asked = append(asked, time.Since(began))
					if err := c.answers[min(len(asked), len(c.answers))-1]; err != nil {
						return nil, err
					}
					return granted(), nil
				})
				assert.Equal(t, c.ends, time.Since(began))
				if c.asked != nil {
					assert.Equal(t, c.asked, asked)
				}
			})
		})
	}
}

// TestLeaseEndsTheTask: a task goes on for no longer than its lease.
func TestLeaseEndsTheTask(t *testing.T) {
	secret := secretValue()
	wiki := newWiki(t, secret, "Alice")
	at := wiki.origin("wiki.example.test")
	w := newScene(t, at)
	w.share(t, bundleOf(t, at, wikiCookie(secret), nil), 3)
	w.vault.until = 4 * time.Second
	w.vault.refuse("lease_ended")
	_, err := w.runner.Use(t.Context(), w.vault.account.ID, Options{Work: func(ctx context.Context, _ *Restored) error {
		<-ctx.Done()
		return ctx.Err()
	}})
	assert.Equal(t, session.CodeLeaseEnded, session.CodeOf(err))
}
