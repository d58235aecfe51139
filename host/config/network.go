package config

import (
	"path/filepath"
	"slices"
	"strings"
)

// Network holds the variables by which a program finds proxies and certificate
// authorities, as they were at login. A browser that the desktop started does not
// pass on what only a shell sets, so the program that it starts falls back on these.
type Network map[string]string

// networkVariables are grouped by what only makes sense together. Each may also be
// written in small letters.
var networkVariables = [][]string{{"HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}, {"SSL_CERT_FILE"}, {"SSL_CERT_DIR"}}

// Lookup finds a variable, as os.LookupEnv does.
type Lookup func(name string) (value string, found bool)

// NetworkOf returns the variables that are set. The password of a proxy is left out,
// since a file is no place for it; withheld reports that there was one.
func NetworkOf(env Lookup) (n Network, withheld bool) {
	n = Network{}
	for _, name := range slices.Concat(networkVariables...) {
		value, _ := env.either(name)
		if value == "" {
			continue
		}
		switch name {
		case "HTTPS_PROXY", "ALL_PROXY":
			n[name] = withoutPassword(value)
			withheld = withheld || n[name] != value
		case "SSL_CERT_FILE":
			if full, err := filepath.Abs(value); err == nil { // the browser's working folder is another
				value = full
			}
			n[name] = value
		default:
			n[name] = value
		}
	}
	return n, withheld
}

// Missing returns the variables of each group of which env has none.
func (n Network) Missing(env Lookup) Network {
	out := Network{}
	for _, group := range networkVariables {
		if slices.ContainsFunc(group, func(name string) bool { _, found := env.either(name); return found }) {
			continue
		}
		for _, name := range group {
			if value, kept := n[name]; kept {
				out[name] = value
			}
		}
	}
	return out
}

func (env Lookup) either(name string) (string, bool) {
	if value, found := env(name); found {
		return value, true
	}
	return env(strings.ToLower(name))
}

// withoutPassword removes the user's part of a proxy's address.
func withoutPassword(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	scheme, _, found := strings.Cut(address[:at], "://")
	if !found {
		return address[at+1:]
	}
	return scheme + "://" + address[at+1:]
}
