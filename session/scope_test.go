package session

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSiteHost(t *testing.T) {
	for site, host := range map[string]string{
		"https://wiki.example":                "wiki.example",
		"http://mw.localhost:9101":            "mw.localhost",
		"https://wiki.example:8443":           "wiki.example",
		"http://wiki.example:443":             "wiki.example",
		"http://127.0.0.1:9101":               "127.0.0.1",
		"http://[::1]:9101":                   "[::1]",
		"http://[::1]":                        "[::1]",
		"http://intranet":                     "intranet",
		"https://xn--bcher-kva.example":       "xn--bcher-kva.example",
		"https://a_b.wiki.example":            "a_b.wiki.example",
		"https://1.wiki2.example":             "1.wiki2.example",
		"https://" + long(63, 3) + ".example": long(63, 3) + ".example",
	} {
		got, err := SiteHost(site)
		require.NoError(t, err, site)
		require.Equal(t, host, got)
	}
}

// long returns labels of n letters each, joined by dots.
func long(n, labels int) string {
	return strings.Repeat(strings.Repeat("a", n)+".", labels-1) + strings.Repeat("a", n)
}

func TestCompleteOrigin(t *testing.T) {
	for typed, want := range map[string]string{
		"wiki.example":                  "https://wiki.example",
		" wiki.example:8443/ ":          "https://wiki.example:8443",
		"HTTPS://Wiki.Example:443/":     "https://wiki.example",
		"http://wiki.example:80":        "http://wiki.example",
		"http://[::1]:8080":             "http://[::1]:8080",
		"localhost:8080":                "https://localhost:8080",
		"https://wiki.example":          "https://wiki.example",
		"https://wiki.example/path":     "https://wiki.example/path",
		"https://wiki.example?a=b":      "https://wiki.example?a=b",
		"https://bob:secret@wiki.local": "https://bob:secret@wiki.local",
		"file:///etc":                   "file:///etc",
		"two words":                     "https://two words",
		"":                              "https://",
	} {
		require.Equal(t, want, CompleteOrigin(typed), "%q", typed)
	}
}

func TestSiteHostRefusesWhatIsNotAnOrigin(t *testing.T) {
	for _, site := range []string{
		"", "wiki.example", "//wiki.example", "https://", "https://:8443", "ftp://wiki.example", "file:///etc",
		"chrome-extension://abc", "https://wiki.example/", "https://wiki.example/a", "https://wiki.example?", "https://wiki.example#",
		"https://wiki.example:443", "http://wiki.example:80", "https://wiki.example:", "https://wiki.example:08443",
		"https://wiki.example:65536", "https://wiki.example:-1", "https://wiki.example:x", "https://bob@wiki.example",
		"https://bob:pw@wiki.example", "HTTPS://wiki.example", "https://Wiki.example", "https://wiki.example.", "https://.wiki.example",
		"https://wiki..example", "https://*.example", "https://wiki .example", "https://wiki%2eexample", "https://wiki\\example",
		"https://wiki.example\n", "https://wiki\x00.example", "https://bücher.example", "https://ſ.example", "https://wiki。example",
		"https://127.1", "https://0177.0.0.1", "https://0x7f.0.0.1", "https://2130706433", "https://1.2.3.4.5", "https://wiki.example.1",
		"http://[0:0:0:0:0:0:0:1]", "http://[fe80::1%25eth0]", "http://[::1", "http://[127.0.0.1]", "http://::1",
		"https://" + long(64, 1) + ".example", "https://" + long(63, 4) + ".example",
	} {
		_, err := SiteHost(site)
		require.ErrorIs(t, err, &Error{Code: CodeSiteInvalid}, "%q", site)
	}
}

