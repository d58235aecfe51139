package fidelity

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"
)

// row is what became of one thing on the way.
type row struct {
	What   string
	Source string // how the browser of the person differs from what was set; "" if it does not
	Target string // how the restored browser differs from that of the person; "" if it does not
}

// key tells a cookie from others.
type key struct {
	name, domain, path, site string
	hostOnly, crossSite      bool
}

func (c *apiCookie) key() key {
	return key{c.Name, strings.TrimPrefix(c.Domain, "."), c.Path, c.PartitionKey.TopLevelSite, c.HostOnly, c.PartitionKey.HasCrossSiteAncestor}
}

func keyOf(c *network.Cookie) key {
	domain, dotted := strings.CutPrefix(c.Domain, ".")
	k := key{name: c.Name, domain: domain, path: c.Path, hostOnly: !dotted}
	if p := c.PartitionKey; p != nil {
		k.site, k.crossSite = p.TopLevelSite, p.HasCrossSiteAncestor
	}
	return k
}

// compareJar compares field by field what the API showed with what the restored
// browser holds, a row for each cookie that the server set.
func compareJar(shown []apiCookie, held []*network.Cookie) []row {
	byKey := map[key]*network.Cookie{}
	for _, h := range held {
		byKey[keyOf(h)] = h
	}
	out := make([]row, 0, len(jar))
	for _, c := range jar {
		r := row{What: c.Kind}
		api := find(shown, c)
		switch {
		case api == nil:
			r.Source, r.Target = "not shown", "not there"
		case api.Value != c.value():
			r.Source = fmt.Sprintf("the value is %q", api.Value)
		}
		if api != nil {
			r.Target = difference(api, byKey[api.key()])
			delete(byKey, api.key())
		}
		out = append(out, r)
	}
	for k := range byKey {
		out = append(out, row{What: "cookie " + k.name, Source: "not shown", Target: "there is one more"})
	}
	return out
}

// find finds a cookie of the jar among those shown: by name, and where several
// have it by what they are of.
func find(shown []apiCookie, c cookie) *apiCookie {
	for i := range shown {
		s := &shown[i]
		switch {
		case s.Name != c.name():
		case c.name() == "chips" && (s.PartitionKey.HasCrossSiteAncestor != (c.At != atApp) || strings.Contains(s.Domain, "frames") != (c.At == atWidget)):
		case c.name() == "same" && (s.Path == "/sub" != strings.Contains(c.Line, "/sub") || s.HostOnly == strings.Contains(c.Line, "Domain=")):
		default:
			return s
		}
	}
	return nil
}

// sameSites are the API's words for the protocol's.
var sameSites = map[network.CookieSameSite]string{
	"": "unspecified", network.CookieSameSiteLax: "lax", network.CookieSameSiteStrict: "strict", network.CookieSameSiteNone: "no_restriction",
}

// difference names the attributes that differ. Source scheme, port and priority
// are not shown by the API.
func difference(a *apiCookie, h *network.Cookie) string {
	if h == nil {
		return "not there"
	}
	var out []string
	check := func(same bool, field string, was, is any) {
		if !same {
			out = append(out, fmt.Sprintf("%s %v is %v", field, was, is))
		}
	}
	check(a.Value == h.Value, "value", a.Value, h.Value)
	check(a.Secure == h.Secure, "secure", a.Secure, h.Secure)
	check(a.HTTPOnly == h.HTTPOnly, "httpOnly", a.HTTPOnly, h.HTTPOnly)
	check(a.Session == h.Session, "session", a.Session, h.Session)
	check(a.SameSite == sameSites[h.SameSite], "sameSite", a.SameSite, h.SameSite)
	// Both browsers count in finer steps than this; Firefox hands out milliseconds.
	check(a.Session || math.Abs(a.ExpirationDate-h.Expires) < 0.001, "expiry", a.ExpirationDate, h.Expires)
	return strings.Join(out, ", ")
}

// comparePairs compares two lists of named descriptions.
func comparePairs(before, after [][2]string) []row {
	is := map[string]string{}
	for _, p := range after {
		is[p[0]] = p[1]
	}
	out := make([]row, 0, len(before))
	for _, p := range before {
		r := row{What: p[0]}
		got, there := is[p[0]]
		switch {
		case !there:
			r.Target = "not there"
		case got != p[1]:
			was, is := apart(p[1], got)
			r.Target = fmt.Sprintf("%.60s is %.60s", was, is)
		}
		delete(is, p[0])
		out = append(out, r)
	}
	for what := range is {
		out = append(out, row{What: what, Target: "there is one more"})
	}
	return out
}

// apart leaves of two texts with semicolons what only one of them has, or the
// whole where that is nothing: then the order differs.
func apart(a, b string) (was, is string) {
	only := func(a, b string) string {
		other := strings.Split(b, "; ")
		return strings.Join(slices.DeleteFunc(strings.Split(a, "; "), func(s string) bool { return slices.Contains(other, s) }), "; ")
	}
	was, is = only(a, b), only(b, a)
	if was == "" && is == "" {
		return a, b
	}
	return was, is
}
