package runner

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// kinds are the cookies of every kind that an app may set, as Set-Cookie lines.
var kinds = []string{
	"host_only=1; Path=/; Secure",
	"domain=1; Path=/; Domain=example.test; Secure; HttpOnly",
	"same_none=1; Path=/; Secure; SameSite=None",
	"same_lax=1; Path=/; Secure; SameSite=Lax",
	"same_strict=1; Path=/; Secure; SameSite=Strict",
	"unspecified=1; Path=/; Secure",
	"session=1; Path=/; Secure; HttpOnly",
	"max_age=1; Path=/; Secure; Max-Age=86400",
	"long=1; Path=/; Secure; Max-Age=69120000", // 800 days, of which browsers keep 400
	"__Host-a=1; Path=/; Secure",
	"__Secure-a=1; Path=/; Domain=example.test; Secure",
	"__Host-Http-a=1; Path=/; Secure; HttpOnly",
	"__Http-a=1; Path=/; Secure; HttpOnly",
	"same=root; Path=/; Secure",
	"same=sub; Path=/sub; Secure",
	"same=domain; Path=/; Domain=example.test; Secure",
	"empty=; Path=/; Secure",
	"=unnamed; Path=/; Secure",
	"not_secure=1; Path=/",
	"high=1; Path=/; Secure; Priority=High",
	`quoted="a b, c"; Path=/; Secure`,
	"utf8=naïve→ü; Path=/; Secure",
	"equals=a=b==; Path=/; Secure",
	"big=" + strings.Repeat("x", 4093-3) + "; Path=/; Secure",
	"chips=1; Path=/; Secure; SameSite=None; Partitioned",
}

// jar returns the cookies that a browser holds, in its own order.
func jar(t *testing.T, r *Restored) []*network.Cookie {
	t.Helper()
	res, err := cdp.Call(t.Context(), r.tabs.client.Session(""), storage.GetCookies, storage.GetCookiesParams{})
	require.NoError(t, err)
	return res.Cookies
}

func byKey(a, b *network.Cookie) int {
	return strings.Compare(fmt.Sprint(keyOf(a)), fmt.Sprint(keyOf(b)))
}

// sent returns what a browser sends to an origin, at two paths.
func sent(t *testing.T, r *Restored, origin string) string {
	t.Helper()
	p, err := r.tabs.openBlank(t.Context(), origin)
	require.NoError(t, err)
	defer p.close(t.Context())
	out, err := p.eval(t.Context(), `Promise.all(['/echo', '/sub/echo'].map((path) => fetch(path).then((r) => r.text()))).then((all) => all.join('\n'))`)
	require.NoError(t, err)
	return out
}

// asExtension returns a held cookie as an extension sees it: without priority,
// source scheme and source port.
func asExtension(h *network.Cookie) session.Cookie {
	k := keyOf(h)
	c := session.Cookie{
		Name: h.Name, Value: h.Value, Domain: k.Domain, HostOnly: k.HostOnly, Path: h.Path, Secure: h.Secure, HTTPOnly: h.HTTPOnly,
		SameSite: session.SameSiteUnspecified, Expires: heldExpiry(h),
	}
	switch h.SameSite {
	case network.CookieSameSiteNone:
		c.SameSite = session.SameSiteNone
	case network.CookieSameSiteLax:
		c.SameSite = session.SameSiteLax
	case network.CookieSameSiteStrict:
		c.SameSite = session.SameSiteStrict
	}
	if k.Partition.Site != "" {
		c.Partition = &k.Partition
	}
	return c
}

// TestCookiesRoundTrip sets every kind by a server in one browser, restores them
// into another and compares what the two hold and what they send.
func TestCookiesRoundTrip(t *testing.T) {
	s := newSite(t)
	s.HandleFunc("/set", func(w http.ResponseWriter, _ *http.Request) {
		for _, k := range kinds {
			w.Header().Add("Set-Cookie", k)
		}
	})
	app := s.origin("app.example.test")
	s.HandleFunc("/set-framed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "chips=aba; Path=/; Secure; SameSite=None; Partitioned")
	})
	s.html("/", `<title>app</title>`)
	s.html("/outer", `<iframe src="`+s.origin("other.test")+`/middle"></iframe>`)
	s.html("/middle", `<iframe src="`+app+`/set-framed"></iframe>`)

	first := opened(t, bundleOf(t, app, nil, nil))
	visit(t, first, app+"/set", `''`)
	visit(t, first, app+"/outer", `new Promise((done) => setTimeout(() => done(''), 700))`)
	set := jar(t, first)
	require.Len(t, set, len(kinds)+1, "the browser did not take every kind of cookie in the first place")

	var captured []session.Cookie
	for _, h := range set {
		captured = append(captured, asExtension(h))
	}
	second := opened(t, bundleOf(t, app, captured, nil))
	assert.Empty(t, second.Differences())
	assert.Equal(t, CookieCounts{Captured: len(set), Restored: len(set)}, second.Cookies())

	held := jar(t, second)
	slices.SortFunc(set, byKey)
	slices.SortFunc(held, byKey)
	require.Len(t, held, len(set))
	for i := range set {
		want, got := *set[i], *held[i]
		assert.InDelta(t, want.Expires, got.Expires, cappedTolerance, "expiry of %s", want.Name)
		if want.Name == "high" {
			got.Priority = want.Priority // no extension sees it
		}
		want.Expires, got.Expires = 0, 0
		assert.Equal(t, want, got, "cookie %s", want.Name)
	}
	for _, at := range []string{app, s.origin("x.app.example.test")} {
		a := sent(t, first, at)
		assert.Contains(t, a, "domain=1")
		assert.Equal(t, a, sent(t, second, at), "what is sent to %s", at)
	}
}

