package runner

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed/places"
	"sessionferry/session"
)

// The pitfalls of carrying cookies from one browser to another, one test each,
// by number; docs/fidelity.md lists them. They share one browser, and have a
// fresh context of it each.

const pitfallSite = "https://app.example.test:8443"

// sharedBrowser is opened by the first test that needs it and ends with the last.
var sharedBrowser = sync.OnceValues(func() (r *Restored, err error) {
	b := &session.Bundle{Site: pitfallSite, Capture: session.Capture{Context: testContext}}
	r, err = Open(context.Background(), Config{State: os.TempDir(), NoSandbox: asRoot, ExtraArgs: []string{consoles}}, b)
	if err == nil {
		closeShared = r.Close
	}
	return r, err
})

var closeShared = func() {}

func TestMain(m *testing.M) { os.Exit(runAll(m)) }

// runAll runs the tests in one place for browsers, since they run one after the other.
// TestDriver runs in the place of the test that has started it: one that waited for
// another place while it holds its own could wait for ever.
func runAll(m *testing.M) int {
	if os.Getenv(driverOf) != "" {
		return m.Run()
	}
	err := places.Check("chromium")
	if err != nil && os.Getenv("SESSIONFERRY_CHROMIUM") == "" {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	leave, err := places.Take(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer leave()
	defer func() { closeShared() }()
	return m.Run()
}

// freshContext returns the browser's session and an empty context of it.
func freshContext(t *testing.T) (cdp.Session, cdp.BrowserContextID) {
	t.Helper()
	r, err := sharedBrowser()
	require.NoError(t, err, "these tests need a Chromium: install the package chromium, or set SESSIONFERRY_CHROMIUM")
	keepIfFailed(t, r)
	root := r.tabs.client.Session("")
	made, err := cdp.Call(t.Context(), root, target.CreateBrowserContext, target.CreateBrowserContextParams{})
	require.NoError(t, err)
	t.Cleanup(func() {
		_, _ = cdp.Call(context.Background(), root, target.DisposeBrowserContext, target.DisposeBrowserContextParams(made))
	})
	return root, made.BrowserContextID
}

// restoredJar restores cookies as they are, without the checks of a bundle, and
// returns what the browser holds then and what differs.
func restoredJar(t *testing.T, cookies ...session.Cookie) ([]*network.Cookie, []Difference) {
	t.Helper()
	root, in := freshContext(t)
	b := &session.Bundle{Site: pitfallSite, Capture: session.Capture{Cookies: cookies}}
	ds, err := restoreCookies(t.Context(), root, in, b, now())
	require.NoError(t, err)
	return held(t, root, in), ds
}

func held(t *testing.T, root cdp.Session, in cdp.BrowserContextID) []*network.Cookie {
	t.Helper()
	got, err := cdp.Call(t.Context(), root, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: in})
	require.NoError(t, err)
	return got.Cookies
}

// crumb is an ordinary cookie, changed as a test says.
func crumb(name string, change func(*session.Cookie)) session.Cookie {
	c := session.Cookie{Name: name, Value: "v", Domain: "app.example.test", HostOnly: true, Path: "/", Secure: true, SameSite: session.SameSiteLax, Store: "0"}
	if change != nil {
		change(&c)
	}
	return c
}

// refusal is the code by which the cookie is kept from the browser: with its whole
// bundle, or alone.
func refusal(t *testing.T, c session.Cookie) session.Code {
	t.Helper()
	b := session.Bundle{Version: session.BundleVersion, App: "a", Site: pitfallSite,
		Capture: session.Capture{Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"},
			Read: []string{"cookie"}, Cookies: []session.Cookie{c}, Context: testContext}}
	var text strings.Builder
	require.NoError(t, b.Encode(&text))
	out, err := session.DecodeBundle([]byte(text.String()), []string{"*"})
	if err == nil {
		err = out.Capture.Cookies[0].Restorable()
	}
	return session.CodeOf(err)
}

func lifetime(seconds float64) *float64 {
	at := now() + seconds
	return &at
}

// ourWay is that a difference names the cookie and what became of it.
func ourWay(name, what string) []Difference {
	return []Difference{{Store: "cookie", Name: name, Where: "app.example.test/", Field: "missing", Restored: what}}
}

// A batch with one invalid cookie sets none: the others are set one by one, and
// the refused one is named.
func TestPitfall01BatchIsAllOrNothing(t *testing.T) {
	root, in := freshContext(t)
	_, err := cdp.Call(t.Context(), root, storage.SetCookies, storage.SetCookiesParams{BrowserContextID: in, Cookies: []*network.CookieParam{
		{Name: "good", Value: "v", URL: "https://app.example.test/"}, {Name: "bad", Value: "a;b", URL: "https://app.example.test/"}}})
	require.Error(t, err, "the pitfall is still there")
	assert.Empty(t, held(t, root, in))

	bad := crumb("bad", func(c *session.Cookie) { c.Partition = &session.PartitionKey{Site: "no address"} })
	jar, ds := restoredJar(t, crumb("good", nil), bad)
	require.Len(t, jar, 1)
	assert.Equal(t, "good", jar[0].Name)
	require.Len(t, ds, 1)
	assert.Equal(t, "the browser refused it", ds[0].Restored)

	bad = crumb("bad", func(c *session.Cookie) { c.Value = "a;b" })
	_, ds = restoredJar(t, bad)
	assert.Equal(t, ourWay("bad", "not set: the value's characters"), ds)
	assert.Equal(t, session.CodeCookieInvalid, refusal(t, bad), "what is known to be refused is not even tried")
}

// A cookie that the browser takes with "ok" and drops is a reported loss.
func TestPitfall02SilentSuccess(t *testing.T) {
	root, in := freshContext(t)
	_, err := cdp.Call(t.Context(), root, storage.SetCookies, storage.SetCookiesParams{BrowserContextID: in, Cookies: []*network.CookieParam{
		{Name: "dropped", Value: "v", Domain: "app.example.test", SameSite: network.CookieSameSiteNone}}})
	require.NoError(t, err)
	assert.Empty(t, held(t, root, in), "the pitfall is still there")

	dropped := crumb("dropped", func(c *session.Cookie) { c.Secure, c.SameSite = false, session.SameSiteNone })
	jar, ds := restoredJar(t, crumb("good", nil), dropped)
	assert.Len(t, jar, 1)
	assert.Equal(t, ourWay("dropped", "not set: SameSite=None and not secure"), ds)
	_, ds = restoredJar(t, crumb("old", func(c *session.Cookie) { c.Expires = lifetime(-1) }))
	assert.Equal(t, ourWay("old", "expired since the capture"), ds)
	assert.Equal(t, session.CodeCookieInvalid, refusal(t, dropped))
	zero := 0.0
	assert.Equal(t, session.CodeCookieInvalid, refusal(t, crumb("zero", func(c *session.Cookie) { c.Expires = &zero })))
}

// The extension's words for SameSite and expiry would be ignored by the protocol.
func TestPitfall03SilentIgnore(t *testing.T) {
	for ours, theirs := range map[session.SameSite]network.CookieSameSite{
		session.SameSiteLax: network.CookieSameSiteLax, session.SameSiteStrict: network.CookieSameSiteStrict, session.SameSiteNone: network.CookieSameSiteNone,
	} {
		jar, ds := restoredJar(t, crumb("a", func(c *session.Cookie) { c.SameSite, c.Expires = ours, lifetime(1000) }))
		assert.Empty(t, ds)
		require.Len(t, jar, 1)
		assert.Equal(t, theirs, jar[0].SameSite)
		assert.False(t, jar[0].Session)
	}
}

// Cookies go into the context that was meant, and into no other.
func TestPitfall04Context(t *testing.T) {
	root, in := freshContext(t)
	b := &session.Bundle{Site: pitfallSite, Capture: session.Capture{Cookies: []session.Cookie{crumb("a", nil)}}}
	_, err := restoreCookies(t.Context(), root, in, b, now())
	require.NoError(t, err)
	assert.Len(t, held(t, root, in), 1)
	assert.Empty(t, held(t, root, ""), "the default context")
	_, other := freshContext(t)
	assert.Empty(t, held(t, root, other))
}

// A host-only cookie is not sent to hosts below it; a domain cookie is.
func TestPitfall05HostOnly(t *testing.T) {
	s := newSite(t)
	r := opened(t, bundleOf(t, s.origin("app.example.test"), []session.Cookie{
		crumb("host", nil), crumb("domain", func(c *session.Cookie) { c.HostOnly = false }),
	}, nil))
	assert.Empty(t, r.Differences())
	assert.Contains(t, sent(t, r, s.origin("app.example.test")), "host=v; domain=v")
	below := sent(t, r, s.origin("x.app.example.test"))
	assert.Contains(t, below, "domain=v")
	assert.NotContains(t, below, "host=v")
}

// Domains that a browser would bend into shape are refused before.
func TestPitfall06DomainHygiene(t *testing.T) {
	for domain, want := range map[string]session.Code{
		"App.example.test": session.CodeCookieInvalid, "app.example.test:8443": session.CodeOutsideSite, "evil.test": session.CodeOutsideSite,
		"test": session.CodeOutsideSite, "xn--mnich-kva.example.test": "", "app.example.test": "", "example.test": "",
	} {
		assert.Equal(t, want, refusal(t, crumb("a", func(c *session.Cookie) { c.Domain, c.HostOnly = domain, false })), domain)
	}
	jar, _ := restoredJar(t, crumb("a", func(c *session.Cookie) { c.HostOnly = false }))
	require.Len(t, jar, 1)
	assert.EqualValues(t, 8443, jar[0].SourcePort, "the site's, not one of the domain")
}

// One name at two paths, domain-wide and partitioned is four cookies.
func TestPitfall07PathsOfOneName(t *testing.T) {
	jar, ds := restoredJar(t, crumb("a", nil), crumb("a", func(c *session.Cookie) { c.Path = "/sub" }),
		crumb("a", func(c *session.Cookie) { c.HostOnly = false }),
		crumb("a", func(c *session.Cookie) { c.Partition = &session.PartitionKey{Site: "https://example.test"} }))
	assert.Empty(t, ds)
	assert.Len(t, jar, 4)
}

// Session cookies stay session cookies, and fractions of a second stay.
func TestPitfall08SessionStaysSession(t *testing.T) {
	exact := float64(int64(now())) + 1000.123456
	jar, ds := restoredJar(t, crumb("s", nil), crumb("e", func(c *session.Cookie) { c.Expires = &exact }))
	assert.Empty(t, ds)
	for _, h := range jar {
		assert.Equal(t, h.Name == "s", h.Session)
		if h.Name == "e" {
			assert.InDelta(t, exact, h.Expires, 1e-5)
		}
	}
}

// Browsers cut 800 days to 400, counted from the restore.
func TestPitfall09CapAt400Days(t *testing.T) {
	jar, ds := restoredJar(t, crumb("long", func(c *session.Cookie) { c.Expires = lifetime(800 * 24 * 3600) }))
	assert.Empty(t, ds)
	require.Len(t, jar, 1)
	assert.InDelta(t, now()+400*24*3600, jar[0].Expires, cappedTolerance)
}

// A cookie that is not Secure but was set over https stays bound to https.
func TestPitfall10SourceScheme(t *testing.T) {
	jar, ds := restoredJar(t, crumb("a", func(c *session.Cookie) { c.Secure = false }))
	assert.Empty(t, ds)
	require.Len(t, jar, 1)
	assert.False(t, jar[0].Secure)
	assert.Equal(t, network.CookieSourceSchemeSecure, jar[0].SourceScheme)
	assert.EqualValues(t, 8443, jar[0].SourcePort)
}
