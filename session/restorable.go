package session

import (
	"math"
	"strings"
)

// Limits of a cookie, in bytes, as browsers count.
const (
	maxCookieBytes = 4096 // name and value together
	maxCookiePath  = 1024
)

// Restorable returns nil if Chromium, asked by DevTools, makes this very cookie:
// one that is sent with the same bytes to the same requests. Otherwise the error
// has CodeCookieInvalid and names the part that Chromium refuses or changes.
//
// Browsers hold cookies that are not restorable. Firefox keeps a TAB in a value.
// Both keep a path as the server wrote it ("/my area") and send the cookie to no
// request, whereas DevTools escapes the path, which widens it.
func (c *Cookie) Restorable() error {
	bad := func(what string) error { return Errorf(CodeCookieInvalid, "%s", what) }
	switch {
	case !isHost(c.Domain):
		return bad("the domain")
	case !c.HostOnly && (isPublicSuffix(c.Domain) || isIP(c.Domain)):
		return bad("a domain cookie on a public suffix or an address")
	case c.Name == "" && (c.Value == "" || strings.Contains(c.Value, "=") || hasReservedPrefix(c.Value)):
		return bad("an unnamed cookie that would be read as another")
	case strings.Contains(c.Name, "=") || !isCookieText(c.Name):
		return bad("the name")
	case !isCookieText(c.Value):
		return bad("the value's characters")
	case len(c.Name)+len(c.Value) > maxCookieBytes:
		return bad("the length")
	case !isCanonicalPath(c.Path) || len(c.Path) > maxCookiePath:
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
	return c.checkPrefix(bad)
}

// isCookieText reports whether Chromium takes s as a name or value unchanged.
func isCookieText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == ';' || r == 0x7f }) && strings.Trim(s, " ") == s
}

// isCanonicalPath reports whether path is written as in the address of a request,
// so that Chromium's address parser leaves it unchanged.
func isCanonicalPath(path string) bool {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok || strings.ContainsFunc(path, isEscapedInPath) {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case ".", "..":
			return false
		}
	}
	return true
}

// isEscapedInPath reports whether Chromium escapes the character in a path, or
// ends the path there. A backslash becomes a slash.
func isEscapedInPath(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"#;<>?\\^`{|}", r)
}

// The prefixes of cookie names that promise something (RFC 6265bis 4.1.3).
const (
	prefixSecure   = "__Secure-"
	prefixHost     = "__Host-"
	prefixHTTP     = "__Http-"
	prefixHostHTTP = "__Host-Http-"
)

// checkPrefix holds what the name's prefix promises.
func (c *Cookie) checkPrefix(bad func(string) error) error {
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
