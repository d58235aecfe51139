// Package userdirs names the places that the three programs agree on, by the XDG
// base directory rules: a variable that holds no absolute path does not count.
package userdirs

import "path/filepath"

// Config returns the person's folder for configuration, given the environment
// and the home folder; "" if neither tells.
func Config(getenv func(string) string, home string) string {
	return base(getenv("XDG_CONFIG_HOME"), home, ".config")
}

// State is Config for what programs keep between runs.
func State(getenv func(string) string, home string) string {
	return base(getenv("XDG_STATE_HOME"), home, ".local", "state")
}

// VaultSocket returns where the embedded vault listens for devices and runners of
// the same user unless it is told otherwise; "" if no folder is known.
func VaultSocket(getenv func(string) string, home string) string {
	dir := getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(dir) {
		if dir = State(getenv, home); dir == "" {
			return ""
		}
	}
	return filepath.Join(dir, "sessionferry", "vault.sock")
}

func base(named, home string, below ...string) string {
	switch {
	case filepath.IsAbs(named):
		return named
	case home == "":
		return ""
	}
	return filepath.Join(append([]string{home}, below...)...)
}
