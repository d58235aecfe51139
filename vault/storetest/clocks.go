package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

func (w *world) checkClock(t *testing.T) vault.ClockHold {
	t.Helper()
	h, err := w.Store.CheckClock(t.Context())
	require.NoError(t, err)
	require.Equal(t, h, w.health(t).Clock)
	return h
}

// expires sweeps and returns how many sessions ended.
func (w *world) expires(t *testing.T) int {
	t.Helper()
	n, err := w.Store.Expire(t.Context(), 100)
	require.NoError(t, err)
	return n
}

func (w *world) confirmClock(t *testing.T) vault.ClockReason {
	t.Helper()
	h, err := w.Store.ConfirmClock(t.Context())
	require.NoError(t, err)
	require.Zero(t, w.checkClock(t))
	return h.Reason
}

// testClockJumps: a wrong clock closes and erases nothing; once it is right again,
// or is said to be, things go on.
func testClockJumps(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	before := w.put(t, a, 1, "one")
	w.puts(t, a, 2, "two")
	require.Zero(t, w.checkClock(t))
	w.Clock.Advance(8 * time.Hour) // asleep, for what the vault can tell
	require.Zero(t, w.checkClock(t))
	w.Clock.Jump(time.Hour)
	require.Zero(t, w.checkClock(t), "by no more than an hour")

	w.Clock.Jump(2 * Window)
	require.Equal(t, vault.ClockHold{Reason: vault.ClockAhead}, w.checkClock(t))
	require.Equal(t, session.StateExpired, w.status(t, a).State)
	w.noneWaits(t, "its time is over, as the clock has it")
	_, err := w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeSessionNone, err)
	require.Zero(t, w.expires(t))
	w.Clock.Advance(48 * time.Hour)
	require.Equal(t, vault.ClockAhead, w.checkClock(t).Reason, "it does not pass by itself")
	w.Clock.Jump(-2 * Window)
	require.Zero(t, w.checkClock(t), "the clock is right again")
	require.Equal(t, before.Until, w.status(t, a).Until)
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, a)), "nothing was lost")
	require.Equal(t, 1, w.expires(t), "the share that waited is over by any clock")

	w.Clock.Jump(2 * Window)
	require.Equal(t, vault.ClockAhead, w.checkClock(t).Reason)
	require.Equal(t, vault.ClockAhead, w.confirmClock(t))
	require.Empty(t, w.confirmClock(t), "there is nothing left to confirm")
	require.Equal(t, 1, w.expires(t))
	require.Equal(t, 2, w.health(t).Pending)
}

// testClockBack: what has ended by the time that has gone by stays closed by an
// earlier one, and is kept, whether the jump was noticed or not.
func testClockBack(t *testing.T, w *world) {
	for name, noticed := range map[string]bool{"noticed": true, "not noticed": false} {
		a := w.add(t, name)
		w.put(t, a, 1, "one")
		w.Clock.Advance(Window - time.Minute)
		require.Zero(t, w.checkClock(t))
		l := w.lease(t, a)
		w.Clock.Jump(-2 * time.Hour)
		if noticed {
			require.Equal(t, vault.ClockHold{Reason: vault.ClockBack}, w.checkClock(t))
		}
		require.NotEmpty(t, w.reads(t, l))
		w.Clock.Advance(time.Minute)
		require.Empty(t, w.reads(t, l))
		require.Equal(t, session.CauseWindow, w.status(t, a).Cause)
		require.Zero(t, w.expires(t))
		w.Clock.Jump(2 * time.Hour)
		require.Zero(t, w.checkClock(t))
		require.Equal(t, 1, w.expires(t))
	}
	a := w.add(t, "confirmed")
	w.put(t, a, 1, "one")
	w.Clock.Jump(-2 * time.Hour)
	require.Equal(t, vault.ClockBack, w.checkClock(t).Reason)
	require.Equal(t, vault.ClockBack, w.confirmClock(t))
	w.Clock.Advance(Window + 2*time.Hour - time.Millisecond)
	require.Zero(t, w.checkClock(t))
	require.Equal(t, session.StateTransferred, w.status(t, a).State, "by the clock that was confirmed")
	w.Clock.Advance(time.Millisecond)
	require.Equal(t, 1, w.expires(t))
}

