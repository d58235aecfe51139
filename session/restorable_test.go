package session

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The kinds of the jar that the design measured; each is a cookie that DevTools
// makes.
func TestRestorable(t *testing.T) {
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
		"UTF-8":                   func(c *Cookie) { c.Name, c.Value = "größe", "ñandú 名" },
		"'=' in the value":        func(c *Cookie) { c.Value = "b=c=" },
		"4,096 bytes":             func(c *Cookie) { c.Value = strings.Repeat("v", 4095) },
		"another path":            func(c *Cookie) { c.Path = "/sub/%C3%B1.../%7e%zz@[]" },
		"first-party CHIPS":       func(c *Cookie) { c.Partition = chips(false) },
		"A→B→A CHIPS":             func(c *Cookie) { c.Partition = chips(true) },
		"a partition with a port": func(c *Cookie) { c.Partition = &PartitionKey{Site: "https://wiki.example:8443"} },
	} {
		t.Run(name, func(t *testing.T) {
			c := plain()
			change(&c)
			require.NoError(t, c.Restorable())
		})
	}
}

// What browsers hold and DevTools refuses or changes, or what no browser holds.
func TestNotRestorable(t *testing.T) {
	name := func(n string) func(*Cookie) { return func(c *Cookie) { c.Name = n } }
	value := func(v string) func(*Cookie) { return func(c *Cookie) { c.Value = v } }
	unnamed := func(v string) func(*Cookie) { return func(c *Cookie) { c.Name, c.Value = "", v } }
	path := func(p string) func(*Cookie) { return func(c *Cookie) { c.Path = p } }
	domain := func(d string) func(*Cookie) { return func(c *Cookie) { c.Domain = d } }
	expires := func(s float64) func(*Cookie) { return func(c *Cookie) { c.Expires = at(s) } }
	partition := func(s string) func(*Cookie) { return func(c *Cookie) { c.Partition = &PartitionKey{Site: s} } }

	for what, change := range map[string]func(*Cookie){
		"a leading dot":                domain(".wiki.example"),
		"upper case below":             domain("A.wiki.example"),
		"odd characters":               domain("a b/..wiki.example"),
		"an international name":        domain("bücher.wiki.example"),
		"partitioned and not secure":   func(c *Cookie) { c.Secure = false; partition("https://wiki.example")(c) },
		"neither name nor value":       unnamed(""),
		"unnamed with '='":             unnamed("a=b"),
		"unnamed __Host-":              unnamed("__Host-x"),
		"unnamed __secure-":            unnamed("__secure-x"),
		"unnamed __HTTP-":              unnamed("__HTTP-x"),
		"'=' in the name":              name("a=b"),
		"';' in the name":              name("a;b"),
		"a line break in the name":     name("a\nb"),
		"a space before the name":      name(" a"),
		"';' in the value":             value("b; Path=/"),
		"a line break in the value":    value("b\r\nc"),
		"NUL in the value":             value("b\x00"),
		"DEL in the value":             value("b\x7f"),
		"a space after the value":      value("b "),
		"a tab before the value":       value("\tb"),
		"4,097 bytes":                  value(strings.Repeat("v", 4096)),
		"no path":                      path(""),
		"a relative path":              path("sub"),
		"';' in the path":              path("/a;b"),
		"a line break in the path":     path("/a\nb"),
		"1,025 bytes of path":          path("/" + strings.Repeat("p", 1024)),
		"expiry 0, which deletes":      expires(0),
		"expiry -1":                    expires(-1),
		"expiry after the year 9999":   expires(253402300800),
		"SameSite=None and not secure": func(c *Cookie) { c.SameSite, c.Secure = SameSiteNone, false },
		"SameSite as CDP names it":     func(c *Cookie) { c.SameSite = "Lax" },
		"no SameSite":                  func(c *Cookie) { c.SameSite = "" },
		"__Host- as a domain cookie":   func(c *Cookie) { c.Name, c.HostOnly = "__Host-a", false },
		"__Host- on another path":      func(c *Cookie) { c.Name, c.Path = "__Host-a", "/x" },
		"__host- and not secure":       func(c *Cookie) { c.Name, c.Secure = "__host-a", false },
		"__SECURE- and not secure":     func(c *Cookie) { c.Name, c.Secure = "__SECURE-a", false },
		"__Http- open to scripts":      func(c *Cookie) { c.Name, c.HTTPOnly = "__Http-a", false },
		"__Http- and not secure":       func(c *Cookie) { c.Name, c.Secure = "__Http-a", false },
		"__Host-Http- open to scripts": func(c *Cookie) { c.Name, c.HTTPOnly = "__Host-Http-a", false },
		"__Host-Http- on another path": func(c *Cookie) { c.Name, c.Path = "__Host-Http-a", "/x" },
		"a tab in the name":            name("a\tb"),
		"a tab in the value":           value("b\tc"),
		"a space in the path":          path("/my area"),
		"a path up and down":           path("/x/../private"),
		"a path that stays":            path("/x/./y"),
		"a path up, escaped":           path("/x/%2E./y"),
		"a path that ends above":       path("/x/.."),
		"a quote in the path":          path(`/a"b`),
		"a query in the path":          path("/a?b"),
		"a fragment in the path":       path("/a#b"),
		"a backslash in the path":      path(`/a\b`),
		"a bar in the path":            path("/a|b"),
		"a letter beyond ASCII in it":  path("/ñ"),
	} {
		t.Run(what, func(t *testing.T) {
			k := plain()
			change(&k)
			require.ErrorIs(t, k.Restorable(), &Error{Code: CodeCookieInvalid})
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
		require.NoError(t, c.Restorable(), site)
		c.HostOnly = false
		require.ErrorIs(t, c.Restorable(), &Error{Code: CodeCookieInvalid}, site)
	}
}
