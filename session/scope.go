package session

import (
	"net"
	"net/netip"
	"net/url"
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
// that is an IP address, a *.localhost name or a public suffix.
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
			s.domains = append(s.domains, scopeDomain{name: d})
		}
	}
	if !s.ContainsHost(host) {
		return Scope{}, Errorf(CodeSiteInvalid, "the site is not one of the app's domains")
	}
	return s, nil
}

// SiteHost checks that site is a bare origin (scheme, host, optional port) in
// its canonical form and returns its host.
func SiteHost(site string) (string, error) {
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" ||
		u.Scheme+"://"+u.Host != site || strings.ToLower(site) != site || len(site) > 300 {
		return "", Errorf(CodeSiteInvalid, "")
	}
	host := u.Hostname()
	port := u.Port()
	if strings.HasSuffix(u.Host, ":") || port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" ||
		strings.HasSuffix(host, ".") || hasControl(host) || strings.ContainsAny(host, " /\\%_*") {
		return "", Errorf(CodeSiteInvalid, "")
	}
	return host, nil
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

// containsSite is ContainsOrigin for a partition's schemeful site, which has no
// port and whose host may be the registrable domain above an exact host.
func (s Scope) containsSite(site string) bool { return s.ContainsOrigin(site) }

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

func isExactHost(host string) bool {
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost") || isPublicSuffix(host)
}

func isPublicSuffix(host string) bool {
	if net.ParseIP(strings.Trim(host, "[]")) != nil || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	return suffix == host
}
