package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testCounts: what a share took and left is told to owners while its session is
// kept, as it was shared, whatever a runner makes of the session.
func testCounts(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	first := w.share(a, 1, "one")
	first.Counts, first.Confirm = &session.Counts{Cookies: 12, Items: 3, Left: 1}, true
	r, err := w.Store.Put(t.Context(), w.device, first)
	require.NoError(t, err)
	require.Equal(t, session.StateConfirming, r.Status.State)
	require.Equal(t, first.Counts, r.Status.Counts)
	confirmed := w.report(t, w.leaseWaiting(t), vault.Report{Confirmed: true})
	require.Equal(t, session.StateTransferred, confirmed.State)
	require.Equal(t, first.Counts, confirmed.Counts)

	used := w.refreshed(first, 1, "used")
	used.Counts, used.Confirm = nil, false
	r, err = w.Store.Refresh(t.Context(), w.runner, w.lease(t, a).ID, used)
	require.NoError(t, err)
	require.Equal(t, first.Counts, r.Status.Counts, "a refresh changes nothing about the share")

	second := w.share(a, 2, "two")
	second.Counts, second.Confirm = new(session.Counts), true
	r, err = w.Store.Put(t.Context(), w.device, second)
	require.NoError(t, err)
	require.Equal(t, first.Counts, r.Status.Counts, "of the session that is current")
	r.Status = w.report(t, w.leaseWaiting(t), vault.Report{Confirmed: true})
	require.Equal(t, second.Counts, r.Status.Counts, "that nothing went is known, too")

	collaborator := w.AddPerson(t, vault.RoleDevice)
	w.AddMember(t, a.ID, collaborator.Person, session.RoleCollaborator)
	st, err := w.Store.Status(t.Context(), collaborator, a.ID)
	require.NoError(t, err)
	require.Nil(t, st.Counts)

	ended, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	require.Nil(t, ended.Counts, "they go with the session")
	require.Nil(t, w.put(t, a, 3, "three").Counts, "a sender that does not say")
}
