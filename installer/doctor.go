package installer

import (
	"context"
	"slices"
	"time"

	"sessionferry/manifest"
)

// Diagnosis is how one browser and the host get on.
type Diagnosis struct {
	Browser  manifest.Browser
	Manifest string // the path of the manifest that the browser takes; empty if it finds none
	Program  string // that the manifest names
	Version  string // that the program told; empty if it did not
	Took     time.Duration
	Findings []Finding
}

// Works reports whether the browser can start the host.
func (d Diagnosis) Works() bool {
	return !Hinders(d.Findings)
}

// Hinders reports whether one of the findings is more than a note.
func Hinders(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return !f.Note })
}

// Finding is one thing that was found, in words for the person.
type Finding struct {
	Fault    manifest.Fault
	Note     bool // worth knowing, and no hindrance
	Sentence string
	Detail   string // may be empty
	Next     string // may be empty for a note
}

// Doctor finds for each browser the manifest that it would take, judges it by the
// browser's rules, and starts the host as the browser would: once, for at most
// 14 s each. It changes nothing. The error tells that nothing was looked at.
func Doctor(ctx context.Context, c Config) ([]Diagnosis, error) { return doctor(ctx, c) }
