// Package failures keeps what was to be seen when a test failed, a folder for each
// test.
package failures

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Folder returns where what was to be seen is left, by the name of what failed:
// bin/failures/NAME, where bin is the folder of our programs.
func Folder(bin, name string) string { return filepath.Join(bin, "failures", name) }

// Notice says where that is.
func Notice(folder string) string {
	if shown, err := filepath.Abs(folder); err == nil {
		folder = shown
	}
	return "pictures, trees, consoles and logs of this failure are in " + folder
}

// Name is the name of a test as that of a file: with "-" between those of test and
// subtest.
func Name(t testing.TB) string { return strings.ReplaceAll(t.Name(), "/", "-") }

// Keep removes what an earlier run of the test has left and, if the test fails, has
// save write into its folder when the test ends. The test's log says where that is.
func Keep(t testing.TB, bin string, save func(folder string) error) {
	folder := Folder(bin, Name(t))
	_ = os.RemoveAll(folder)
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		if err := save(folder); err != nil {
			t.Log("not all could be kept: ", err)
		}
		t.Log(Notice(folder))
	})
}

// Write writes one file into a folder, which it makes if need be.
func Write(folder, name string, data []byte) error {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")), data, 0o600)
}
