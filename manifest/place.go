package manifest

import (
	"fmt"
	"path/filepath"
)

// Dirs are the folders of one person that places are relative to.
type Dirs struct {
	Home     string // the home folder
	Config   string // $XDG_CONFIG_HOME, or .config in Home
	UserData string // of a Chromium that runs with --user-data-dir; empty for the usual profile
}

type base int

const (
	inHome base = iota
	inConfig
)

// userPlaces are the folders of user-level manifests, one browser and system a
// row. A Chromium with a user data folder of its own reads it from there.
var userPlaces = []struct {
	browser Browser
	os      string // as GOOS names it
	base    base
	dir     string
}{
	// chromium/chrome/common/chrome_paths.cc and chrome_paths_linux.cc; seen on 156.
	{Chromium, "linux", inConfig, "chromium/NativeMessagingHosts"},
	// developer.chrome.com, "Native messaging"; the same source files.
	{Chrome, "linux", inConfig, "google-chrome/NativeMessagingHosts"},
	// gecko-dev/toolkit/xre/nsXREDirProvider.cpp, also where profiles are in XDG folders; seen on ESR 153.
	{Firefox, "linux", inHome, ".mozilla/native-messaging-hosts"},
}

// Place returns the path of b's user-level manifest on the system os, or an
// error if the tables have no row for the two.
func Place(b Browser, os string, dirs Dirs) (string, error) {
	for _, row := range userPlaces {
		if row.browser != b || row.os != os {
			continue
		}
		switch {
		case dirs.UserData != "" && !b.ChromiumFamily():
			return "", fmt.Errorf("%s reads no manifest from a profile", b)
		case dirs.UserData != "":
			return filepath.Join(dirs.UserData, "NativeMessagingHosts", FileName), nil
		case row.base == inConfig:
			return filepath.Join(dirs.Config, row.dir, FileName), nil
		}
		return filepath.Join(dirs.Home, row.dir, FileName), nil
	}
	return "", fmt.Errorf("no place is known for browser %q on %s", b, os)
}
