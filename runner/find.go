package runner

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

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
	var snap error
	for _, name := range chromiumNames {
		path, err := lookPath(name)
		if err != nil {
			continue
		}
		if snap = refuseSnap(path); snap == nil {
			return path, nil
		}
	}
	if snap != nil {
		return "", snap
	}
	return "", session.Errorf(session.CodeBrowserMissing, "")
}

var lookPath = exec.LookPath

// refuseSnap tells a snap by its place or by a wrapper that hands over to snap,
// as Ubuntu's chromium-browser does.
func refuseSnap(path string) error {
	for _, p := range []string{path, resolved(path)} {
		if strings.HasPrefix(p, "/snap/") || strings.HasPrefix(p, "/var/lib/snapd/") || filepath.Base(p) == "snap" {
			return session.Errorf(session.CodeBrowserSnap, "")
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil // the launch will say what is wrong
	}
	defer func() { _ = f.Close() }()
	head, _ := io.ReadAll(io.LimitReader(f, 8<<10))
	if bytes.HasPrefix(head, []byte("#!")) && (bytes.Contains(head, []byte("/snap/bin/")) || bytes.Contains(head, []byte("exec snap "))) {
		return session.Errorf(session.CodeBrowserSnap, "")
	}
	return nil
}

func resolved(path string) string {
	if p, err := filepath.EvalSymlinks(path); err == nil {
		return p
	}
	return path
}
