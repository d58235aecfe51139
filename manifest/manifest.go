// Package manifest holds what browsers want to know before they start the host:
// the native messaging host manifest in its two forms, and the pure tables of
// browser × system → place.
//
// It promises that a manifest is one that the browser's own parser accepts. It
// touches no file, reads no environment and imports nothing of this project.
package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"unicode/utf8"
)

// HostName is the name under which extensions ask for the host. Chromium takes
// lower-case letters, digits, '_' and '.' only, Firefox no '-'.
const HostName = "io.sessionferry.host"

// FileName is the name of the manifest in its folder.
const FileName = HostName + ".json"

// The extensions that may start the host.
const (
	ExtensionID = "ehlbfcoloeelcfacadbpfgmifmlfhihj" // Chromium: from the key in extension/manifest.json
	AddonID     = "extension@sessionferry.example"   // Firefox: browser_specific_settings in the same file
)

// Browser names a browser.
type Browser string

// The browsers of the tables.
const (
	Chromium Browser = "chromium"
	Chrome   Browser = "chrome"
	Firefox  Browser = "firefox"
)

// Browsers lists the browsers of the tables.
func Browsers() []Browser { return []Browser{Chromium, Chrome, Firefox} }

// Known reports whether b is in the tables.
func (b Browser) Known() bool { return slices.Contains(Browsers(), b) }

// ChromiumFamily reports whether b reads Chromium's form of manifest and keeps
// it within its user data folder.
func (b Browser) ChromiumFamily() bool { return b == Chromium || b == Chrome }

// form is the manifest. Firefox rejects one with a key that it does not know,
// so each browser gets its own list alone.
type form struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Path        string   `json:"path"`
	Type        string   `json:"type"`
	Origins     []string `json:"allowed_origins,omitempty"`    // Chromium: with the trailing slash, no wildcard
	Extensions  []string `json:"allowed_extensions,omitempty"` // Firefox
}

// Manifest returns the text of b's manifest for the program at hostPath, which
// must be absolute.
func Manifest(b Browser, hostPath string) ([]byte, error) {
	switch {
	case !b.Known():
		return nil, fmt.Errorf("no manifest is known for browser %q", b)
	case !filepath.IsAbs(hostPath):
		return nil, errors.New("the path of the host is not absolute")
	case !utf8.ValidString(hostPath):
		return nil, errors.New("the path of the host is not UTF-8")
	}
	f := form{
		Name:        HostName,
		Description: "Sessionferry: transfers a session to its owner's vault",
		Path:        hostPath,
		Type:        "stdio",
	}
	if b.ChromiumFamily() {
		f.Origins = []string{"chrome-extension://" + ExtensionID + "/"}
	} else {
		f.Extensions = []string{AddonID}
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// HostPath returns the program that a manifest of this host starts, and false
// for any other text.
func HostPath(data []byte) (string, bool) {
	var f form
	if err := json.Unmarshal(data, &f); err != nil || f.Name != HostName {
		return "", false
	}
	return f.Path, true
}
