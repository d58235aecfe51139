// Package snap tells programs that come as a snap: these run in a confinement
// that neither starts programs of this computer nor sees most of its files.
package snap

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Is reports whether the program at path is a snap: by its place, by a link to
// the program snap, or by a script that hands over to one, as Ubuntu's
// chromium-browser does. What cannot be read is none.
func Is(path string) bool {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		target = path
	}
	for _, p := range []string{path, target} {
		if strings.HasPrefix(p, "/snap/") || strings.HasPrefix(p, "/var/lib/snapd/") || filepath.Base(p) == "snap" {
			return true
		}
	}
	f, err := os.Open(target)
	if err != nil {
		return false
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 8<<10))
	return err == nil && bytes.HasPrefix(head, []byte("#!")) &&
		(bytes.Contains(head, []byte("/snap/bin/")) || bytes.Contains(head, []byte("exec snap ")))
}
