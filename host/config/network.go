package config

import (
	"path/filepath"
	"slices"
	"strings"

	"sessionferry/internal/desktop"
)

// Network holds those of desktop.Network that were set at login. A browser that the
// desktop started does not pass on what only a shell sets, so the program that it
// starts falls back on these.
type Network map[string]string

// NetworkOf returns the variables that are set. The password of a proxy is left out,
// since a file is no place for it; withheld reports that there was one.
func NetworkOf(getenv func(string) string) (n Network, withheld bool) {
	n = Network{}
	for _, name := range desktop.Network {
		value := getenv(name)
		switch {
		case value == "":
			continue
		case name == "SSL_CERT_FILE":
			if full, err := filepath.Abs(value); err == nil { // the browser's working folder is another
				value = full
			}
		case isProxy(name):
			public := withoutPassword(value)
			withheld = withheld || public != value
			value = public
		}
		n[name] = value
	}
	return n, withheld
}

// Missing returns the variables that an environment lacks. Those of proxies make
// sense together only: if it has one of them, it lacks none.
func (n Network) Missing(getenv func(string) string) Network {
	proxies := slices.ContainsFunc(desktop.Network, func(name string) bool { return isProxy(name) && getenv(name) != "" })
	out := Network{}
	for name, value := range n {
		if getenv(name) == "" && !(isProxy(name) && proxies) {
			out[name] = value
		}
	}
	return out
}

func isProxy(name string) bool { return strings.HasSuffix(strings.ToLower(name), "_proxy") }

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
