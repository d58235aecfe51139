package config

import (
	"os"
	"path/filepath"

	"sessionferry/internal/statefile"
	"sessionferry/internal/userdirs"
	"sessionferry/session"
)

// Dirs are the two folders of the host, by the XDG base directory rules.
type Dirs struct {
	Config string `json:"config"` // enrolment.json, apps/
	State  string `json:"state"`  // pins, generations, log
}

// UserDirs returns the folders of a command: those of the XDG variables, else
// those that Record keeps, else the usual ones. In a home folder of another user it
// is session.CodeHomeForeign.
func UserDirs(getenv func(string) string) (Dirs, error) {
	home := homeIn(getenv)
	dirs := xdgDirs(getenv, home)
	if kept, ok := recorded(home); ok {
		if !filepath.IsAbs(getenv("XDG_CONFIG_HOME")) {
			dirs.Config = kept.Config
		}
		if !filepath.IsAbs(getenv("XDG_STATE_HOME")) {
			dirs.State = kept.State
		}
	}
	if err := userdirs.CheckOwner(home, os.Args); err != nil {
		return Dirs{}, err
	}
	return dirs.checked()
}

// BrowserDirs returns the folders of the program when a browser with that
// environment starts it: those that Record keeps, whatever the environment says,
// so that the browser and the shell that registered the program use the same.
func BrowserDirs(getenv func(string) string) (Dirs, error) {
	home := homeIn(getenv)
	if kept, ok := recorded(home); ok {
		return kept, nil
	}
	return xdgDirs(getenv, home).checked()
}

// Record returns the file that keeps folders for BrowserDirs: its path, which
// depends on the home folder alone, and its content, nil for the usual folders.
func (d Dirs) Record(getenv func(string) string) (path string, content []byte, err error) {
	home := homeIn(getenv)
	if d == xdgDirs(func(string) string { return "" }, home) {
		return recordPath(home), nil, nil
	}
	content, err = session.Marshal(d)
	return recordPath(home), append(content, '\n'), err
}

func recordPath(home string) string {
	return filepath.Join(home, ".config", "sessionferry", "folders.json")
}

// recorded reads the record. A damaged one counts as none: the doctor then finds
// that the folders differ, and "install" writes it anew.
func recorded(home string) (Dirs, bool) {
	var d Dirs
	if !filepath.IsAbs(home) {
		return d, false
	}
	found, err := statefile.ReadJSON(recordPath(home), &d)
	return d, found && err == nil && filepath.IsAbs(d.Config) && filepath.IsAbs(d.State)
}

func xdgDirs(getenv func(string) string, home string) Dirs {
	return Dirs{
		Config: filepath.Join(userdirs.Config(getenv, home), "sessionferry"),
		State:  filepath.Join(userdirs.State(getenv, home), "sessionferry"),
	}
}

// checked refuses relative folders: there is no home folder.
func (d Dirs) checked() (Dirs, error) {
	if !filepath.IsAbs(d.Config) || !filepath.IsAbs(d.State) {
		return Dirs{}, session.Errorf(session.CodeInternal, "no home folder")
	}
	return d, nil
}

// homeIn returns HOME, or the home folder in the user database where HOME is no
// absolute path.
func homeIn(getenv func(string) string) string {
	if home := getenv("HOME"); filepath.IsAbs(home) {
		return home
	}
	return homeOfUID()
}
