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

// systemPlaces are the folders of manifests for every user of a computer, in the
// order in which they are looked through, each after the user's own.
var systemPlaces = []struct {
	browser Browser
	os      string
	dir     string
}{
	// chromium/chrome/common/chrome_paths.cc, DIR_NATIVE_MESSAGING.
	{Chromium, "linux", "/etc/chromium/native-messaging-hosts"},
	// developer.chrome.com, "Native messaging"; the same source file.
	{Chrome, "linux", "/etc/opt/chrome/native-messaging-hosts"},
	// gecko-dev/toolkit/xre/nsXREDirProvider.cpp: one of the two, fixed when a Firefox is built.
	{Firefox, "linux", "/usr/lib/mozilla/native-messaging-hosts"},
	{Firefox, "linux", "/usr/lib64/mozilla/native-messaging-hosts"},
}

// SystemPlaces returns the paths of b's manifests for every user of a computer
// of the system os.
func SystemPlaces(b Browser, os string) []string {
	var paths []string
	for _, row := range systemPlaces {
		if row.browser == b && row.os == os {
			paths = append(paths, filepath.Join(row.dir, FileName))
		}
	}
	return paths
}

// policyPlaces are the folders of an administrator's policies: one JSON object a
// file, the later name wins.
var policyPlaces = []struct {
	browser Browser
	os      string
	dir     string
}{
	// chromium/components/policy/core/common/config_dir_policy_loader.cc with chrome_paths.cc, DIR_POLICY_FILES.
	{Chromium, "linux", "/etc/chromium/policies/managed"},
	{Chrome, "linux", "/etc/opt/chrome/policies/managed"},
}

// PolicyPlace returns the folder of b's policies on the system os, "" if it has
// none that speak of hosts.
func PolicyPlace(b Browser, os string) string {
	for _, row := range policyPlaces {
		if row.browser == b && row.os == os {
			return row.dir
		}
	}
	return ""
}
