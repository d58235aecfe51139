package vaultapi

import (
	"net/netip"
	"net/url"
	"strings"

	"sessionferry/session"
)

// Address returns the base address of the vault that a person typed, completed by
// session.CompleteOrigin. The error is CodeVaultAddress and says what to type.
func Address(typed string) (string, error) {
	base := session.CompleteOrigin(typed)
	host, err := session.SiteHost(base)
	switch {
	case err != nil:
		return "", session.Errorf(session.CodeVaultAddress, "")
	case isLocal(host) && !strings.Contains(typed, "://"):
		return "", session.Errorf(session.CodeVaultAddress, "for the vault of this computer give none, or one that begins with http://")
	case checkAddress(base) != nil:
		return "", session.Errorf(session.CodeVaultAddress, "http:// is for 127.0.0.1 and [::1] only")
	}
	return base, nil
}

// checkAddress refuses what is no base address of a vault. Without TLS it must be an
// IP address of this computer: a name may resolve to another one.
func checkAddress(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != base {
		return session.Errorf(session.CodeVaultAnswer, "the vault's address")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || err != nil || !ip.IsLoopback()) {
		return session.Errorf(session.CodeVaultAnswer, "the vault's address must begin with https://")
	}
	return nil
}

// isLocal reports whether a host, as SiteHost returns it, is this computer.
func isLocal(host string) bool {
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && ip.IsLoopback()
}
