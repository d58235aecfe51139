package storetest

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"sessionferry/vault"
)

// The size of a history. More clients or calls on one account make the check
// slow; more rounds do not.
const (
	linearRounds   = 8
	linearAccounts = 3
	devices        = 3
	principals     = 5  // the others are runners
	clients        = 6  // the last two are one runner that calls twice at once
	deviceCalls    = 30 // of each in a round
	runnerCalls    = 50

	checkTime = 5 * time.Minute // hundreds of times what it takes: less would be a test of the machine
)

// testLinearizable: whatever clients do at the same time, each call takes effect
// at one moment between its beginning and its end, while sweeps and erasures go
// on that nobody may notice.
func testLinearizable(t *testing.T, w *world) {
	seed := newSeed(t, envSeed)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("to make the same choices again: %s=%d", envSeed, seed)
		}
	})
	var who [principals]vault.Principal
	for n := range who {
		role := vault.RoleRunner
		if n < devices {
			role = vault.RoleDevice
		}
		who[n] = w.enrol(t, role, clientName(n))
	}
	for round := range uint64(linearRounds) {
		began := millis(w.Clock.Now())
		r := newRound(t, w, &who)
		var wg sync.WaitGroup
		for n := range clients {
			wg.Go(func() { newClient(r, n, seed+round*clients+uint64(n)).run(t) })
		}
		wg.Wait()
		if t.Failed() {
			return
		}
		checkHistory(t, began, r.history)
	}
}

// checkHistory fails the test unless the accounts, as they were made at a time,
// can have answered like this.
func checkHistory(t *testing.T, began int64, history []porcupine.Operation) {
	t.Helper()
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	m := model(began)
	for n, part := range m.Partition(history) {
		result, info := porcupine.CheckOperationsVerbose(m, part, checkTime)
		switch result {
		case porcupine.Ok:
			continue
		case porcupine.Unknown:
			t.Errorf("account %d: the check of %d calls was not done within %v: make the history smaller", n, len(part), checkTime)
			continue
		}
		path := filepath.Join(t.ArtifactDir(), fmt.Sprintf("account-%d.html", n))
		require.NoError(t, porcupine.VisualizePath(m, info, path))
		t.Errorf("account %d: no order of these calls gives these answers; picture, which go test keeps on request only: %s\n%s", n, path, illegalText(m, info, part))
	}
}
