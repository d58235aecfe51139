package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

func testExpiry(t *testing.T, w *world) {
	start := w.Clock.Now()
	for _, tt := range []struct {
		name     string
		cap, end time.Duration
		wants    time.Duration
		cause    session.Cause
	}{
		{"window", Cap, Cap, Window, session.CauseWindow},
		{"sender's cap", 5 * time.Hour, 5 * time.Hour, 5 * time.Hour, session.CauseCap},
		{"app's own", Cap, 2 * time.Hour, 2 * time.Hour, session.CauseCookies},
	} {
		a := w.add(t, tt.name)
		put := w.share(a, 1, "one")
		put.Cap, put.NotAfter = start.Add(tt.cap), start.Add(tt.end)
		r, err := w.Store.Put(t.Context(), w.device, put)
		require.NoError(t, err)
		require.Equal(t, start.Add(tt.wants), *r.Status.Until, tt.name)
	}
	w.Clock.Advance(Window)
	n, err := w.Store.Expire(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, 2, n, "in batches")
	n, err = w.Store.Expire(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	list, _, err := w.Store.Accounts(t.Context(), w.device, "", 10)
	require.NoError(t, err)
	got := map[string]session.Status{}
	for _, a := range list {
		require.Equal(t, session.StateExpired, a.Status.State)
		got[a.Username] = a.Status
	}
	require.Equal(t, session.CauseWindow, got["window"].Cause)
	require.Equal(t, session.CauseCap, got["sender's cap"].Cause)
	require.Equal(t, session.CauseCookies, got["app's own"].Cause)
	require.Equal(t, start.Add(2*time.Hour), *got["app's own"].Since, "since its time came, not since the sweep")
}

// testGate: no sweeper has run, and yet nothing is readable.
func testGate(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.share(a, 1, "one")
	put.NotAfter = w.Clock.Now().Add(5 * time.Minute)
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	l := w.lease(t, a)
	require.Equal(t, put.NotAfter, l.Until, "a lease never outlives its session")
	w.Clock.Advance(5*time.Minute - time.Millisecond)
	require.NotEmpty(t, w.reads(t, l))
	w.Clock.Advance(time.Millisecond)
	require.Empty(t, w.reads(t, l))
	_, err = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeSessionNone, err)
	_, err = w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{})
	wantCode(t, session.CodeLeaseEnded, err)

	before := w.status(t, a)
	require.Equal(t, session.StateExpired, before.State)
	require.Equal(t, session.CauseCookies, before.Cause)
	_, err = w.Store.Expire(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, before, w.status(t, a), "the sweep changes nothing that a person sees")
}

func testSlide(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.share(a, 1, "one")
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	for range 3 {
		w.Clock.Advance(Window - time.Hour)
		l := w.lease(t, a)
		_, err := w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{})
		require.NoError(t, err)
		require.NoError(t, w.Store.EndLease(t.Context(), w.runner, l.ID))
	}
	st := w.status(t, a)
	require.Equal(t, put.Cap, *st.Until, "the cap bounds the window")
	require.Equal(t, w.Clock.Now(), *st.LastUsed)
	w.Clock.Advance(3 * time.Hour)
	require.Equal(t, session.CauseCap, w.status(t, a).Cause)
}

// testSweepUnseen: what is done to something that has expired leaves the same,
// whether the sweeper came before or not.
func testSweepUnseen(t *testing.T, w *world) {
	versions := 0
	for _, act := range []func(session.Account) error{
		func(a session.Account) error { _, err := w.Store.Delete(t.Context(), w.device, a.ID); return err },
		func(a session.Account) error { // the last, since later puts would be of an older roster
			after := versions
			versions++
			return w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{After: after, Version: []byte("a version"), Revoked: [][]byte{a.ID[:]}})
		},
	} {
		pair := []session.Account{w.add(t, session.NewID().String()), w.add(t, session.NewID().String())}
		for _, a := range pair {
			for share, key := range []string{"one", "two"} {
				put := w.share(a, uint64(share+1), key)
				put.KeyIDs, put.Confirm, put.NotAfter = [][]byte{a.ID[:]}, share == 1, w.Clock.Now().Add(time.Minute)
				_, err := w.Store.Put(t.Context(), w.device, put)
				require.NoError(t, err)
			}
		}
		w.Clock.Advance(time.Minute)
		unswept, swept := pair[0], pair[1]
		require.NoError(t, act(unswept))
		_, err := w.Store.Expire(t.Context(), 10)
		require.NoError(t, err)
		require.NoError(t, act(swept))
		require.Equal(t, session.StateExpired, w.status(t, swept).State)
		require.Equal(t, w.status(t, swept), w.status(t, unswept))
	}
}
