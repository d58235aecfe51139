//go:build linux

package installer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// remedy is the command that lets the user uid write path where that has failed;
// "" where none is known. A run with sudo leaves folders of root behind, which is
// the most frequent cause.
func (c Config) remedy(path string, cause error, uid int) string {
	place, info := deepest(path)
	if info == nil || !c.owns(place) {
		return ""
	}
	switch {
	case place == path && info.IsDir(), place != path && !info.IsDir():
		return fmt.Sprintf("Run: mv %s %s", quote(place), quote(place+".old"))
	case !errors.Is(cause, fs.ErrPermission):
		return ""
	case place == path:
		place = filepath.Dir(place) // a file is replaced by way of its folder
		if info, _ = os.Stat(place); info == nil || !c.owns(place) {
			return ""
		}
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && int(owner.Uid) != uid {
		return fmt.Sprintf(`Run: sudo chown -R "$(id -un)" %s`, quote(place))
	}
	return "Run: chmod u+rwx " + quote(place)
}

// deepest returns the part of path that is there, as far as can be seen.
func deepest(path string) (string, fs.FileInfo) {
	for {
		info, err := os.Stat(path)
		if err == nil {
			return path, info
		}
		if path == filepath.Dir(path) {
			return path, nil
		}
		path = filepath.Dir(path)
	}
}

// owns reports whether a place is one that the person should own: below the home
// folder, or within what was named as theirs. Nobody is told to take others'.
func (c Config) owns(place string) bool {
	if strings.HasPrefix(place, filepath.Clean(c.Home)+"/") {
		return true
	}
	for _, dir := range []string{c.ConfigHome, c.UserData} {
		if dir != "" && (place == filepath.Clean(dir) || strings.HasPrefix(place, filepath.Clean(dir)+"/")) {
			return true
		}
	}
	return false
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote makes s one word of a shell.
func quote(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
