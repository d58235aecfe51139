// Command licences lists the licences of all that the project depends on: Go
// modules, and what the npm locks name. It fails on one that a company could not
// ship with. It runs in the project's folder.
//
//	usage: licences LOCK…
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/github/go-spdx/v2/spdxexp"
)

// dependency is a module of Go or a package of npm.
type dependency struct {
	name    string
	licence string // an SPDX expression; "" if none was found
	ships   bool   // it is part of one of the three programs
}

// allowed are the licences of what ships: they ask for a notice, at most, or for
// changes of the dependency's own files.
var allowed = []string{"MIT", "MIT-0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "MPL-2.0", "BlueOak-1.0.0",
	"Zlib", "Unlicense", "CC0-1.0", "Python-2.0"}

// noticed are further ones of tools and tests, which do not ship.
var noticed = []string{"Artistic-2.0", "CC-BY-3.0", "CC-BY-4.0"}

// faultOf says why a company could not use a dependency, or "". Packages of npm that
// name no licence are listed: they are old, and are tools or apps of the test bed.
func faultOf(d dependency) string {
	accepted := allowed
	if !d.ships {
		accepted = slices.Concat(allowed, noticed)
	}
	switch ok, err := spdxexp.Satisfies(d.licence, accepted); {
	case d.licence == "" && d.ships:
		return "no licence was found"
	case d.licence == "":
		return ""
	case err != nil:
		return fmt.Sprintf("%q is no SPDX expression", d.licence)
	case !ok:
		return d.licence
	}
	return ""
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

func run(locks []string) error {
	all, err := modules()
	if err != nil {
		return err
	}
	for _, lock := range locks {
		packages, err := locked(lock)
		if err != nil {
			return err
		}
		all = append(all, packages...)
	}
	table(all)
	var faults []string
	for _, d := range all {
		if fault := faultOf(d); fault != "" {
			faults = append(faults, d.name+": "+fault)
		}
	}
	if len(faults) > 0 {
		return fmt.Errorf("a company could not ship with:\n%s", strings.Join(faults, "\n"))
	}
	return nil
}

// table prints how many dependencies have which licence, and names those without.
func table(all []dependency) {
	type count struct{ ships, other int }
	counts := map[string]count{}
	var without []string
	for _, d := range all {
		c := counts[d.licence]
		if d.ships {
			c.ships++
		} else {
			c.other++
		}
		counts[d.licence] = c
		if d.licence == "" {
			without = append(without, d.name)
		}
	}
	fmt.Printf("%-52s %6s %16s\n", "licence", "ships", "tools and tests")
	for _, licence := range slices.Sorted(maps.Keys(counts)) {
		c := counts[licence]
		if licence == "" {
			licence = "not named"
		}
		fmt.Printf("%-52s %6d %16d\n", licence, c.ships, c.other)
	}
	if len(without) > 0 {
		fmt.Println("not named:", strings.Join(without, ", "))
	}
}
