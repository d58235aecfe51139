package runner

import (
	"context"
	"net"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"

	"sessionferry/session"
)

// cookieParam maps a captured cookie to what the browser must be told to make
// the same one. site is the bundle's, which decides what the cookie's source was
// where the capture cannot show it.
//
// Host-only cookies are given by URL without a domain, domain cookies by domain
// without a URL: a URL together with a domain would lose the difference.
func cookieParam(c *session.Cookie, site *url.URL) *network.CookieParam {
	p := &network.CookieParam{
		Name: c.Name, Value: c.Value, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HTTPOnly,
		SameSite: sameSites[c.SameSite], // absent for "unspecified", which is not Lax
	}
	if c.Expires != nil {
		p.Expires = cdp.TimeSinceEpoch(*c.Expires)
	}
	if c.Partition != nil {
		p.PartitionKey = &network.CookiePartitionKey{TopLevelSite: c.Partition.Site, HasCrossSiteAncestor: c.Partition.CrossSite}
	}
	// A cookie that is not Secure but was set over https is bound to https. The
	// URL cannot say so: one with https would make the cookie Secure.
	scheme := "http"
	p.SourceScheme, p.SourcePort = network.CookieSourceSchemeNonSecure, portOf(site, 80)
	if c.Secure {
		scheme = "https"
	}
	if c.Secure || site.Scheme == "https" {
		p.SourceScheme, p.SourcePort = network.CookieSourceSchemeSecure, 443
		if site.Scheme == "https" {
			p.SourcePort = portOf(site, 443)
		}
	}
	if c.HostOnly {
		p.URL = (&url.URL{Scheme: scheme, Host: bracketed(c.Domain), Path: c.Path}).String()
	} else {
		p.Domain = "." + c.Domain
	}
	return p
}

var sameSites = map[session.SameSite]network.CookieSameSite{
	session.SameSiteNone:   network.CookieSameSiteNone,
	session.SameSiteLax:    network.CookieSameSiteLax,
	session.SameSiteStrict: network.CookieSameSiteStrict,
}

func portOf(u *url.URL, standard int64) int64 {
	if u.Port() == "" {
		return standard
	}
	n, err := net.LookupPort("tcp", u.Port())
	if err != nil {
		return standard
	}
	return int64(n)
}

// bracketed puts an IPv6 address back into the brackets that a URL wants.
func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.HasPrefix(host, "[") {
		return "[" + host + "]"
	}
	return host
}

// restoreCookies sets the cookies that are still alive at now and returns what
// the browser holds differently from the capture, found by reading back: the
// browser says "ok" to cookies that it drops. It does not set a cookie that the
// browser would change.
func restoreCookies(ctx context.Context, b cdp.Session, in cdp.BrowserContextID, bundle *session.Bundle, now float64) ([]Difference, error) {
	site, err := url.Parse(bundle.Site)
	if err != nil {
		return nil, session.Errorf(session.CodeBundleInvalid, "the site").Because(err)
	}
	var params []*network.CookieParam
	var keys []session.Key
	unset := map[session.Key]string{}
	for i := range bundle.Capture.Cookies {
		switch c := &bundle.Capture.Cookies[i]; {
		case c.Expired(now):
			unset[c.Key()] = "expired since the capture"
		case c.Restorable() != nil:
			unset[c.Key()] = "not set: " + session.AsError(c.Restorable()).Detail
		default:
			params, keys = append(params, cookieParam(c, site)), append(keys, c.Key())
		}
	}
	if len(params) > 0 {
		_, err := cdp.Call(ctx, b, storage.SetCookies, storage.SetCookiesParams{Cookies: params, BrowserContextID: in})
		if err != nil {
			// One cookie that the browser does not take refuses all of them.
			for i, p := range params {
				_, err := cdp.Call(ctx, b, storage.SetCookies, storage.SetCookiesParams{Cookies: []*network.CookieParam{p}, BrowserContextID: in})
				if err != nil {
					unset[keys[i]] = "the browser refused it"
				}
			}
		}
	}
	back, err := cdp.Call(ctx, b, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: in})
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "reading the cookies back").Because(err)
	}
	return compareCookies(bundle.Capture.Cookies, back.Cookies, unset, now), nil
}
