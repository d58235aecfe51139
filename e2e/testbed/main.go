package testbed

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"sessionferry/e2e/testbed/places"
)

// Main runs the tests of a package that starts browsers, several at a time, and
// returns the exit code. The tests need our own programs in the folder bin, and
// further programs of this machine. Every such package has a TestMain that calls it.
func Main(m *testing.M, bin string, programs ...string) int {
	if id := os.Getenv(keepID); id != "" {
		return exitCode(keep(id, os.Getenv(keepBin)))
	}
	for _, own := range ownPrograms {
		programs = append(programs, filepath.Join(bin, own))
	}
	if err := places.Check(programs...); err != nil {
		return exitCode(err)
	}
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if !asked {
		if err := flag.Set("test.parallel", strconv.Itoa(places.Limit())); err != nil {
			return exitCode(err)
		}
	}
	return m.Run()
}

func exitCode(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}
