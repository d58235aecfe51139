package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

func (w *world) health(t *testing.T) vault.Health {
	h, err := w.Store.Health(t.Context())
	require.NoError(t, err)
	return h
}

func (w *world) erase(t *testing.T, wants int) {
	t.Helper()
	n, err := w.Store.Erase(t.Context())
	require.NoError(t, err)
	require.Equal(t, wants, n)
}

func testErasure(t *testing.T, w *world) {
	a, b := w.add(t, "gone"), w.add(t, "stays")
	w.put(t, a, 1, "one")
	w.put(t, b, 1, "one")
	w.erase(t, 0)
	keys := w.Keys.IDs()
	require.Len(t, keys, 1, "nothing has ended, no key changes")

	w.put(t, a, 2, "two")
	require.Equal(t, vault.Health{Pending: 1, OldestPending: w.Clock.Now()}, w.health(t))
	w.erase(t, 1)
	require.Equal(t, vault.Health{Erased: 1}, w.health(t))
	require.Len(t, w.Keys.IDs(), 1)
	require.NotEqual(t, keys, w.Keys.IDs(), "the key that had wrapped it is gone")
	require.Equal(t, "stanzas of two, rest of two", w.reads(t, w.lease(t, a)), "the living are rewrapped")
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, b)))

	for _, account := range []session.Account{a, b} {
		_, err := w.Store.Delete(t.Context(), w.device, account.ID)
		require.NoError(t, err)
	}
	w.erase(t, 2)
	require.Equal(t, vault.Health{Erased: 3}, w.health(t))
	require.Empty(t, w.Keys.IDs(), "nothing lives, no key is left")
}

// testErasureFails: a failure is shown until it has been made good, and does not
// confirm anything.
func testErasureFails(t *testing.T, w *world) {
	a, b := w.add(t, "gone"), w.add(t, "stays")
	w.put(t, a, 1, "one")
	w.put(t, b, 1, "one")
	_, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	w.Keys.FailDestroy(errors.New("the disk says no"))
	for range 2 {
		n, err := w.Store.Erase(t.Context())
		require.Error(t, err)
		require.Zero(t, n)
		h := w.health(t)
		require.Equal(t, 1, h.Pending)
		require.Equal(t, 1, h.Failing)
		require.Zero(t, h.Erased)
		require.NotEmpty(t, h.Failure)
		require.NotContains(t, h.Failure, "disk")
	}
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, b)), "the living live on")
	w.Keys.FailDestroy(nil)
	w.erase(t, 1)
	require.Equal(t, vault.Health{Erased: 1}, w.health(t))
	require.Len(t, w.Keys.IDs(), 1)
	list, err := w.Store.Audit(t.Context(), w.device, 0, 4)
	require.NoError(t, err)
	require.Equal(t, []vault.Action{vault.ActionErased, vault.ActionLeased, vault.ActionErasureFailed, vault.ActionDeleted},
		[]vault.Action{list[0].Action, list[1].Action, list[2].Action, list[3].Action}, "the failure is told once, not each time")
	require.Equal(t, a.ID, list[2].Account)
}

// testReadDuringErasure: the key is changed and destroyed between the moment in
// which a read sees its name and the one in which it asks for it.
func testReadDuringErasure(t *testing.T, w *world) {
	a, b := w.add(t, "gone"), w.add(t, "stays")
	w.put(t, a, 1, "one")
	w.put(t, b, 1, "one")
	l := w.lease(t, b)
	_, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	before := w.Keys.IDs()
	require.Len(t, before, 1)
	erased := make(chan error, 1)
	w.Keys.BeforeLoad(func() {
		// The read that waits for this may keep a database's log from being emptied,
		// and with it the erasure from being confirmed.
		go func() {
			_, err := w.Store.Erase(t.Context())
			erased <- err
		}()
		require.Eventually(t, func() bool { return !slices.Contains(w.Keys.IDs(), before[0]) }, time.Minute, time.Millisecond)
	})
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, l))
	require.NoError(t, <-erased)
	require.Equal(t, vault.Health{Erased: 1}, w.health(t))
}

// testBuckets: at most 64 records share a key.
func testBuckets(t *testing.T, w *world) {
	const accounts = 130
	var all []session.Account
	for i := range accounts {
		a := w.add(t, fmt.Sprint("user", i))
		w.put(t, a, 1, fmt.Sprint("s", i))
		all = append(all, a)
	}
	before := w.Keys.IDs()
	require.Len(t, before, 3)
	_, err := w.Store.Delete(t.Context(), w.device, all[0].ID)
	require.NoError(t, err)
	w.erase(t, 1)
	kept := 0
	for _, id := range w.Keys.IDs() {
		if slices.Contains(before, id) {
			kept++
		}
	}
	require.Equal(t, 2, kept, "only the bucket of the deleted one changes its key")
	for i, a := range all[1:] {
		require.Equal(t, fmt.Sprintf("stanzas of s%d, rest of s%d", i+1, i+1), w.reads(t, w.lease(t, a)))
	}
}

func testAudit(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	w.put(t, a, 2, "two")
	_, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	w.erase(t, 2)
	list, err := w.Store.Audit(t.Context(), w.device, 0, 100)
	require.NoError(t, err)
	var actions []vault.Action
	for _, e := range list {
		actions = append(actions, e.Action)
	}
	slices.Reverse(actions)
	require.Equal(t, []vault.Action{
		vault.ActionEnrolled, vault.ActionEnrolled, vault.ActionAccountAdded, vault.ActionShared, vault.ActionReplaced, vault.ActionShared,
		vault.ActionDeleted, vault.ActionErased, vault.ActionErased,
	}, actions)
	shared := list[3]
	require.Equal(t, session.Generation{Share: 2}, shared.Generation)
	require.Equal(t, &session.Consent{Text: session.ConsentText, Time: w.Clock.Now(), Surface: "popup"}, shared.Consent)
	require.Equal(t, w.device.ID, shared.Principal)
	require.Equal(t, a.ID, shared.Account)
	require.True(t, list[0].Principal.IsZero(), "the vault itself erased it")

	page, err := w.Store.Audit(t.Context(), w.device, list[4].Seq, 2)
	require.NoError(t, err)
	require.Equal(t, list[5:7], page)
	theirs, err := w.Store.Audit(t.Context(), w.stranger, 0, 100)
	require.NoError(t, err)
	require.Empty(t, theirs)
}
