package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
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

// testKnownNetworks: where somebody has signed in is known to be theirs for a while,
// and nobody else's.
func testKnownNetworks(t *testing.T, w *world) {
	ctx := t.Context()
	home, away := [32]byte{1}, [32]byte{2}
	known := func(name string, network [32]byte) bool {
		known, err := w.Store.KnownNetwork(ctx, name+"@company.example", network)
		require.NoError(t, err)
		return known
	}
	at := func(network [32]byte, cookie string) vault.WebSession {
		web := browser(cookie)
		web.Network = network
		return web
	}
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	require.False(t, known("mia", home))
	require.NoError(t, w.Store.SignIn(ctx, login(mia.Person, "mia", 0), at(home, "at home")))
	require.True(t, known("mia", home))
	require.False(t, known("mia", away))
	require.False(t, known("olga", home), "another person")
	require.False(t, known("nobody", home))

	require.NoError(t, w.Store.EndWebSession(ctx, mia, w.signedIn(t, "at home").ID))
	require.True(t, known("mia", home), "who signs out comes back")
	w.Clock.Advance(vault.NetworkTime - 1)
	require.True(t, known("mia", home))
	w.Clock.Advance(1)
	require.False(t, known("mia", home), "forgotten")
	require.NoError(t, w.Store.Forget(ctx))

	require.NoError(t, w.Store.SignIn(ctx, login(olga.Person, "olga", 0), at(away, "olga again")))
	olga = w.signedIn(t, "olga again")
	require.NoError(t, w.Store.SignIn(ctx, login(mia.Person, "mia", 0), at(home, "again")))
	require.True(t, known("mia", home))
	code := w.invite(t, olga, "mia@company.example", vault.PersonMember)
	require.NoError(t, w.Store.Join(ctx, code, vault.Profile{Password: "fresh"}, at(away, "after a reset")))
	require.True(t, known("mia", away))
	require.False(t, known("mia", home), "it may have been a thief's")
	require.NoError(t, w.Store.RemovePerson(ctx, olga, mia.Person, session.ID{}))
	code = w.invite(t, olga, "mia@company.example", vault.PersonMember)
	require.NoError(t, w.Store.Join(ctx, code, vault.Profile{Name: "another mia"}, at(home, "another mia's cookie")))
	require.False(t, known("mia", away), "who comes by the same address is another person")
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