func TestScope(t *testing.T) {
	for name, c := range map[string]struct {
		domains []string
		site    string
		want    []Domain
		in, out []string
	}{
		"a registrable domain": {
			[]string{"*"}, "https://www.wiki.example", []Domain{{"wiki.example", false}},
			[]string{"wiki.example", "www.wiki.example", "a.b.wiki.example"},
			[]string{"example", "mywiki.example", "wiki.example.evil.example", "Wiki.example", "wiki.example.", "wiki.example:80", ""},
		},
		"a suffix of two labels": {
			[]string{"*"}, "https://shop.firm.co.uk", []Domain{{"firm.co.uk", false}},
			[]string{"firm.co.uk", "shop.firm.co.uk"}, []string{"co.uk", "other.co.uk"},
		},
		"a wildcard suffix": {
			[]string{"*"}, "https://x.firm.example.ck", []Domain{{"firm.example.ck", false}},
			[]string{"firm.example.ck"}, []string{"example.ck", "other.example.ck"},
		},
		"a private suffix": {
			[]string{"*"}, "https://bob.github.io", []Domain{{"bob.github.io", false}},
			[]string{"bob.github.io", "x.bob.github.io"}, []string{"alice.github.io", "github.io"},
		},
		"a public suffix itself": {
			[]string{"*"}, "https://github.io", []Domain{{"github.io", true}},
			[]string{"github.io"}, []string{"bob.github.io", "io"},
		},
		"an international name": {
			[]string{"*"}, "https://www.xn--bcher-kva.example", []Domain{{"xn--bcher-kva.example", false}},
			[]string{"a.xn--bcher-kva.example"}, []string{"bücher.example"},
		},
		"an international suffix": {
			[]string{"*"}, "https://www.wiki.xn--p1ai", []Domain{{"wiki.xn--p1ai", false}},
			[]string{"wiki.xn--p1ai"}, []string{"xn--p1ai", "other.xn--p1ai"},
		},
		"a name of this machine": {
			[]string{"*"}, "http://mw.localhost:9101", []Domain{{"mw.localhost", true}},
			[]string{"mw.localhost"}, []string{"localhost", "x.mw.localhost", "homebridge.localhost"},
		},
		"localhost": {
			[]string{"*"}, "http://localhost:9101", []Domain{{"localhost", true}},
			[]string{"localhost"}, []string{"mw.localhost"},
		},
		"an IPv4 address": {
			[]string{"*"}, "http://10.0.0.7:8080", []Domain{{"10.0.0.7", true}},
			[]string{"10.0.0.7"}, []string{"1.10.0.0.7", "0.0.7"},
		},
		"an IPv6 address": {
			[]string{"*"}, "http://[2001:db8::7]:8080", []Domain{{"[2001:db8::7]", true}},
			[]string{"[2001:db8::7]"}, []string{"2001:db8::7", "[::1]"},
		},
		"a name without dots": {
			[]string{"*"}, "http://intranet", []Domain{{"intranet", true}},
			[]string{"intranet"}, []string{"x.intranet"},
		},
		"listed domains": {
			[]string{"firm.example", "firm-login.example"}, "https://app.firm.example", []Domain{{"firm.example", false}, {"firm-login.example", false}},
			[]string{"firm.example", "app.firm.example", "x.firm-login.example"}, []string{"example", "other.example"},
		},
		"a listed domain of many people": {
			[]string{"github.io"}, "https://github.io", []Domain{{"github.io", true}},
			[]string{"github.io"}, []string{"bob.github.io"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := NewScope(c.domains, c.site)
			require.NoError(t, err)
			require.Equal(t, c.want, s.Domains())
			for _, h := range c.in {
				require.True(t, s.ContainsHost(h), h)
			}
			for _, h := range c.out {
				require.False(t, s.ContainsHost(h), h)
			}
		})
	}
}

func TestScopeRefusesASiteOfAnotherApp(t *testing.T) {
	for _, c := range []struct {
		domains []string
		site    string
	}{
		{nil, "https://firm.example"},
		{[]string{"firm.example"}, "https://other.example"},
		{[]string{"firm.example"}, "https://firm.example/"},
		{[]string{"github.io"}, "https://bob.github.io"},
		{[]string{"localhost"}, "http://mw.localhost:9101"},
	} {
		_, err := NewScope(c.domains, c.site)
		require.ErrorIs(t, err, &Error{Code: CodeSiteInvalid}, c.site)
	}
}

func TestScopeContainsOriginIgnoresThePortAndTheScheme(t *testing.T) {
	s, err := NewScope([]string{"*"}, "http://mw.localhost:9101")
	require.NoError(t, err)
	for _, o := range []string{"http://mw.localhost:9101", "https://mw.localhost", "http://mw.localhost"} {
		require.True(t, s.ContainsOrigin(o), o)
	}
	for _, o := range []string{"mw.localhost", "http://mw.localhost:80", "http://mw.localhost/", "null", "http://localhost"} {
		require.False(t, s.ContainsOrigin(o), o)
	}
}

func TestSiteOf(t *testing.T) {
	for typed, want := range map[string][2]string{
		"wiki.example":                       {"https://wiki.example", ""},
		"https://Wiki.example/":              {"https://wiki.example", ""},
		"https://wiki.example:443/a/path":    {"https://wiki.example", "/a/path"},
		"wiki.example/index.php?title=X#top": {"https://wiki.example", "/index.php?title=X#top"},
		"http://mw.localhost:9101/?x":        {"http://mw.localhost:9101", "/?x"},
		"https://bob:secret@wiki.example/a":  {"https://bob:secret@wiki.example/a", ""},
		"https://wiki.example/\u202e":        {"https://wiki.example", "/%E2%80%AE"},
		"file:///etc/passwd":                 {"file:///etc/passwd", ""},
		"else where":                         {"https://else where", ""},
	} {
		origin, rest := SiteOf(typed)
		require.Equal(t, want, [2]string{origin, rest}, typed)
	}
}
