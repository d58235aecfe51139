package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"sessionferry/installer"
	"sessionferry/manifest"
	"sessionferry/session"
)

// actionWords say what was done to the registration with a browser.
var actionWords = map[installer.Action]string{
	installer.Written:     "is registered now",
	installer.Unchanged:   "was registered already",
	installer.Removed:     "is not registered any more",
	installer.Absent:      "was not registered",
	installer.Foreign:     "is left alone: its registration starts another program",
	installer.WouldWrite:  "would be registered",
	installer.WouldRemove: "would not be registered any more",
}

// recordWords say what was done to the record of the folders.
var recordWords = map[installer.Action]string{
	installer.Written:     "The folders of this shell are recorded for the browsers",
	installer.Unchanged:   "The folders of this shell were recorded already",
	installer.Removed:     "The record of the folders is removed",
	installer.Absent:      "There was no record of the folders",
	installer.WouldWrite:  "The folders of this shell would be recorded for the browsers",
	installer.WouldRemove: "The record of the folders would be removed",
}

// browserNames are the browsers as people know them.
var browserNames = map[manifest.Browser]string{
	manifest.Chromium: "Chromium",
	manifest.Chrome:   "Chrome",
	manifest.Firefox:  "Firefox",
}

// printResults says what was done in each place, and for what failed the next step.
func printResults(stdout, stderr io.Writer, results []installer.Result, dryRun bool) {
	for _, r := range results {
		if r.Err != nil {
			fmt.Fprint(stderr, r.Err.Explain("sessionferry", r.Next))
			continue
		}
		words := recordWords[r.Action]
		if r.Browser != "" {
			words = browserNames[r.Browser] + ": Sessionferry " + actionWords[r.Action]
		}
		fmt.Fprintf(stdout, "%s.\n  %s\n", words, session.Shown(r.Path))
		if dryRun {
			fmt.Fprint(stdout, r.Content)
		}
	}
}

// printNext says what comes next for the browsers that can start the program.
func printNext(w io.Writer, results []installer.Result) {
	var names []string
	for _, r := range results {
		if r.Browser != "" && r.Err == nil && r.Action != installer.Foreign {
			names = append(names, browserNames[r.Browser])
		}
	}
	names = slices.Compact(names) // one that is registered in two places
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(w, "\nNext: add the Sessionferry extension to %s from your administrator's link, and connect this computer\n"+
		"to the vault: sessionferry login\nIf the extension does not find this program: sessionferry doctor\n", strings.Join(names, " and "))
}
