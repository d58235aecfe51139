package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/vault"
)

// testLimits: some attempts at once, then an even pace. A refused attempt costs
// nothing, and who is pardoned begins anew.
func testLimits(t *testing.T, w *world) {
	limit := vault.Limit{Burst: 3, Every: 10 * time.Second}
	attempt := func(name byte) time.Duration {
		wait, err := w.Store.Attempt(t.Context(), [32]byte{name}, limit)
		require.NoError(t, err)
		return wait
	}
	for range limit.Burst {
		require.Zero(t, attempt(1))
	}
	require.Equal(t, limit.Every, attempt(1))
	require.Zero(t, attempt(2), "another name is counted by itself")
	w.Clock.Advance(4 * time.Second)
	require.Equal(t, 6*time.Second, attempt(1))
	w.Clock.Advance(6 * time.Second)
	require.Zero(t, attempt(1))
	require.Equal(t, limit.Every, attempt(1))
	require.NoError(t, w.Store.Forget(t.Context()))
	require.Equal(t, limit.Every, attempt(1), "upkeep forgets only what makes no difference")

	require.NoError(t, w.Store.Pardon(t.Context(), [32]byte{1}))
	for range limit.Burst {
		require.Zero(t, attempt(1))
	}
	require.Equal(t, limit.Every, attempt(1))
	w.Clock.Advance(3 * limit.Every)
	require.NoError(t, w.Store.Forget(t.Context()))
	for range limit.Burst {
		require.Zero(t, attempt(1))
	}
	require.Equal(t, limit.Every, attempt(1), "who waits long does not save up more")
}

// testLimitsAtOnce: of many attempts at once as many are let through as of few.
func testLimitsAtOnce(t *testing.T, w *world) {
	require.Equal(t, 5, LetThrough(t, 40, vault.Limit{Burst: 5, Every: time.Hour}, w.Store))
}

// LetThrough makes attempts of one name at once, by turns of the stores, and returns
// how many were let through.
func LetThrough(t *testing.T, attempts int, l vault.Limit, stores ...vault.Store) (let int) {
	waits := make([]time.Duration, attempts)
	for _, err := range atOnce(attempts, func(n int) (err error) {
		waits[n], err = stores[n%len(stores)].Attempt(t.Context(), [32]byte{1}, l)
		return err
	}) {
		require.NoError(t, err)
	}
	for _, wait := range waits {
		if wait == 0 {
			let++
		}
	}
	return let
}
