package runner

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// httpOnly is kept, and the prefixes that promise it are held to it.
func TestPitfall11HTTPOnly(t *testing.T) {
	only := func(c *session.Cookie) { c.HTTPOnly = true }
	jar, ds := restoredJar(t, crumb("a", only), crumb("__Http-a", only), crumb("__Host-Http-a", only), crumb("open", nil))
	assert.Empty(t, ds)
	require.Len(t, jar, 4)
	for _, h := range jar {
		assert.Equal(t, h.Name != "open", h.HTTPOnly, h.Name)
	}
	for _, name := range []string{"__Http-a", "__Host-Http-a"} {
		assert.Equal(t, session.CodeCookieInvalid, refusal(t, crumb(name, nil)))
	}
}

// A cookie without SameSite is not a Lax one.
func TestPitfall12UnspecifiedIsNotLax(t *testing.T) {
	jar, ds := restoredJar(t, crumb("a", func(c *session.Cookie) { c.SameSite = session.SameSiteUnspecified }))
	assert.Empty(t, ds)
	require.Len(t, jar, 1)
	assert.Empty(t, jar[0].SameSite)
}

func partitioned(site string, crossSite bool) func(*session.Cookie) {
	return func(c *session.Cookie) {
		c.SameSite, c.Partition = session.SameSiteNone, &session.PartitionKey{Site: site, CrossSite: crossSite}
	}
}

// A partition is restored with both of its parts, and wants Secure.
func TestPitfall13PartitionKeyIsAnObject(t *testing.T) {
	jar, ds := restoredJar(t, crumb("a", partitioned("https://example.test", true)))
	assert.Empty(t, ds)
	require.Len(t, jar, 1)
	assert.Equal(t, &network.CookiePartitionKey{TopLevelSite: "https://example.test", HasCrossSiteAncestor: true}, jar[0].PartitionKey)
	assert.Equal(t, session.CodeCookieInvalid, refusal(t, crumb("a", func(c *session.Cookie) {
		partitioned("https://example.test", false)(c)
		c.Secure, c.SameSite = false, session.SameSiteLax
	})))
}

// First party, and A in B in A, are two cookies of one host under one site.
func TestPitfall14CrossSiteAncestor(t *testing.T) {
	jar, ds := restoredJar(t, crumb("a", partitioned("https://example.test", false)), crumb("a", partitioned("https://example.test", true)))
	assert.Empty(t, ds)
	assert.Len(t, jar, 2)
}

// The prefixes' promises: kept as captured, and what breaks them is refused.
func TestPitfall17Prefixes(t *testing.T) {
	wide := func(c *session.Cookie) { c.HostOnly = false }
	jar, ds := restoredJar(t, crumb("__Host-a", nil), crumb("__Secure-a", wide))
	assert.Empty(t, ds)
	assert.Len(t, jar, 2)
	for name, c := range map[string]session.Cookie{
		"a domain":   crumb("__Host-a", wide),
		"a path":     crumb("__Host-a", func(c *session.Cookie) { c.Path = "/sub" }),
		"not secure": crumb("__Secure-a", func(c *session.Cookie) { c.Secure = false }),
		"any case":   crumb("__hOST-a", wide),
	} {
		assert.Equal(t, session.CodeCookieInvalid, refusal(t, c), name)
	}
}

// No extension sees the priority; what arrives is Medium.
func TestPitfall18Priority(t *testing.T) {
	jar, ds := restoredJar(t, crumb("a", nil))
	assert.Empty(t, ds)
	require.Len(t, jar, 1)
	assert.Equal(t, network.CookiePriorityMedium, jar[0].Priority)
}

// An empty value and no name are cookies like others; what a server would read
// as another cookie is refused.
func TestPitfall19EmptyAndUnnamed(t *testing.T) {
	empty, unnamed := crumb("empty", func(c *session.Cookie) { c.Value = "" }), crumb("", nil)
	jar, ds := restoredJar(t, empty, unnamed)
	assert.Empty(t, ds)
	assert.Len(t, jar, 2)
	for _, value := range []string{"", "a=b", "__Host-a"} {
		assert.Equal(t, session.CodeCookieInvalid, refusal(t, crumb("", func(c *session.Cookie) { c.Value = value })), value)
	}
}

// Name and value have 4,096 bytes at most, and a browser keeps only so many
// cookies of a host: each that it put out is named.
func TestPitfall20SizeAndCount(t *testing.T) {
	sized := func(n int) session.Cookie {
		return crumb("big", func(c *session.Cookie) { c.Value = strings.Repeat("x", n-len(c.Name)) })
	}
	jar, ds := restoredJar(t, sized(4096))
	assert.Empty(t, ds)
	assert.Len(t, jar, 1)
	assert.Equal(t, session.CodeCookieInvalid, refusal(t, sized(4097)))

	var many []session.Cookie
	for i := range 200 {
		many = append(many, crumb(fmt.Sprintf("c%03d", i), nil))
	}
	jar, ds = restoredJar(t, many...)
	assert.Less(t, len(jar), 200, "the pitfall is still there")
	assert.Len(t, ds, 200-len(jar))
}

// UTF-8 goes byte for byte; what no header can hold is refused.
func TestPitfall21Bytes(t *testing.T) {
	const value = `grüße "日本" a=b, c`
	s := newSite(t)
	r := opened(t, bundleOf(t, s.origin("app.example.test"), []session.Cookie{crumb("a", func(c *session.Cookie) { c.Value = value })}, nil))
	assert.Empty(t, r.Differences())
	require.Len(t, jar(t, r), 1)
	assert.Equal(t, value, jar(t, r)[0].Value)
	for _, bad := range []string{"a\nb", "a;b", "a\x00b", "a\x7fb", " a", "a ", "a\t"} {
		assert.Equal(t, session.CodeCookieInvalid, refusal(t, crumb("a", func(c *session.Cookie) { c.Value = bad })), "%q", bad)
	}
}

// The header has the cookies in the order of the capture, longer paths first.
func TestPitfall22Order(t *testing.T) {
	s := newSite(t)
	names := []string{"z", "m", "a", "q"}
	var cookies []session.Cookie
	for _, n := range names {
		cookies = append(cookies, crumb(n, nil))
	}
	cookies = append(cookies, crumb("sub", func(c *session.Cookie) { c.Path = "/sub" }))
	r := opened(t, bundleOf(t, s.origin("app.example.test"), cookies, nil))
	got := sent(t, r, s.origin("app.example.test"))
	assert.Contains(t, got, `"z=v; m=v; a=v; q=v"`)
	assert.Contains(t, got, `"sub=v; z=v; m=v; a=v; q=v"`)
}

// A restore meets an empty browser each time, so that nothing of the site is
// there before, and an older restore leaves nothing.
func TestPitfall26FreshBrowser(t *testing.T) {
	for _, name := range []string{"first", "second"} {
		r := opened(t, bundleOf(t, pitfallSite, []session.Cookie{crumb(name, nil)}, nil))
		assert.Empty(t, r.Differences(), "none is missing, and none is extra")
		require.Len(t, jar(t, r), 1)
		assert.Equal(t, name, jar(t, r)[0].Name)
		r.Close()
		assert.NoDirExists(t, r.browser.profile.dir)
	}
}
