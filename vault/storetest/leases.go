package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

func testLeases(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	_, err := w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeSessionNone, err)
	w.put(t, a, 1, "one")
	l := w.lease(t, a)
	require.Equal(t, w.Clock.Now().Add(Lease), l.Until)
	require.Equal(t, a.ID, l.Account.ID)
	require.Equal(t, session.StateTransferred, l.Account.Status.State)

	_, err = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeLeaseHeld, err)
	w.Clock.Advance(Lease - time.Millisecond)
	_, err = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeLeaseHeld, err)
	w.Clock.Advance(time.Millisecond)
	require.Empty(t, w.reads(t, l), "a lease ends by itself")

	second := w.lease(t, a)
	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, second.ID))
	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, second.ID))
	require.Empty(t, w.reads(t, second))
	w.lease(t, a)
}

func testLeaseEnds(t *testing.T, w *world) {
	for name, end := range map[string]func(session.Account) error{
		"delete": func(a session.Account) error { _, err := w.Store.Delete(t.Context(), w.device, a.ID); return err },
		"replace": func(a session.Account) error {
			_, err := w.Store.Put(t.Context(), w.device, w.share(a, 2, "two"))
			return err
		},
		"remove": func(a session.Account) error { return w.Store.RemoveAccount(t.Context(), w.device, a.ID) },
	} {
		a := w.add(t, name)
		w.put(t, a, 1, "one")
		l := w.lease(t, a)
		require.NoError(t, end(a))
		require.Empty(t, w.reads(t, l), name)
		_, err := w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{Invalid: true, Cause: session.CauseSignedOut})
		wantCode(t, session.CodeLeaseEnded, err)
	}
}

func testReports(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	w.Clock.Advance(time.Hour)
	l := w.lease(t, a)
	st, err := w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{})
	require.NoError(t, err)
	require.Equal(t, w.status(t, a), st)
	require.Equal(t, w.Clock.Now(), *st.LastUsed)
	require.Equal(t, w.Clock.Now().Add(Window), *st.Until)

	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, l.ID))
	st = w.invalidate(t, a, session.CauseSignedOut)
	require.Equal(t, session.StateInvalid, st.State)
	require.Equal(t, session.CauseSignedOut, st.Cause)
	require.Equal(t, w.Clock.Now(), *st.Since)
	require.Nil(t, st.Until)
	require.Empty(t, w.reads(t, l))
	require.Equal(t, st, w.status(t, a))

	w.put(t, a, 2, "two")
	require.Equal(t, session.StateTransferred, w.status(t, a).State, "a new share heals")
	require.Nil(t, w.status(t, a).LastUsed)
}

func testRosters(t *testing.T, w *world) {
	chain, err := w.Store.Roster(t.Context(), w.device.Person)
	require.NoError(t, err)
	require.Empty(t, chain)
	for i, version := range []string{"first", "second"} {
		require.NoError(t, w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{After: i, Version: []byte(version)}))
	}
	err = w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{After: 1, Version: []byte("a fork")})
	wantCode(t, session.CodeRosterConflict, err)
	chain, err = w.Store.Roster(t.Context(), w.device.Person)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("first"), []byte("second")}, chain)
	chain, err = w.Store.Roster(t.Context(), w.stranger.Person)
	require.NoError(t, err)
	require.Empty(t, chain)
}

func testRevoked(t *testing.T, w *world) {
	named, other := w.add(t, "named"), w.add(t, "other")
	w.put(t, named, 1, "one")
	put := w.share(other, 1, "one")
	put.KeyIDs = [][]byte{[]byte("device key"), []byte("another runner's key")}
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	l := w.lease(t, named)
	require.NoError(t, w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{Version: []byte("first"), Revoked: [][]byte{[]byte("runner key")}}))
	require.Empty(t, w.reads(t, l))
	require.Equal(t, session.StateInvalid, w.status(t, named).State)
	require.Equal(t, session.CauseRosterRevoked, w.status(t, named).Cause)
	require.Equal(t, session.StateTransferred, w.status(t, other).State)
}
