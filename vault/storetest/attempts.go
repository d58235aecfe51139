package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// runnerKey is the key that every share of the suite is sealed to.
var runnerKey = []byte("runner key")

// puts puts a share that waits for the app's word.
func (w *world) puts(t *testing.T, a session.Account, share uint64, text string) session.Status {
	t.Helper()
	put := w.share(a, share, text)
	put.Confirm = true
	r, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	require.True(t, r.Applied)
	return r.Status
}

// leaseWaiting leases the next share that waits.
func (w *world) leaseWaiting(t *testing.T) vault.Lease {
	t.Helper()
	l, err := w.Store.LeaseWaiting(t.Context(), w.runner, runnerKey)
	require.NoError(t, err)
	return l
}

// noneWaits checks that the runner would be handed nothing.
func (w *world) noneWaits(t *testing.T, because string) {
	t.Helper()
	_, err := w.Store.LeaseWaiting(t.Context(), w.runner, runnerKey)
	require.Equal(t, session.CodeSessionNone, session.CodeOf(err), because)
}

func (w *world) report(t *testing.T, l vault.Lease, r vault.Report) session.Status {
	t.Helper()
	st, err := w.Store.Report(t.Context(), w.runner, l.ID, r)
	require.NoError(t, err)
	return st
}

// testPending: a share that waits changes nothing about the current session.
func testPending(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	before := w.put(t, a, 1, "one")
	current := w.lease(t, a)
	w.Clock.Advance(time.Minute)
	now := w.Clock.Now()
	until := now.Add(vault.DefaultConfirmWithin)
	st := w.puts(t, a, 2, "two")
	require.Equal(t, &session.Attempt{
		Share: 2, ShareKey: "two", Cause: session.CauseConfirming, CauseText: session.CauseConfirming.Text(), Since: now, Until: &until,
	}, st.Attempt)
	require.Equal(t, uint64(3), st.NextShare, "its number is used up")
	st.Attempt, st.NextShare = nil, before.NextShare
	require.Equal(t, before, st)
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, current))

	l := w.leaseWaiting(t)
	require.Equal(t, uint64(2), l.Share)
	require.Equal(t, a.ID, l.Account.ID)
	require.Equal(t, now.Add(vault.ConfirmLeaseTime), l.Until)
	require.Equal(t, "stanzas of two, rest of two", w.reads(t, l))
	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, current.ID))
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, a)), "the one lease does not stand in the other's way")

	put := w.share(a, 2, "two")
	put.Confirm = true
	r, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	require.False(t, r.Applied)
	require.Equal(t, w.status(t, a), r.Status)
	_, err = w.Store.Put(t.Context(), w.device, w.share(a, 2, "another"))
	wantCode(t, session.CodeGenerationConflict, err)
	put = w.share(a, 3, "three")
	put.Confirm, put.Roster = true, 1
	_, err = w.Store.Put(t.Context(), w.device, put)
	require.ErrorIs(t, err, vault.ErrRosterMoved)
	require.NotEmpty(t, w.reads(t, l), "a put that is refused leaves the one that waits, too")
}

// testFirstPending: without a current session the account's state is that of the
// share that waits.
func testFirstPending(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	now := w.Clock.Now()
	st := w.puts(t, a, 1, "one")
	require.Equal(t, session.StateConfirming, st.State)
	require.Equal(t, session.CauseConfirming, st.Cause)
	require.Equal(t, now, *st.Since)
	require.Equal(t, "laptop", st.By)
	require.Zero(t, st.Generation)
	require.Nil(t, st.Until)
	_, err := w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	wantCode(t, session.CodeSessionNone, err)

	collaborator := w.AddPerson(t, vault.RoleRunner)
	w.AddMember(t, a.ID, collaborator.Person, session.RoleCollaborator)
	seen, err := w.Store.Status(t.Context(), collaborator, a.ID)
	require.NoError(t, err)
	require.Equal(t, session.Status{State: session.StateConfirming}, seen)
	for _, other := range []vault.Principal{collaborator, w.stranger} {
		_, err = w.Store.LeaseWaiting(t.Context(), other, runnerKey)
		wantCode(t, session.CodeSessionNone, err)
	}
	_, err = w.Store.LeaseWaiting(t.Context(), w.runner, []byte("another runner's key"))
	wantCode(t, session.CodeSessionNone, err)
}

func testConfirmed(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	current := w.lease(t, a)
	w.Clock.Advance(time.Hour)
	w.puts(t, a, 2, "two")
	shared := w.Clock.Now()
	w.Clock.Advance(time.Minute)
	l := w.leaseWaiting(t)
	_, err := w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{})
	wantCode(t, session.CodeRequestInvalid, err)
	_, err = w.Store.Report(t.Context(), w.runner, current.ID, vault.Report{Confirmed: true})
	wantCode(t, session.CodeLeaseEnded, err) // an hour has gone by
	_, err = w.Store.Report(t.Context(), w.runner, w.lease(t, a).ID, vault.Report{Confirmed: true})
	wantCode(t, session.CodeRequestInvalid, err)

	now := w.Clock.Now()
	until := now.Add(Window)
	st := w.report(t, l, vault.Report{Confirmed: true})
	require.Equal(t, session.Status{
		State: session.StateTransferred, Cause: session.CauseShared, CauseText: session.CauseShared.Text(),
		Generation: session.Generation{Share: 2}, NextShare: 3, Since: &shared, By: "laptop", Until: &until, LastUsed: &now, ShareKey: "two",
	}, st)
	require.Equal(t, st, w.status(t, a))
	require.Empty(t, w.reads(t, l), "it was leased for confirming only")
	_, err = w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{Confirmed: true})
	wantCode(t, session.CodeLeaseEnded, err)
	require.Equal(t, "stanzas of two, rest of two", w.reads(t, w.lease(t, a)))
	require.Equal(t, 1, w.health(t).Pending, "the older one is erased")
	w.noneWaits(t, "nothing is left to confirm")

	w.Clock.Advance(Window)
	require.Equal(t, session.CauseWindow, w.status(t, a).Cause, "it lives like any other now")
}

