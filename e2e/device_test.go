package e2e

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// sharer is a device of its own that shares what a test gives it, without a
// browser and without a proof.
type sharer struct {
	*world
	device *vaulttest.Client
	card   session.Account
}

// newSharer starts a vault and a wiki, makes Bob's card, and lets device and
// runner trust each other. vaultArgs are flags of the vault.
func newSharer(t *testing.T, vaultArgs ...string) *sharer {
	w := &sharer{world: newBareWorld(t)}
	var err error
	w.vault, err = w.bed.StartVault(t.Context(), vaultArgs...)
	require.NoError(t, err)
	w.startWiki()
	w.device = vaulttest.Enrol(t, w.vault.Socket, vault.RoleDevice, "test device")
	w.device.Trust(t)

	line := strings.Fields(w.runner("key"))
	raw, err := base64.StdEncoding.DecodeString(line[1])
	require.NoError(t, err)
	key, err := envelope.ParsePublicKeys(raw)
	require.NoError(t, err)
	next, err := w.device.Roster(t).Add(envelope.Entry{Keys: key, Name: "runner"}, time.Now())
	require.NoError(t, err)
	w.device.Append(t, next).Wants(t, http.StatusCreated)
	w.runner("enrol")
	w.runner("trust", w.device.Roster(t).Hash().String())
	w.device.Do(t, "POST", "/v1/accounts", vault.Card{App: "mediawiki", Site: w.wiki.Site, Username: "Bob"}).Wants(t, http.StatusCreated).Into(t, &w.card)
	return w
}

// share seals cookies as Bob's session and puts them; header holds names and
// values in turn.
func (w *sharer) share(cookies []session.Cookie, header ...string) session.Status {
	w.t.Helper()
	next := w.now().NextShare
	b := &session.Bundle{
		Version: session.BundleVersion, App: w.card.App, Site: w.card.Site, Proof: session.ProofPerson,
		Identity: session.Identity{Kind: "username", Value: "Bob"},
		Capture: session.Capture{
			Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"}, Read: []string{"cookie"}, Cookies: cookies,
			Context: session.BrowserContext{
				UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
				Languages: []string{"en"}, TimeZone: "Europe/Madrid", Screen: session.Screen{Width: 1280, Height: 800, Scale: 1}, ColorScheme: "light",
			},
		},
	}
	sealed := w.device.Seal(w.t, vaulttest.Share{Account: w.card, Number: next, Bundle: b})
	key := session.NewID().String()
	return w.device.Put(w.t, w.card, key, sealed, header...).Wants(w.t, http.StatusCreated).StatusOf(w.t)
}

func (w *sharer) now() session.Status {
	w.t.Helper()
	return w.device.Do(w.t, "GET", vaulttest.SessionPath(w.card), nil).Wants(w.t, http.StatusOK).StatusOf(w.t)
}

// decided waits until no share waits any more.
func (w *sharer) decided() (st session.Status) {
	w.t.Helper()
	eventually(w.t, func() bool { st = w.now(); return !st.Attempt.Waits() }, "the share is decided")
	return st
}

// signIn signs a user in to the wiki and returns the cookies of the session.
func (w *sharer) signIn(u testbed.User) []session.Cookie {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	site, err := url.Parse(w.wiki.Site)
	require.NoError(w.t, err)
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", site.Port())) // only browsers map *.localhost
	}}
	defer transport.CloseIdleConnections()
	set := map[string]session.Cookie{}
	call := func(form url.Values) string {
		form.Set("format", "json")
		resp, err := (&http.Client{Jar: jar, Transport: transport}).PostForm(w.wiki.Site+"/api.php", form)
		require.NoError(w.t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(w.t, err)
		for _, c := range resp.Cookies() {
			delete(set, c.Name)
			if c.MaxAge >= 0 && (c.Expires.IsZero() || c.Expires.After(time.Now())) {
				set[c.Name] = cookieOf(site.Hostname(), c)
			}
		}
		return string(body)
	}
	var answer struct {
		Query struct {
			Tokens struct {
				Login string `json:"logintoken"`
			} `json:"tokens"`
		} `json:"query"`
	}
	tokens := call(url.Values{"action": {"query"}, "meta": {"tokens"}, "type": {"login"}})
	require.NoError(w.t, session.UnmarshalLoose([]byte(tokens), &answer, session.CodeInternal))
	said := call(url.Values{"action": {"clientlogin"}, "username": {u.Name}, "password": {u.Password}, "rememberMe": {"1"},
		"loginreturnurl": {w.wiki.Site}, "logintoken": {answer.Query.Tokens.Login}})
	require.Contains(w.t, said, `"PASS"`)
	var out []session.Cookie
	for _, c := range set {
		out = append(out, c)
	}
	return out
}

func cookieOf(host string, c *http.Cookie) session.Cookie {
	out := session.Cookie{Name: c.Name, Value: c.Value, Domain: host, HostOnly: true, Path: c.Path, HTTPOnly: c.HttpOnly, Secure: c.Secure,
		SameSite: session.SameSiteUnspecified, Store: "0"}
	if !c.Expires.IsZero() {
		at := float64(c.Expires.Unix())
		out.Expires = &at
	}
	return out
}
