// Package installer registers the host with the browsers of one person, takes the
// registration back, and tells why a browser does not start the host.
//
// It promises that each browser succeeds or fails by itself, that a manifest is
// written whole or not at all, that doing it twice changes nothing, and that
// nothing is removed but what starts a host of ours. It never asks for more
// rights than the person has. What browsers read is specified by package
// manifest; the codes of failures are those of package session.
package installer

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"sessionferry/internal/desktop"
	"sessionferry/internal/userdirs"
	"sessionferry/manifest"
	"sessionferry/session"
)

// Config says what to register and for whom. Empty fields are filled from the
// environment.
type Config struct {
	// Host is the absolute path of the program that browsers start.
	Host string

	// Browsers to register with. Empty means those that are found here.
	Browsers []manifest.Browser

	// UserData is the folder of a Chromium that runs with --user-data-dir. It
	// goes with exactly one browser of that family.
	UserData string

	// Environ is the environment of a browser that the desktop starts, in the form
	// of os.Environ: this process's own.
	Environ []string

	// Home and ConfigHome are the browser's folders: $HOME, and $XDG_CONFIG_HOME of
	// Environ or .config in Home.
	Home, ConfigHome string

	// ShellConfigHome is the $XDG_CONFIG_HOME of this process, in which Install and
	// Uninstall also serve browsers that are started from the shell. Empty where it
	// is ConfigHome.
	ShellConfigHome string

	// Record goes with the registrations: Install writes it, Uninstall removes it
	// with the last of them.
	Record Record

	// DryRun makes Install and Uninstall tell what they would do, and do nothing.
	DryRun bool

	// Root is put before the paths that belong to all users of a computer, which
	// Doctor alone reads. Empty means the computer's own.
	Root string

	// LookPath finds a browser's program: exec.LookPath.
	LookPath func(name string) (string, error)

	// answerLimit is how long Doctor waits for the program's answer: 10 s.
	answerLimit time.Duration

	// exitLimit is how long Doctor waits for the program's end: 1.9 s, which is what
	// Chromium leaves between end of input and SIGKILL, less a margin.
	exitLimit time.Duration
}

// Record is a file for the program that browsers start. Without content it is to
// be absent; the zero Record is none.
type Record struct {
	Path    string
	Content []byte
}

// Action says what was done for one browser.
type Action string

// The actions. Failed stands beside an error.
const (
	Written     Action = "written"
	Unchanged   Action = "unchanged"
	Removed     Action = "removed"
	Absent      Action = "absent"      // there was nothing to remove
	Foreign     Action = "foreign"     // a manifest of our name starts another program; left alone
	WouldWrite  Action = "would_write" // of a dry run, as the next
	WouldRemove Action = "would_remove"
	Failed      Action = "failed"
)

// Result is what became of one manifest, or of the Record.
type Result struct {
	Browser manifest.Browser // empty for the Record
	Path    string           // of the file; empty where the tables have none
	Action  Action
	Content string // of Install: what stands at Path, or would
	Err     *session.Error
	Next    string // beside Err: a better next step than its code's; may be empty
}

// Install writes the host's manifest for each browser. The error tells that
// nothing was tried; failures of single browsers are in their results.
func Install(c Config) ([]Result, error) { return install(c) }

// Uninstall removes the manifests that start a program of Host's file name,
// wherever it lies. Results and error are as for Install.
func Uninstall(c Config) ([]Result, error) { return uninstall(c) }

// complete fills the empty fields and refuses what cannot be meant.
func (c Config) complete() (Config, error) {
	if !filepath.IsAbs(c.Host) {
		return c, session.Errorf(session.CodeInstallFailed, "the path of the program is not absolute")
	}
	if c.LookPath == nil {
		c.LookPath = exec.LookPath
	}
	c.answerLimit = cmp.Or(c.answerLimit, 10*time.Second)
	c.exitLimit = cmp.Or(c.exitLimit, 1900*time.Millisecond)
	if c.Environ == nil {
		c.Environ = os.Environ()
	}
	if c.Home == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return c, session.Errorf(session.CodeInstallFailed, "no home folder is known").Because(err)
		}
		c.Home = home
		c.ConfigHome = cmp.Or(c.ConfigHome, userdirs.Config(desktop.Lookup(c.Environ), home))
		c.ShellConfigHome = cmp.Or(c.ShellConfigHome, userdirs.Config(os.Getenv, home))
	}
	if c.ConfigHome == "" {
		c.ConfigHome = filepath.Join(c.Home, ".config")
	}
	if c.UserData != "" {
		if len(c.Browsers) != 1 || !c.Browsers[0].ChromiumFamily() {
			return c, session.Errorf(session.CodeValueInvalid, "a user data folder goes with one browser of Chromium's family")
		}
		dir, err := filepath.Abs(c.UserData)
		if err != nil {
			return c, session.Errorf(session.CodeValueInvalid, "the user data folder").Because(err)
		}
		c.UserData = dir
	}
	for _, b := range c.Browsers {
		if !b.Known() {
			return c, session.Errorf(session.CodeValueInvalid, "unknown browser %q; known are chromium, chrome and firefox", string(b))
		}
	}
	if len(c.Browsers) == 0 {
		c.Browsers = found(c)
	}
	if len(c.Browsers) == 0 {
		return c, session.Errorf(session.CodeBrowserMissing, "nor Chrome or Firefox")
	}
	return c, nil
}

// fromShell is c for browsers that are started from the shell; differs is false
// where b then looks in the same place.
func (c Config) fromShell(b manifest.Browser) (shell Config, differs bool) {
	differs = b.ChromiumFamily() && c.UserData == "" && c.ShellConfigHome != "" && c.ShellConfigHome != c.ConfigHome
	c.ConfigHome = c.ShellConfigHome
	return c, differs
}

func (c Config) dirs() manifest.Dirs {
	return manifest.Dirs{Home: c.Home, Config: c.ConfigHome, UserData: c.UserData}
}
