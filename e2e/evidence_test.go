package e2e

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"sessionferry/e2e/testbed"
	"sessionferry/e2e/testbed/failures"
)

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
			if err := keepPages(b, failures.Folder(programs, failures.Name(t))); err != nil {
				t.Log("not all pages could be kept: ", err)
			}
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
	failures.Keep(t, programs, func(folder string) (err error) {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, b := range e.browsers {
			err = errors.Join(err, keepPages(b, folder))
		}
		return errors.Join(err, e.bed.KeepLogs(folder))
	})
}

func keepPages(b testbed.Browser, folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return b.KeepPages(ctx, folder)
}
