package installer

import (
	"fmt"
	"strings"

	"sessionferry/internal/desktop"
	"sessionferry/manifest"
)

// Surroundings are what the program finds when it is started in one environment.
type Surroundings struct {
	Environ []string // in the form of os.Environ
	Home    string
	Folders []string // that the program uses
}

// Compare finds what differs for the program between this shell and a browser
// that the desktop starts. Details name variables and never hold their values,
// which may be secret.
func Compare(shell, browser Surroundings) []Finding {
	var out []Finding
	add := func(f manifest.Fault, format string, args ...any) {
		r := rowOf(f)
		out = append(out, Finding{Fault: f, Note: r.note, Sentence: r.sentence, Detail: fmt.Sprintf(format, args...), Next: r.next})
	}
	if here, there := strings.Join(shell.Folders, ", "), strings.Join(browser.Folders, ", "); here != there {
		add(foldersDiffer, "here %s; from a browser %s", here, there)
	}
	if shell.Home != browser.Home {
		add(homeDiffers, "here %s; there %s", shell.Home, browser.Home)
	}
	here, there := desktop.Lookup(shell.Environ), desktop.Lookup(browser.Environ)
	if a, b := desktop.Bus(here), desktop.Bus(there); a != b {
		add(busDiffers, "here %s; from a browser %s", a, b)
	}
	var names []string
	for _, name := range desktop.Network {
		if here(name) != there(name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		add(networkDiffers, "%s", strings.Join(names, ", "))
	}
	return out
}
