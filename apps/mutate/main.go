// Command mutate changes every key of every app's file that a rule's evaluation
// reads, one at a time, and runs the app's vectors: some vector must fail, or the
// key has no reason to be there. It prints a table for people, the changes that no
// vector noticed by file, line and key, and as its last line one JSON object.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
)

// leastCaught is the share of changes that the vectors must notice.
const leastCaught = 0.95

// vectorFile is where the catalogue's vectors are, from the project's folder.
const vectorFile = "apps/testdata/accounts.yaml"

func main() {
	if err := run(vectorFile, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// tally is the last line.
type tally struct {
	Mutations int `json:"mutations"`
	Caught    int `json:"caught"`
}

func run(file string, stdout, stderr io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	vectors, err := apps.ReadVectors(f)
	if err != nil {
		return err
	}
	var sum tally
	var missed []mutant
	names := catalogue.Embedded().Names()
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "APP\tCHANGES\tCAUGHT\tMISSED")
	for i, name := range names {
		fmt.Fprintf(stderr, "\r%d of %d apps", i, len(names))
		all, left, err := survivors(name, vectors)
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\n", name, all, all-len(left), len(left))
		sum.Mutations, sum.Caught = sum.Mutations+all, sum.Caught+all-len(left)
		missed = append(missed, left...)
	}
	fmt.Fprintf(stderr, "\r%d of %d apps\n", len(names), len(names))
	if err := table.Flush(); err != nil {
		return err
	}
	for _, m := range missed {
		fmt.Fprintf(stdout, "missed: %s.yaml:%d %s: %s\n", m.app.App, m.line, m.key, m.change)
	}
	if err := json.NewEncoder(stdout).Encode(sum); err != nil {
		return err
	}
	if float64(sum.Caught) < leastCaught*float64(sum.Mutations) {
		return fmt.Errorf("the vectors caught %d of %d changes, at least %.0f %% are needed", sum.Caught, sum.Mutations, leastCaught*100)
	}
	return nil
}

// survivors returns how many changes an app's file allows, and those that no
// vector noticed. The unchanged app must pass.
func survivors(name string, vectors *apps.Vectors) (all int, left []mutant, err error) {
	a, err := catalogue.Embedded().Get(name)
	if err != nil {
		return 0, nil, err
	}
	if failed(a, vectors) {
		return 0, nil, fmt.Errorf("the vectors of %s do not pass as it is", name)
	}
	source, err := catalogue.Embedded().Source(name)
	if err != nil {
		return 0, nil, err
	}
	list := mutants(a, string(source))
	for _, m := range list {
		if !failed(m.app, vectors) {
			left = append(left, m)
		}
	}
	return len(list), left, nil
}

func failed(a *catalogue.App, vectors *apps.Vectors) bool {
	for _, r := range vectors.RunApp(a) {
		if !r.Pass {
			return true
		}
	}
	return false
}
