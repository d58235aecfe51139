package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sessionferry/e2e/testbed"
)

// failures is where failed tests leave what was to be seen, a folder each.
const failures = programs + "/failures"

// folderOf is the name of a test as that of a folder.
func folderOf(t *testing.T) string { return strings.ReplaceAll(t.Name(), "/", "-") }

// evidence is what a world leaves behind when one of its tests fails.
type evidence struct {
	bed *testbed.Bed

	mu       sync.Mutex
	browsers []testbed.Browser
	watched  map[string]bool // tests, by name
}

func newEvidence(t *testing.T, bed *testbed.Bed) *evidence {
	e := &evidence{bed: bed, watched: map[string]bool{}}
	e.keepIfFailed(t)
	return e
}

// watch has a browser end with the test.
func (e *evidence) watch(t *testing.T, b testbed.Browser) {
	e.mu.Lock()
	e.browsers = append(e.browsers, b)
	e.mu.Unlock()
	t.Cleanup(func() {
		if t.Failed() {
			keepPages(t, b)
		}
		e.mu.Lock()
		e.browsers = slices.DeleteFunc(e.browsers, func(other testbed.Browser) bool { return other == b })
		e.mu.Unlock()
		b.Close()
	})
}

// keepIfFailed keeps pictures and trees of the pages that are open when a test ends
// that has failed, and what the programs have written.
func (e *evidence) keepIfFailed(t *testing.T) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.watched[t.Name()] {
		return
	}
	e.watched[t.Name()] = true
	folder := filepath.Join(failures, folderOf(t))
	_ = os.RemoveAll(folder) // of an earlier run
	t.Cleanup(func() {
		if !t.Failed() {
			return
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, b := range e.browsers {
			keepPages(t, b)
		}
		if err := e.bed.KeepLogs(folder); err != nil {
			t.Log("not all logs could be kept: ", err)
		}
		shown, err := filepath.Abs(folder)
		if err != nil {
			shown = folder
		}
		t.Logf("pictures, trees, consoles and logs of this failure are in %s", shown)
	})
}

func keepPages(t *testing.T, b testbed.Browser) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := b.KeepPages(ctx, filepath.Join(failures, folderOf(t))); err != nil {
		t.Log("not all pages could be kept: ", err)
	}
}
