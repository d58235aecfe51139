package session

import (
	"strings"
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

// The kinds of the jar that the design measured; each is a cookie that a
// browser can hold.
func TestCookieAccepts(t *testing.T) {
	chips := func(cross bool) *PartitionKey { return &PartitionKey{Site: "https://wiki.example", CrossSite: cross} }
	for name, change := range map[string]func(*Cookie){
		"host-only":               func(*Cookie) {},
		"a domain cookie":         func(c *Cookie) { c.HostOnly = false },
		"of a subdomain":          func(c *Cookie) { c.Domain = "a_b.www.wiki.example" },
		"unspecified":             func(c *Cookie) { c.SameSite = SameSiteUnspecified },
		"SameSite=None":           func(c *Cookie) { c.SameSite = SameSiteNone },
		"SameSite=Strict":         func(c *Cookie) { c.SameSite = SameSiteStrict },
		"not secure":              func(c *Cookie) { c.Secure = false },
		"a session cookie":        func(c *Cookie) { c.Expires = nil },
		"microseconds":            func(c *Cookie) { c.Expires = at(1780000000.123456) },
		"an expired one":          func(c *Cookie) { c.Expires = at(1) },
		"__Host-":                 func(c *Cookie) { c.Name = "__Host-a" },
		"__Secure-":               func(c *Cookie) { c.Name, c.HostOnly = "__Secure-a", false },
		"__Http-":                 func(c *Cookie) { c.Name, c.HostOnly = "__Http-a", false },
		"__Host-Http-":            func(c *Cookie) { c.Name = "__Host-Http-a" },
		"nearly a prefix":         func(c *Cookie) { c.Name, c.Secure = "__Hosta", false },
		"an empty value":          func(c *Cookie) { c.Value = "" },
		"unnamed":                 func(c *Cookie) { c.Name = "" },
		"unnamed, two dashes":     func(c *Cookie) { c.Name, c.Value = "", "__a" },
		"quoted":                  func(c *Cookie) { c.Value = `"b c, d"` },
		"UTF-8":                   func(c *Cookie) { c.Value = "ñandú 名" },
		"'=' in the value":        func(c *Cookie) { c.Value = "b=c=" },
		"a tab within":            func(c *Cookie) { c.Value = "b\tc" },
		"4,096 bytes":             func(c *Cookie) { c.Value = strings.Repeat("v", 4095) },
		"another path":            func(c *Cookie) { c.Path = "/sub/ñ" },
		"first-party CHIPS":       func(c *Cookie) { c.Partition = chips(false) },
		"A→B→A CHIPS":             func(c *Cookie) { c.Partition = chips(true) },
		"a partition with a port": func(c *Cookie) { c.Partition = &PartitionKey{Site: "https://wiki.example:8443"} },
	} {
		t.Run(name, func(t *testing.T) {
			c := plain()
			change(&c)
			require.NoError(t, c.validate(scopeOf(t, "https://wiki.example"), "0"))
		})
	}
}

func TestCookieRefuses(t *testing.T) {
	name := func(n string) func(*Cookie) { return func(c *Cookie) { c.Name = n } }
	value := func(v string) func(*Cookie) { return func(c *Cookie) { c.Value = v } }
	unnamed := func(v string) func(*Cookie) { return func(c *Cookie) { c.Name, c.Value = "", v } }
	path := func(p string) func(*Cookie) { return func(c *Cookie) { c.Path = p } }
	domain := func(d string) func(*Cookie) { return func(c *Cookie) { c.Domain = d } }
	expires := func(s float64) func(*Cookie) { return func(c *Cookie) { c.Expires = at(s) } }
	partition := func(s string) func(*Cookie) { return func(c *Cookie) { c.Partition = &PartitionKey{Site: s} } }

	for what, c := range map[string]struct {
		code   Code
		change func(*Cookie)
	}{
		"another domain":               {CodeOutsideSite, domain("other.example")},
		"the suffix above":             {CodeOutsideSite, domain("example")},
		"a name that ends alike":       {CodeOutsideSite, domain("mywiki.example")},
		"a leading dot":                {CodeCookieInvalid, domain(".wiki.example")},
		"upper case":                   {CodeOutsideSite, domain("Wiki.example")},
		"upper case below":             {CodeCookieInvalid, domain("A.wiki.example")},
		"a port":                       {CodeOutsideSite, domain("wiki.example:8443")},
		"odd characters":               {CodeCookieInvalid, domain("a b/..wiki.example")},
		"an international name":        {CodeCookieInvalid, domain("bücher.wiki.example")},
		"no domain":                    {CodeOutsideSite, domain("")},
		"another partition":            {CodeOutsideSite, partition("https://other.example")},
		"a partition without scheme":   {CodeOutsideSite, partition("wiki.example")},
		"an opaque partition":          {CodeOutsideSite, partition("")},
		"partitioned and not secure":   {CodeCookieInvalid, func(c *Cookie) { c.Secure = false; partition("https://wiki.example")(c) }},
		"another store":                {CodeBundleInvalid, func(c *Cookie) { c.Store = "1" }},
		"neither name nor value":       {CodeCookieInvalid, unnamed("")},
		"unnamed with '='":             {CodeCookieInvalid, unnamed("a=b")},
		"unnamed __Host-":              {CodeCookieInvalid, unnamed("__Host-x")},
		"unnamed __secure-":            {CodeCookieInvalid, unnamed("__secure-x")},
		"unnamed __HTTP-":              {CodeCookieInvalid, unnamed("__HTTP-x")},
		"'=' in the name":              {CodeCookieInvalid, name("a=b")},
		"';' in the name":              {CodeCookieInvalid, name("a;b")},
		"a line break in the name":     {CodeCookieInvalid, name("a\nb")},
		"a space before the name":      {CodeCookieInvalid, name(" a")},
		"';' in the value":             {CodeCookieInvalid, value("b; Path=/")},
		"a line break in the value":    {CodeCookieInvalid, value("b\r\nc")},
		"NUL in the value":             {CodeCookieInvalid, value("b\x00")},
		"DEL in the value":             {CodeCookieInvalid, value("b\x7f")},
		"a space after the value":      {CodeCookieInvalid, value("b ")},
		"a tab before the value":       {CodeCookieInvalid, value("\tb")},
		"4,097 bytes":                  {CodeCookieInvalid, value(strings.Repeat("v", 4096))},
		"no path":                      {CodeCookieInvalid, path("")},
		"a relative path":              {CodeCookieInvalid, path("sub")},
		"';' in the path":              {CodeCookieInvalid, path("/a;b")},
		"a line break in the path":     {CodeCookieInvalid, path("/a\nb")},
		"1,025 bytes of path":          {CodeCookieInvalid, path("/" + strings.Repeat("p", 1024))},
		"expiry 0, which deletes":      {CodeCookieInvalid, expires(0)},
		"expiry -1":                    {CodeCookieInvalid, expires(-1)},
		"expiry after the year 9999":   {CodeCookieInvalid, expires(253402300800)},
		"SameSite=None and not secure": {CodeCookieInvalid, func(c *Cookie) { c.SameSite, c.Secure = SameSiteNone, false }},
		"SameSite as CDP names it":     {CodeCookieInvalid, func(c *Cookie) { c.SameSite = "Lax" }},
		"no SameSite":                  {CodeCookieInvalid, func(c *Cookie) { c.SameSite = "" }},
		"__Host- as a domain cookie":   {CodeCookieInvalid, func(c *Cookie) { c.Name, c.HostOnly = "__Host-a", false }},
		"__Host- on another path":      {CodeCookieInvalid, func(c *Cookie) { c.Name, c.Path = "__Host-a", "/x" }},
		"__host- and not secure":       {CodeCookieInvalid, func(c *Cookie) { c.Name, c.Secure = "__host-a", false }},
		"__SECURE- and not secure":     {CodeCookieInvalid, func(c *Cookie) { c.Name, c.Secure = "__SECURE-a", false }},
		"__Http- open to scripts":      {CodeCookieInvalid, func(c *Cookie) { c.Name, c.HTTPOnly = "__Http-a", false }},
		"__Http- and not secure":       {CodeCookieInvalid, func(c *Cookie) { c.Name, c.Secure = "__Http-a", false }},
		"__Host-Http- open to scripts": {CodeCookieInvalid, func(c *Cookie) { c.Name, c.HTTPOnly = "__Host-Http-a", false }},
		"__Host-Http- on another path": {CodeCookieInvalid, func(c *Cookie) { c.Name, c.Path = "__Host-Http-a", "/x" }},
	} {
		t.Run(what, func(t *testing.T) {
			k := plain()
			c.change(&k)
			err := k.validate(scopeOf(t, "https://wiki.example"), "0")
			require.Equal(t, c.code, CodeOf(err))
		})
	}
}

// Public suffixes: only the exact host may keep a cookie there.
func TestCookieOnASuffixOrAnAddressIsHostOnly(t *testing.T) {
	for site, host := range map[string]string{
		"https://github.io": "github.io", "http://intranet": "intranet", "http://10.0.0.7": "10.0.0.7", "http://[::1]:81": "[::1]",
	} {
		c := plain()
		c.Domain = host
		require.NoError(t, c.validate(scopeOf(t, site), "0"), site)
		c.HostOnly = false
		require.ErrorIs(t, c.validate(scopeOf(t, site), "0"), &Error{Code: CodeCookieInvalid}, site)
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