// testRefused: the newcomer goes, the older session stays, the person hears why
// until something newer happens.
func testRefused(t *testing.T, w *world) {
	for _, cause := range []session.Cause{session.CauseWrongAccount, session.CauseSignedOut, session.CauseBound} {
		a := w.add(t, string(cause))
		before := w.put(t, a, 1, "one")
		w.puts(t, a, 2, "two")
		l := w.leaseWaiting(t)
		w.Clock.Advance(time.Second)
		st := w.report(t, l, vault.Report{Invalid: true, Cause: cause})
		require.Equal(t, &session.Attempt{Share: 2, ShareKey: "two", Cause: cause, CauseText: cause.Text(), Since: w.Clock.Now()}, st.Attempt)
		require.Equal(t, st, w.status(t, a))
		require.Empty(t, w.reads(t, l))
		st.Attempt, st.NextShare = nil, before.NextShare
		require.Equal(t, before, st)
		require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, a)))

		if cause == session.CauseBound {
			st, err := w.Store.Delete(t.Context(), w.device, a.ID)
			require.NoError(t, err)
			require.Nil(t, st.Attempt)
			continue
		}
		require.Nil(t, w.put(t, a, 3, "three").Attempt)
	}
	a := w.add(t, "the first")
	w.puts(t, a, 1, "one")
	st := w.report(t, w.leaseWaiting(t), vault.Report{Invalid: true, Cause: session.CauseSignedOut})
	require.Equal(t, session.StateNone, st.State)
	require.Equal(t, session.CauseNever, st.Cause)
	require.Equal(t, session.CauseSignedOut, st.Attempt.Cause)
}

// testUnconfirmed: unreadable at the instant, without a sweep.
func testUnconfirmed(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	before := w.put(t, a, 1, "one")
	until := *w.puts(t, a, 2, "two").Attempt.Until
	w.Clock.Advance(vault.DefaultConfirmWithin - time.Second)
	l := w.leaseWaiting(t)
	require.Equal(t, until, l.Until, "no lease outlives what it is for")
	w.Clock.Advance(time.Second - time.Millisecond)
	require.NotEmpty(t, w.reads(t, l))
	w.Clock.Advance(time.Millisecond)
	require.Empty(t, w.reads(t, l))
	w.noneWaits(t, "its time is over")
	_, err := w.Store.Report(t.Context(), w.runner, l.ID, vault.Report{Confirmed: true})
	wantCode(t, session.CodeLeaseEnded, err)

	st := w.status(t, a)
	require.Equal(t, &session.Attempt{Share: 2, ShareKey: "two", Cause: session.CauseUnconfirmed, CauseText: session.CauseUnconfirmed.Text(), Since: until}, st.Attempt)
	w.Clock.Advance(time.Second)
	n, err := w.Store.Expire(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, st, w.status(t, a), "the sweep changes nothing that a person sees")
	st.Attempt, st.NextShare = nil, before.NextShare
	require.Equal(t, before, st)
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, a)))
	w.erase(t, 1)

	put := w.share(a, 3, "three")
	put.Confirm, put.NotAfter = true, w.Clock.Now().Add(time.Minute)
	_, err = w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	w.Clock.Advance(time.Minute)
	w.noneWaits(t, "the app's own sign-in has ended")
	require.Equal(t, session.CauseCookies, w.status(t, a).Attempt.Cause)
	w.puts(t, a, 4, "four")
	require.Equal(t, uint64(4), w.status(t, a).Attempt.Share, "one that has expired is no more in the way")
}

// testWaitingOrder: one runner at a time, the oldest first, and what was given
// back is passed over for a moment.
func testWaitingOrder(t *testing.T, w *world) {
	a, b := w.add(t, "a"), w.add(t, "b")
	w.puts(t, b, 1, "b")
	w.puts(t, a, 1, "a")
	other := w.enrol(t, vault.RoleRunner, "another runner")
	first := w.leaseWaiting(t)
	require.Equal(t, b.ID, first.Account.ID)
	second, err := w.Store.LeaseWaiting(t.Context(), other, runnerKey)
	require.NoError(t, err)
	require.Equal(t, a.ID, second.Account.ID)
	w.noneWaits(t, "both are leased")

	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, first.ID))
	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, first.ID))
	require.Empty(t, w.reads(t, first))
	w.noneWaits(t, "it has just been given back by this runner")
	again, err := w.Store.LeaseWaiting(t.Context(), other, runnerKey)
	require.NoError(t, err)
	require.Equal(t, b.ID, again.Account.ID, "another one may try at once")
	require.NoError(t, w.Store.EndLease(t.Context(), other, again.ID))
	w.Clock.Advance(vault.PassTime)
	require.Equal(t, b.ID, w.leaseWaiting(t).Account.ID)

	w.Clock.Advance(vault.ConfirmLeaseTime)
	require.Empty(t, w.reads(t, second), "a runner that died blocks nothing")
	require.Equal(t, b.ID, w.leaseWaiting(t).Account.ID)
}