// testClockUnseen: a jump ahead that nobody has looked at yet ends nothing either.
func testClockUnseen(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	put := w.share(a, 2, "two")
	put.Confirm, put.KeyIDs = true, [][]byte{[]byte("another key")}
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	require.Zero(t, w.checkClock(t))
	w.Clock.Jump(2 * Window)
	require.Zero(t, w.expires(t))
	require.NoError(t, w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{Version: []byte("first"), Revoked: [][]byte{[]byte("runner key")}}))
	require.Equal(t, session.CauseRosterRevoked, w.status(t, a).Cause, "whose key is revoked goes")
	w.Clock.Jump(-2 * Window)
	require.True(t, w.status(t, a).Attempt.Waits(), "what lies beside it stays")
}

// testClockAfterStop: while the vault is stopped, nothing tells how much time went
// by.
func testClockAfterStop(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	w.Stop(t, func() { w.Clock.Advance(time.Hour) })
	require.Zero(t, w.checkClock(t), "an hour is not long")

	w.Stop(t, func() { w.Clock.Advance(Window) })
	until := w.Clock.Now().Add(24 * time.Hour)
	require.Equal(t, vault.ClockHold{Reason: vault.ClockGap, Until: until}, w.checkClock(t))
	require.Equal(t, session.StateExpired, w.status(t, a).State)
	require.Zero(t, w.expires(t))
	w.Clock.Advance(12 * time.Hour)
	require.Equal(t, until, w.checkClock(t).Until)
	w.Stop(t, func() {})
	require.Equal(t, until, w.checkClock(t).Until, "another stop does not begin it anew")
	w.Clock.Advance(12*time.Hour - time.Millisecond)
	require.Equal(t, vault.ClockGap, w.checkClock(t).Reason)
	require.Zero(t, w.expires(t))
	w.Clock.Advance(time.Millisecond)
	require.Zero(t, w.checkClock(t))
	require.Equal(t, 1, w.expires(t))

	b := w.add(t, "Alice")
	w.put(t, b, 1, "one")
	w.Clock.Advance(Window - time.Hour)
	require.Zero(t, w.checkClock(t))
	w.Stop(t, func() { w.Clock.Jump(-3 * time.Hour) })
	require.Equal(t, vault.ClockHold{Reason: vault.ClockBack}, w.checkClock(t))
	w.Clock.Advance(2 * time.Hour)
	require.Equal(t, vault.ClockBack, w.checkClock(t).Reason)
	require.Equal(t, session.StateExpired, w.status(t, b).State, "by the later time")
	require.Zero(t, w.expires(t))
	w.Stop(t, func() {})
	require.Equal(t, vault.ClockBack, w.checkClock(t).Reason, "a stop does not end the doubt")
	require.Equal(t, vault.ClockBack, w.confirmClock(t))
	require.Equal(t, session.StateTransferred, w.status(t, b).State)
	w.Clock.Advance(2 * time.Hour)
	require.Equal(t, 1, w.expires(t))
}

// testDoubtErases: delete, replace and a revoked key always erase.
func testDoubtErases(t *testing.T, w *world) {
	names := []string{"deleted", "replaced", "removed", "revoked"}
	cards := map[string]session.Account{}
	for _, name := range names {
		cards[name] = w.add(t, name)
		put := w.share(cards[name], 1, "one")
		put.KeyIDs = append(put.KeyIDs, []byte(name))
		_, err := w.Store.Put(t.Context(), w.device, put)
		require.NoError(t, err)
	}
	require.Zero(t, w.checkClock(t))
	w.Clock.Jump(2 * Window)
	require.Equal(t, vault.ClockAhead, w.checkClock(t).Reason)
	st, err := w.Store.Delete(t.Context(), w.device, cards["deleted"].ID)
	require.NoError(t, err)
	require.Equal(t, session.CauseDeleted, st.Cause)
	w.put(t, cards["replaced"], 2, "two")
	require.NoError(t, w.Store.RemoveAccount(t.Context(), w.device, cards["removed"].ID))
	require.NoError(t, w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{Version: []byte("first"), Revoked: [][]byte{[]byte("revoked")}}))
	require.Equal(t, session.CauseRosterRevoked, w.status(t, cards["revoked"]).Cause)
	require.Equal(t, len(names), w.health(t).Pending)
	w.erase(t, len(names))
}
