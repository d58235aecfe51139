package session

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func scopeOf(t testing.TB, site string) Scope {
	t.Helper()
	s, err := NewScope([]string{"*"}, site)
	require.NoError(t, err)
	return s
}

func plain() Cookie {
	return Cookie{
		Name: "a", Value: "b", Domain: "wiki.example", HostOnly: true, Path: "/", Secure: true, HTTPOnly: true,
		SameSite: SameSiteLax, Store: "0",
	}
}

func at(seconds float64) *float64 { return &seconds }

// What lies outside the scope or the store refuses the whole bundle; whatever else is
// wrong with a cookie concerns that cookie alone.
func TestCookieOutsideIsRefused(t *testing.T) {
	domain := func(d string) func(*Cookie) { return func(c *Cookie) { c.Domain = d } }
	partition := func(s string) func(*Cookie) { return func(c *Cookie) { c.Partition = &PartitionKey{Site: s} } }
	for what, c := range map[string]struct {
		code   Code
		change func(*Cookie)
	}{
		"another domain":             {CodeOutsideSite, domain("other.example")},
		"the suffix above":           {CodeOutsideSite, domain("example")},
		"a name that ends alike":     {CodeOutsideSite, domain("mywiki.example")},
		"upper case":                 {CodeOutsideSite, domain("Wiki.example")},
		"a port":                     {CodeOutsideSite, domain("wiki.example:8443")},
		"no domain":                  {CodeOutsideSite, domain("")},
		"another partition":          {CodeOutsideSite, partition("https://other.example")},
		"a partition without scheme": {CodeOutsideSite, partition("wiki.example")},
		"an opaque partition":        {CodeOutsideSite, partition("")},
		"another store":              {CodeBundleInvalid, func(c *Cookie) { c.Store = "1" }},
		"one of the site's":          {"", func(*Cookie) {}},
		"one that no restore makes":  {"", func(c *Cookie) { c.Path = "/my area" }},
	} {
		t.Run(what, func(t *testing.T) {
			k := plain()
			c.change(&k)
			require.Equal(t, c.code, CodeOf(k.validate(scopeOf(t, "https://wiki.example"), "0")))
			require.Equal(t, c.code == "" && k.Path == "/", k.Fits(scopeOf(t, "https://wiki.example"), "0"))
		})
	}
}

// Four cookies of one name that browsers keep apart must stay apart.
func TestCookieKey(t *testing.T) {
	all := map[Key]bool{}
	for _, change := range []func(*Cookie){
		func(*Cookie) {},
		func(c *Cookie) { c.Path = "/sub" },
		func(c *Cookie) { c.HostOnly = false },
		func(c *Cookie) { c.Partition = &PartitionKey{Site: "https://wiki.example"} },
		func(c *Cookie) { c.Partition = &PartitionKey{Site: "https://wiki.example", CrossSite: true} },
	} {
		c := plain()
		change(&c)
		all[c.Key()] = true
	}
	require.Len(t, all, 5)

	same := plain()
	same.Value, same.Secure, same.SameSite, same.Expires = "x", false, SameSiteStrict, at(5)
	require.True(t, all[same.Key()])
}

func TestCookieExpired(t *testing.T) {
	c := plain()
	require.False(t, c.Expired(1e12), "a session cookie has no end")
	c.Expires = at(100.5)
	require.False(t, c.Expired(100.4))
	require.True(t, c.Expired(100.5))
}
