package installer

import (
	"sessionferry/internal/snap"
	"sessionferry/manifest"
	"sessionferry/session"
)

// programs are the names under which a browser may be found in PATH.
var programs = map[manifest.Browser][]string{
	manifest.Chromium: {"chromium", "chromium-browser"},
	manifest.Chrome:   {"google-chrome", "google-chrome-stable"},
	manifest.Firefox:  {"firefox", "firefox-esr"},
}

// found lists the browsers whose program is there.
func found(c Config) []manifest.Browser {
	var out []manifest.Browser
	for _, b := range manifest.Browsers() {
		if len(c.programsOf(b)) > 0 {
			out = append(out, b)
		}
	}
	return out
}

func (c Config) programsOf(b manifest.Browser) []string {
	var paths []string
	for _, name := range programs[b] {
		if path, err := c.LookPath(name); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

// refuseSnap refuses a Chromium of which only a snap is there: it reads the
// manifest, but cannot start the host. Firefox's snap can, through a portal.
func (c Config) refuseSnap(b manifest.Browser) error {
	if !b.ChromiumFamily() {
		return nil
	}
	paths := c.programsOf(b)
	for _, path := range paths {
		if !snap.Is(path) {
			return nil
		}
	}
	if len(paths) == 0 {
		return nil // the person may have it elsewhere; the manifest does no harm
	}
	return session.Errorf(session.CodeBrowserSnap, "%s", paths[0])
}
