package native

import (
	"path/filepath"
	"slices"
	"strings"

	"sessionferry/session"
)

// Callers are the extensions that the host serves.
type Callers struct {
	ChromiumIDs []string // e.g. "abcdefghijklmnopabcdefghijklmnop"
	FirefoxIDs  []string // e.g. "extension@example.org"
	HostName    string   // of the manifest, without ".json"
}

const chromiumScheme = "chrome-extension://"

// IsBrowserStart reports whether the arguments (without the program's name)
// look like a browser's: an extension's origin, or a manifest's path and an
// add-on's id. It must be asked before any command-line parser, which would
// refuse them.
func IsBrowserStart(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return strings.Contains(args[0], "-extension://") ||
		len(args) > 1 && filepath.IsAbs(args[0]) && strings.HasSuffix(args[0], ".json")
}

// Check returns nil if the arguments name an extension that may call. They are
// a claim that any local program can make, so this only keeps strangers'
// extensions out; nothing else may rest on it.
func (c Callers) Check(args []string) error {
	if len(args) == 0 {
		return session.Errorf(session.CodeCallerUnknown, "")
	}
	if id, ok := strings.CutPrefix(args[0], chromiumScheme); ok {
		id, ok = strings.CutSuffix(id, "/")
		if ok && slices.Contains(c.ChromiumIDs, id) && !slices.ContainsFunc(args[1:], isOrigin) {
			return nil
		}
		return session.Errorf(session.CodeCallerUnknown, "")
	}
	if len(args) > 1 && filepath.Base(args[0]) == c.HostName+".json" && slices.Contains(c.FirefoxIDs, args[1]) {
		return nil
	}
	return session.Errorf(session.CodeCallerUnknown, "")
}

func isOrigin(arg string) bool { return strings.Contains(arg, "-extension://") }