// TestCookiesSilentlyDropped restores more cookies than a browser keeps for one
// site: it answers "ok", and the comparison tells.
func TestCookiesSilentlyDropped(t *testing.T) {
	var many []session.Cookie
	for i := range 200 {
		many = append(many, session.Cookie{Name: fmt.Sprintf("c%03d", i), Value: "v", Domain: "app.example.test", HostOnly: true, Path: "/", SameSite: session.SameSiteLax})
	}
	b := bundleOf(t, "https://app.example.test", many, nil)
	r := opened(t, b)
	missing := 0
	for _, d := range r.Differences() {
		if d.Field == "missing" {
			missing++
		}
	}
	assert.Positive(t, missing)
	assert.Equal(t, CookieCounts{Captured: 200, Restored: 200 - missing}, r.Cookies())

	// One cookie that the browser refuses must not cost the others.
	clearJar(t, r)
	bad := many[:3:3]
	bad = append(bad, session.Cookie{Name: "bad", Value: "v", Domain: "app.example.test", HostOnly: true, Path: "/", SameSite: session.SameSiteLax, Secure: true,
		Partition: &session.PartitionKey{Site: "no address"}})
	b.Capture.Cookies = bad
	ds, err := restoreCookies(t.Context(), r.tabs.client.Session(""), "", b, now())
	require.NoError(t, err)
	assert.Equal(t, []Difference{{Store: "cookie", Name: "bad", Where: "app.example.test/ under no address", Field: "missing", Restored: "the browser refused it"}}, ds)

	clearJar(t, r)
	b.Capture.Cookies = many[:150]
	start := time.Now()
	ds, err = restoreCookies(t.Context(), r.tabs.client.Session(""), "", b, now())
	require.NoError(t, err)
	assert.Empty(t, ds)
	t.Logf("150 cookies set, read back and compared in %v", time.Since(start))
}

func now() float64 { return float64(time.Now().Unix()) }

func clearJar(t *testing.T, r *Restored) {
	t.Helper()
	_, err := cdp.Call(t.Context(), r.tabs.client.Session(""), storage.ClearCookies, storage.ClearCookiesParams{})
	require.NoError(t, err)
}

// TestCompareCookies tells each field that can differ.
func TestCompareCookies(t *testing.T) {
	at := 1_800_000_000.0
	expires := func(v float64) *float64 { return &v }
	base := session.Cookie{Name: "a", Value: "secret", Domain: "x.test", HostOnly: true, Path: "/", Secure: true, SameSite: session.SameSiteLax, Expires: expires(at + 100.25)}
	held := network.Cookie{Name: "a", Value: "secret", Domain: "x.test", Path: "/", Secure: true, SameSite: network.CookieSameSiteLax, Expires: at + 100.250001}
	for _, c := range []struct {
		name   string
		change func(*session.Cookie, *network.Cookie)
		want   []string
	}{
		{"the same", func(*session.Cookie, *network.Cookie) {}, nil},
		{"a value", func(_ *session.Cookie, h *network.Cookie) { h.Value = "sec" }, []string{"value 6 bytes 3 bytes"}},
		{"a flag", func(_ *session.Cookie, h *network.Cookie) { h.Secure, h.HTTPOnly = false, true }, []string{"secure true false", "http_only false true"}},
		{"unspecified is not lax", func(c *session.Cookie, _ *network.Cookie) { c.SameSite = session.SameSiteUnspecified }, []string{"same_site unspecified lax"}},
		{"became a session cookie", func(_ *session.Cookie, h *network.Cookie) { h.Session, h.Expires = true, -1 }, []string{"expires 1800000100.250 session"}},
		{"capped at 400 days", func(c *session.Cookie, h *network.Cookie) {
			c.Expires, h.Expires = expires(at+800*24*3600), at+400*24*3600+3
		}, nil},
		{"capped too early", func(c *session.Cookie, h *network.Cookie) {
			c.Expires, h.Expires = expires(at+800*24*3600), at+300*24*3600
		}, []string{"expires 1869120000.000 1825920000.000"}},
		{"another domain kind", func(_ *session.Cookie, h *network.Cookie) { h.Domain = ".x.test" }, []string{"missing  the reason", "extra  "}},
		{"another partition", func(_ *session.Cookie, h *network.Cookie) {
			h.PartitionKey = &network.CookiePartitionKey{TopLevelSite: "https://x.test", HasCrossSiteAncestor: true}
		}, []string{"missing  the reason", "extra  "}},
		{"not set", func(_ *session.Cookie, h *network.Cookie) { h.Name = "b" }, []string{"missing  the reason", "extra  "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, h := base, held
			c.change(&k, &h)
			unset := map[session.Key]string{k.Key(): "the reason"}
			var got []string
			for _, d := range compareCookies([]session.Cookie{k}, []*network.Cookie{&h}, unset, at) {
				assert.NotContains(t, fmt.Sprint(d), "secret")
				got = append(got, d.Field+" "+d.Captured+" "+d.Restored)
			}
			assert.Equal(t, c.want, got)
		})
	}
}
