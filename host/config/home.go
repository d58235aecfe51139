package config

import "os/user"

// homeOfUID asks the user database, since a browser may start the host without
// HOME.
func homeOfUID() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.HomeDir
}
