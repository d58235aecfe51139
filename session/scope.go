package session

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Scope is the set of domains that the person consented to. Nothing (consent,
// permission, capture, probe, restore) goes beyond it.
type Scope struct{ domains []scopeDomain }

type scopeDomain struct {
	name  string
	exact bool // only this host, not its subdomains
}

// NewScope returns the scope of an app's domains for a card's site. The domain
// "*" stands for the site's own: its registrable domain, or the exact host if
// that is an IP address, a *.localhost name or a public suffix. A listed domain
// of one of these kinds is exact as well, since below it are other people's.
func NewScope(domains []string, site string) (Scope, error) {
	host, err := SiteHost(site)
	if err != nil {
		return Scope{}, err
	}
	var s Scope
	for _, d := range domains {
		if d == "*" {
			s.domains = append(s.domains, domainOf(host))
		} else {
			s.domains = append(s.domains, scopeDomain{name: d, exact: isExactHost(d)})
		}
	}
	if !s.ContainsHost(host) {
		return Scope{}, Errorf(CodeSiteInvalid, "the site is not one of the app's domains")
	}
	return s, nil
}

// CompleteOrigin returns the origin that a person means by a typed address: a bare
// host gets "https://", and capitals, the scheme's own port and a slash at the end
// are not part of it. An address with more, such as a path or a password, is returned
// unchanged; SiteHost refuses it.
func CompleteOrigin(typed string) string {
	text := strings.TrimSpace(typed)
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme+"://"+u.Host, u.String()) {
		return text
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return u.Scheme + "://" + host
}

// SiteOf returns the origin of a site whose address a person pasted, completed by
// CompleteOrigin, and what else the address names: a path, a query or a fragment, or
// "" if nothing. An address with a password is returned unchanged; SiteHost refuses
// it.
func SiteOf(typed string) (origin, rest string) {
	text := CompleteOrigin(typed)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return text, ""
	}
	origin = CompleteOrigin(u.Scheme + "://" + u.Host)
	u.Scheme, u.Host = "", ""
	return origin, strings.TrimRight(u.String(), "/")
}

// SiteHost checks that site is a bare origin (scheme, host, optional port) as a
// browser writes it, and returns its host. International names are in their
// ASCII form and IPv6 addresses in brackets, as in cookies and match patterns.
func SiteHost(site string) (string, error) {
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Scheme+"://"+u.Host != site {
		return "", Errorf(CodeSiteInvalid, "")
	}
	host, port := u.Host, u.Port()
	if port != "" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	if !isHost(host) || port != "" && !isPort(port, u.Scheme) {
		return "", Errorf(CodeSiteInvalid, "")
	}
	return host, nil
}

// isPort reports whether port is written as in an origin: without leading
// zeros, and absent where it is the scheme's own.
func isPort(port, scheme string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == port &&
		!(scheme == "http" && n == 80) && !(scheme == "https" && n == 443)
}

// isHost reports whether host is a host name or address as browsers write it.
func isHost(host string) bool {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		return ok && err == nil && addr.Is6() && addr.Zone() == "" && addr.String() == inner
	}
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	// To a browser, a last label that is a number makes an IPv4 address.
	if last := labels[len(labels)-1]; last[0] >= '0' && last[0] <= '9' {
		addr, err := netip.ParseAddr(host)
		return err == nil && addr.String() == host
	}
	return len(host) <= 253
}

// ContainsHost reports whether host lies within the scope.
func (s Scope) ContainsHost(host string) bool {
	for _, d := range s.domains {
		if host == d.name || !d.exact && strings.HasSuffix(host, "."+d.name) {
			return true
		}
	}
	return false
}

// ContainsOrigin reports whether origin is canonical and its host within the
// scope.
func (s Scope) ContainsOrigin(origin string) bool {
	host, err := SiteHost(origin)
	return err == nil && s.ContainsHost(host)
}

// Domain is one domain of a scope, as the extension needs it to ask for
// permission and for cookies.
type Domain struct {
	Name  string `json:"name"`
	Exact bool   `json:"exact"` // this host only, without its subdomains
}

// Domains lists the scope's domains.
func (s Scope) Domains() []Domain {
	out := make([]Domain, len(s.domains))
	for i, d := range s.domains {
		out[i] = Domain{Name: d.name, Exact: d.exact}
	}
	return out
}

func domainOf(host string) scopeDomain {
	if isExactHost(host) {
		return scopeDomain{name: host, exact: true}
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return scopeDomain{name: host, exact: true}
	}
	return scopeDomain{name: d}
}

func isExactHost(host string) bool { return isIP(host) || isLocal(host) || isPublicSuffix(host) }

func isIP(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil
}

func isLocal(host string) bool { return host == "localhost" || strings.HasSuffix(host, ".localhost") }

func isPublicSuffix(host string) bool {
	if isIP(host) || isLocal(host) {
		return false
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}
