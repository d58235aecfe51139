package runner

import (
	"os/exec"

	"sessionferry/internal/snap"
	"sessionferry/session"
)

// chromiumNames are the programs that are looked for in PATH, in this order.
var chromiumNames = []string{
	"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "brave-browser",
}

// findChromium returns the path of the browser. An explicit one is taken or
// refused, never replaced by another. A snap is refused: it sees neither the
// profile's folder nor the pipe.
func findChromium(explicit string, lookPath func(string) (string, error)) (string, error) {
	if explicit != "" {
		path, err := lookPath(explicit)
		if err != nil {
			return "", session.Errorf(session.CodeBrowserMissing, "at the path that was given").Because(err)
		}
		return path, refuseSnap(path)
	}
	var refused error
	for _, name := range chromiumNames {
		path, err := lookPath(name)
		if err != nil {
			continue
		}
		if refused = refuseSnap(path); refused == nil {
			return path, nil
		}
	}
	if refused != nil {
		return "", refused
	}
	return "", session.Errorf(session.CodeBrowserMissing, "")
}

var lookPath = exec.LookPath

func refuseSnap(path string) error {
	if snap.Is(path) {
		return session.Errorf(session.CodeBrowserSnap, "")
	}
	return nil // one that cannot be read either: the launch will say what is wrong
}
