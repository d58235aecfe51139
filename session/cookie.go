package session

import (
	"math"
	"strings"
)

// Cookie is one cookie with every attribute that the browser shows to an
// extension. Source: chrome.cookies.Cookie and its Firefox counterpart.
type Cookie struct {
	Name      string        `json:"name"`
	Value     string        `json:"value"`
	Domain    string        `json:"domain"` // without a leading dot
	HostOnly  bool          `json:"host_only"`
	Path      string        `json:"path"`
	Secure    bool          `json:"secure"`
	HTTPOnly  bool          `json:"http_only"`
	SameSite  SameSite      `json:"same_site"`
	Expires   *float64      `json:"expires,omitempty"` // seconds since 1970, fractional; absent: a session cookie
	Partition *PartitionKey `json:"partition,omitempty"`
	Store     string        `json:"store"` // the cookie store's id; the same in the whole bundle
}

// SameSite is the attribute as the extension API names it. "unspecified" is not
// Lax: it is sent with top-level POSTs for two minutes after it was set.
type SameSite string

// The values of SameSite.
const (
	SameSiteUnspecified SameSite = "unspecified"
	SameSiteNone        SameSite = "no_restriction"
	SameSiteLax         SameSite = "lax"
	SameSiteStrict      SameSite = "strict"
)

// PartitionKey is the partition of a CHIPS cookie. Two cookies that differ in
// CrossSite alone are different cookies.
type PartitionKey struct {
	Site      string `json:"top_level_site"`
	CrossSite bool   `json:"has_cross_site_ancestor"`
}

// Key identifies a cookie within one store, as RFC 6265 and CHIPS do.
type Key struct {
	Name, Domain, Path string
	HostOnly           bool
	Partition          PartitionKey
}

// Key returns what tells the cookie from others of its store.
func (c *Cookie) Key() Key {
	k := Key{Name: c.Name, Domain: c.Domain, Path: c.Path, HostOnly: c.HostOnly}
	if c.Partition != nil {
		k.Partition = *c.Partition
	}
	return k
}

// Expired reports whether the cookie is past its end at now, in seconds since
// 1970.
func (c *Cookie) Expired(now float64) bool { return c.Expires != nil && *c.Expires <= now }

// Fits reports whether the cookie is one that a bundle of the store may hold.
func (c *Cookie) Fits(scope Scope, store string) bool { return c.validate(scope, store) == nil }

func (c *Cookie) validate(scope Scope, store string) error {
	bad := func(what string) error { return Errorf(CodeCookieInvalid, "%s", what) }
	switch {
	case !scope.ContainsHost(c.Domain):
		return Errorf(CodeOutsideSite, "a cookie of another domain")
	case !isHost(c.Domain):
		return bad("the domain")
	case !c.HostOnly && (isPublicSuffix(c.Domain) || isIP(c.Domain)):
		return bad("a domain cookie on a public suffix or an address")
	case c.Partition != nil && !scope.ContainsOrigin(c.Partition.Site):
		return Errorf(CodeOutsideSite, "a cookie partitioned under another site")
	case c.Store != store:
		return Errorf(CodeBundleInvalid, "cookies of two stores")
	case c.Name == "" && (c.Value == "" || strings.Contains(c.Value, "=") || hasReservedPrefix(c.Value)):
		return bad("an unnamed cookie that would be read as another")
	case strings.ContainsAny(c.Name, "=;") || hasControl(c.Name) || strings.Trim(c.Name, " \t") != c.Name:
		return bad("the name")
	case strings.Contains(c.Value, ";") || hasControl(c.Value) || strings.Trim(c.Value, " \t") != c.Value:
		return bad("the value's characters")
	case len(c.Name)+len(c.Value) > MaxCookieBytes:
		return bad("the length")
	case !strings.HasPrefix(c.Path, "/") || hasControl(c.Path) || strings.Contains(c.Path, ";") || len(c.Path) > 1024:
		return bad("the path")
	case c.Expires != nil && (math.IsNaN(*c.Expires) || *c.Expires < 1 || *c.Expires > 253402300799):
		return bad("the expiry")
	case c.Partition != nil && !c.Secure:
		return bad("partitioned and not secure")
	}
	switch c.SameSite {
	case SameSiteUnspecified, SameSiteLax, SameSiteStrict:
	case SameSiteNone:
		if !c.Secure {
			return bad("SameSite=None and not secure")
		}
	default:
		return bad("SameSite")
	}
	return c.validatePrefix(bad)
}

// The prefixes of cookie names that promise something (RFC 6265bis 4.1.3).
const (
	prefixSecure   = "__Secure-"
	prefixHost     = "__Host-"
	prefixHTTP     = "__Http-"
	prefixHostHTTP = "__Host-Http-"
)

// validatePrefix holds what the name's prefix promises.
func (c *Cookie) validatePrefix(bad func(string) error) error {
	switch {
	case hasPrefixFold(c.Name, prefixHost) && (!c.Secure || !c.HostOnly || c.Path != "/"):
		return bad("the rules of __Host-")
	case (hasPrefixFold(c.Name, prefixHTTP) || hasPrefixFold(c.Name, prefixHostHTTP)) && (!c.Secure || !c.HTTPOnly):
		return bad("the rules of __Http-")
	case hasPrefixFold(c.Name, prefixSecure) && !c.Secure:
		return bad("the rules of __Secure-")
	}
	return nil
}

// hasReservedPrefix reports whether a server would take s, sent without a name,
// for a cookie whose name has a prefix.
func hasReservedPrefix(s string) bool {
	return hasPrefixFold(s, prefixSecure) || hasPrefixFold(s, prefixHost) || hasPrefixFold(s, prefixHTTP)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\t' || r == 0x7f })
}
