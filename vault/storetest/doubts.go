package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// against reports an answer of the app against the current session.
func (w *world) against(t *testing.T, a session.Account, cause session.Cause) session.Status {
	t.Helper()
	return w.report(t, w.lease(t, a), vault.Report{Invalid: true, Cause: cause})
}

// invalidate ends the current session by two answers of the app.
func (w *world) invalidate(t *testing.T, a session.Account, cause session.Cause) session.Status {
	t.Helper()
	w.against(t, a, cause)
	w.Clock.Advance(vault.DefaultRecheckAfter)
	return w.against(t, a, cause)
}

// testDoubts: one answer of the app against the current session changes no status
// and ends the lease; a second one like it, some time later and by any runner, ends
// the session.
func testDoubts(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	before := w.put(t, a, 1, "one")
	l := w.lease(t, a)
	out := vault.Report{Invalid: true, Cause: session.CauseSignedOut}
	require.Equal(t, before, w.report(t, l, out))
	require.Equal(t, before, w.status(t, a))
	require.Empty(t, w.reads(t, l), "its lease has ended")
	_, err := w.Store.Report(t.Context(), w.runner, l.ID, out)
	wantCode(t, session.CodeLeaseEnded, err)
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, a)), "nothing is lost")

	list, err := w.Store.Audit(t.Context(), w.device, 0, 2)
	require.NoError(t, err)
	require.Equal(t, vault.ActionDoubted, list[1].Action)
	require.Equal(t, session.CauseSignedOut, list[1].Cause)

	w.Clock.Advance(Lease)
	w.report(t, w.lease(t, a), vault.Report{}) // the app has named the account again
	used := w.status(t, a)
	w.Clock.Advance(Lease)
	require.Equal(t, used, w.against(t, a, session.CauseSignedOut), "what was before is forgotten")
	w.Clock.Advance(vault.DefaultRecheckAfter - time.Millisecond)
	require.Equal(t, used, w.against(t, a, session.CauseSignedOut), "too soon, and the first one counts")
	w.Clock.Advance(time.Millisecond)
	other := w.enrol(t, vault.RoleRunner, "another runner")
	l, err = w.Store.Lease(t.Context(), other, a.ID, session.Generation{})
	require.NoError(t, err)
	st, err := w.Store.Report(t.Context(), other, l.ID, out)
	require.NoError(t, err)
	require.Equal(t, session.StateInvalid, st.State)
	require.Equal(t, session.CauseSignedOut, st.Cause)
	require.Equal(t, w.Clock.Now(), *st.Since)
	require.Equal(t, st, w.status(t, a))
	w.erase(t, 1)
}

// testDoubtsForgotten: two answers that differ agree on nothing, and a newer session
// or a refresh has nothing to do with an answer before it.
func testDoubtsForgotten(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.shared(t, a, 1, "one")
	for _, cause := range []session.Cause{session.CauseSignedOut, session.CauseWrongAccount, session.CauseBound, session.CauseSignedOut} {
		require.Equal(t, session.StateTransferred, w.against(t, a, cause).State, cause)
		w.Clock.Advance(vault.DefaultRecheckAfter)
	}
	l := w.lease(t, a)
	_, err := w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 1, "fresh"))
	require.NoError(t, err)
	require.NoError(t, w.Store.EndLease(t.Context(), w.runner, l.ID))
	require.Equal(t, session.StateTransferred, w.against(t, a, session.CauseSignedOut).State, "of the refreshed one it is the first")

	w.Clock.Advance(vault.DefaultRecheckAfter)
	w.put(t, a, 2, "two")
	require.Equal(t, session.StateTransferred, w.against(t, a, session.CauseSignedOut).State, "of the newer share, too")

	w.puts(t, a, 3, "three")
	w.Clock.Advance(vault.DefaultRecheckAfter)
	st := w.report(t, w.leaseWaiting(t), vault.Report{Invalid: true, Cause: session.CauseSignedOut})
	require.Equal(t, session.CauseSignedOut, st.Attempt.Cause, "a share that waits is refused at once")
	require.Equal(t, session.StateTransferred, st.State)

	w.Stop(t, func() { w.Clock.Jump(-30 * time.Minute) })
	require.Equal(t, session.StateTransferred, w.against(t, a, session.CauseSignedOut).State, "an answer of a time to come is none")
	w.Clock.Advance(vault.DefaultRecheckAfter)
	require.Equal(t, session.StateInvalid, w.against(t, a, session.CauseSignedOut).State)
}
