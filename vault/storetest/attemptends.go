package storetest

import (
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testPendingEnds: what ends the share that waits, and its lease with it.
func testPendingEnds(t *testing.T, w *world) {
	for _, tt := range []struct {
		name string
		end  func(session.Account) error
	}{
		{"delete", func(a session.Account) error { _, err := w.Store.Delete(t.Context(), w.device, a.ID); return err }},
		{"put", func(a session.Account) error {
			_, err := w.Store.Put(t.Context(), w.device, w.share(a, 3, "three"))
			return err
		}},
		{"put to confirm", func(a session.Account) error {
			put := w.share(a, 3, "three")
			put.Confirm = true
			_, err := w.Store.Put(t.Context(), w.device, put)
			return err
		}},
		{"remove", func(a session.Account) error { return w.Store.RemoveAccount(t.Context(), w.device, a.ID) }},
		{"revoke", func(session.Account) error { // the last, since later puts would be of an older roster
			return w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{Version: []byte("first"), Revoked: [][]byte{[]byte("new device key")}})
		}},
	} {
		name, end := tt.name, tt.end
		t.Run(name, func(t *testing.T) {
			a := w.add(t, name)
			w.put(t, a, 1, "one")
			put := w.share(a, 2, "two")
			put.Confirm, put.KeyIDs = true, append(put.KeyIDs, []byte("new device key"))
			_, err := w.Store.Put(t.Context(), w.device, put)
			require.NoError(t, err)
			l := w.leaseWaiting(t)
			before := w.health(t).Pending
			require.NoError(t, end(a))
			require.Empty(t, w.reads(t, l))
			_, err = w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{Confirmed: true})
			wantCode(t, session.CodeLeaseEnded, err)
			require.NoError(t, w.Store.EndLease(t.Context(), w.runner, l.ID))
			require.Greater(t, w.health(t).Pending, before, "it is erased like any other")
			if name == "remove" {
				return
			}
			st := w.status(t, a)
			switch name {
			case "delete":
				require.Equal(t, session.StateNone, st.State)
				require.Nil(t, st.Attempt)
			case "put":
				require.Equal(t, uint64(3), st.Generation.Share)
				require.Nil(t, st.Attempt)
			case "put to confirm":
				require.Equal(t, uint64(1), st.Generation.Share)
				require.Equal(t, uint64(3), st.Attempt.Share)
				require.True(t, st.Attempt.Waits())
			case "revoke":
				require.Equal(t, uint64(1), st.Generation.Share, "the current session does not name the key")
				require.Equal(t, session.StateTransferred, st.State)
				require.Equal(t, session.CauseRosterRevoked, st.Attempt.Cause)
			}
			_, err = w.Store.Delete(t.Context(), w.device, a.ID)
			require.NoError(t, err)
		})
	}
	w.noneWaits(t, "all have ended")
}

// testPendingErasure: the share that waits is rewrapped with the living, and its
// key destroyed when it ends.
func testPendingErasure(t *testing.T, w *world) {
	a, b := w.add(t, "a"), w.add(t, "b")
	w.put(t, a, 1, "one")
	w.puts(t, a, 2, "two")
	w.put(t, b, 1, "one")
	_, err := w.Store.Delete(t.Context(), w.device, b.ID)
	require.NoError(t, err)
	w.erase(t, 1)
	l := w.leaseWaiting(t)
	require.Equal(t, "stanzas of two, rest of two", w.reads(t, l))
	current := w.lease(t, a)
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, current))

	keys := w.Keys.IDs()
	w.report(t, l, vault.Report{Invalid: true, Cause: session.CauseWrongAccount})
	w.Keys.FailDestroy(errors.New("the disk says no"))
	_, err = w.Store.Erase(t.Context())
	require.Error(t, err)
	require.Equal(t, 1, w.health(t).Failing)
	w.Keys.FailDestroy(nil)
	w.erase(t, 1)
	require.Equal(t, vault.Health{Erased: 2}, w.health(t))
	require.NotContains(t, w.Keys.IDs(), keys[0])
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, current))
}

// testConfirmRaces: of a confirmation and a delete both come through or the
// delete alone, and nothing is left; of two confirmations one.
func testConfirmRaces(t *testing.T, w *world) {
	for range 20 {
		a := w.add(t, session.NewID().String())
		w.put(t, a, 1, "one")
		w.puts(t, a, 2, "two")
		l := w.leaseWaiting(t)
		var confirmed [2]error
		var wg sync.WaitGroup
		for i := range confirmed {
			wg.Go(func() { _, confirmed[i] = w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{Confirmed: true}) })
		}
		wg.Go(func() {
			_, err := w.Store.Delete(t.Context(), w.device, a.ID)
			if err != nil {
				t.Errorf("delete: %v", err)
			}
		})
		wg.Wait()
		won := 0
		for _, err := range confirmed {
			if err == nil {
				won++
				continue
			}
			wantCode(t, session.CodeLeaseEnded, err)
		}
		require.LessOrEqual(t, won, 1)
		st := w.status(t, a)
		require.Equal(t, session.StateNone, st.State)
		require.Nil(t, st.Attempt)
		require.Equal(t, uint64(3), st.NextShare)
	}
	require.Equal(t, 40, w.health(t).Pending, "both of each are erased")
}

func testAttemptAudit(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	w.puts(t, a, 2, "two")
	w.report(t, w.leaseWaiting(t), vault.Report{Confirmed: true})
	w.puts(t, a, 3, "three")
	w.puts(t, a, 4, "four")
	w.report(t, w.leaseWaiting(t), vault.Report{Invalid: true, Cause: session.CauseWrongAccount})
	list, err := w.Store.Audit(t.Context(), w.device, 0, 10)
	require.NoError(t, err)
	type said struct {
		action vault.Action
		share  uint64
		cause  session.Cause
	}
	var got []said
	for _, e := range list {
		got = append(got, said{e.Action, e.Generation.Share, e.Cause})
	}
	require.Equal(t, []said{
		{vault.ActionRefused, 4, session.CauseWrongAccount},
		{vault.ActionLeased, 4, ""},
		{vault.ActionPending, 4, session.CauseConfirming},
		{vault.ActionReplaced, 3, session.CauseDeleted},
		{vault.ActionPending, 3, session.CauseConfirming},
		{vault.ActionConfirmed, 2, ""},
		{vault.ActionReplaced, 1, session.CauseDeleted},
		{vault.ActionLeased, 2, ""},
		{vault.ActionPending, 2, session.CauseConfirming},
		{vault.ActionShared, 1, session.CauseShared},
	}, got)
	require.NotNil(t, list[2].Consent)
	require.Equal(t, w.runner.ID, list[0].Principal)
}
