package runner

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/chromedp/cdproto/network"

	"sessionferry/session"
)

// Browsers keep no cookie longer than 400 days from when it is set.
const maxCookieAge = 400 * 24 * 3600 // seconds

// Tolerances of expiry, in seconds. Firefox keeps milliseconds and Chromium
// microseconds; a capped expiry counts from a moment between our clock reading
// and the browser's.
const (
	expiryTolerance = 1.0
	cappedTolerance = 120.0
)

// compareCookies returns what differs between the captured cookies and those
// that the browser holds now. unset has the reasons why cookies were not set.
func compareCookies(captured []session.Cookie, held []*network.Cookie, unset map[session.Key]string, now float64) []Difference {
	byKey := make(map[session.Key]*network.Cookie, len(held))
	for _, h := range held {
		byKey[keyOf(h)] = h
	}
	var out []Difference
	for i := range captured {
		c := &captured[i]
		d := Difference{Store: "cookie", Name: c.Name, Where: cookiePlace(c.Key())}
		h := byKey[c.Key()]
		delete(byKey, c.Key())
		if h == nil {
			d.Field, d.Restored = "missing", unset[c.Key()]
			out = append(out, d)
			continue
		}
		for _, f := range differingFields(c, h, now) {
			d.Field, d.Captured, d.Restored = f[0], f[1], f[2]
			out = append(out, d)
		}
	}
	var extra []Difference
	for k := range byKey {
		extra = append(extra, Difference{Store: "cookie", Name: k.Name, Where: cookiePlace(k), Field: "extra"})
	}
	slices.SortFunc(extra, func(a, b Difference) int { return strings.Compare(a.Where+"\x00"+a.Name, b.Where+"\x00"+b.Name) })
	return append(out, extra...)
}

// keyOf returns what tells a held cookie from others.
func keyOf(h *network.Cookie) session.Key {
	domain, dotted := strings.CutPrefix(h.Domain, ".")
	k := session.Key{Name: h.Name, Domain: domain, Path: h.Path, HostOnly: !dotted}
	if p := h.PartitionKey; p != nil {
		k.Partition = session.PartitionKey{Site: p.TopLevelSite, CrossSite: p.HasCrossSiteAncestor}
	}
	return k
}

func cookiePlace(k session.Key) string {
	s := k.Domain + k.Path
	if !k.HostOnly {
		s = "." + s
	}
	if k.Partition.Site != "" {
		s += " under " + k.Partition.Site
		if k.Partition.CrossSite {
			s += " (cross-site)"
		}
	}
	return s
}

// differingFields returns name, captured and restored form of each attribute
// that differs. Of values it tells the lengths.
func differingFields(c *session.Cookie, h *network.Cookie, now float64) [][3]string {
	var out [][3]string
	differ := func(same bool, field, captured, restored string) {
		if !same {
			out = append(out, [3]string{field, captured, restored})
		}
	}
	differ(c.Value == h.Value, "value", fmt.Sprintf("%d bytes", len(c.Value)), fmt.Sprintf("%d bytes", len(h.Value)))
	differ(c.Secure == h.Secure, "secure", strconv.FormatBool(c.Secure), strconv.FormatBool(h.Secure))
	differ(c.HTTPOnly == h.HTTPOnly, "http_only", strconv.FormatBool(c.HTTPOnly), strconv.FormatBool(h.HTTPOnly))
	held := sameSiteOf(h)
	differ(c.SameSite == held, "same_site", string(c.SameSite), string(held))
	differ(sameExpiry(c, h, now), "expires", expiryText(c.Expires), expiryText(heldExpiry(h)))
	return out
}

func sameSiteOf(h *network.Cookie) session.SameSite {
	for ours, theirs := range sameSites {
		if theirs == h.SameSite {
			return ours
		}
	}
	return session.SameSiteUnspecified
}

func heldExpiry(h *network.Cookie) *float64 {
	if h.Session || h.Expires < 0 {
		return nil
	}
	return &h.Expires
}

func sameExpiry(c *session.Cookie, h *network.Cookie, now float64) bool {
	held := heldExpiry(h)
	if c.Expires == nil || held == nil {
		return c.Expires == nil && held == nil
	}
	if *c.Expires > now+maxCookieAge {
		return math.Abs(*held-(now+maxCookieAge)) <= cappedTolerance
	}
	return math.Abs(*held-*c.Expires) <= expiryTolerance
}

func expiryText(e *float64) string {
	if e == nil {
		return "session"
	}
	return strconv.FormatFloat(*e, 'f', 3, 64)
}
