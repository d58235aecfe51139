package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testChangeAccount: with another site or user name the session goes that was
// proved to be the older one's.
func testChangeAccount(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonAdmin)
	a := w.add(t, "Bob")
	w.add(t, "Carol")
	w.put(t, a, 1, "one")
	lease := w.lease(t, a)
	w.puts(t, a, 2, "two")
	require.NoError(t, w.Store.AddMember(ctx, olga, a.ID, mia.Person))
	change := func(p vault.Principal, site, username string) (session.Account, error) {
		return w.Store.ChangeAccount(ctx, p, a.ID, vault.Card{App: "gitea", Site: site, Username: username})
	}

	_, err := change(mia, a.Site, "Eve")
	wantCode(t, session.CodeNotOwner, err)
	_, err = w.Store.ChangeAccount(ctx, w.stranger, a.ID, vault.Card{Site: a.Site, Username: "Eve"})
	wantCode(t, session.CodeNotFound, err)
	_, err = change(olga, a.Site, "Carol")
	wantCode(t, session.CodeAccountExists, err)
	same, err := change(olga, a.Site, "Bob")
	require.NoError(t, err)
	require.Equal(t, session.StateTransferred, same.Status.State, "nothing has changed")
	require.NotEmpty(t, w.reads(t, lease))

	w.Clock.Advance(time.Minute)
	is, err := change(olga, "https://other.example", "Bob")
	require.NoError(t, err)
	require.Equal(t, session.Account{ID: a.ID, App: a.App, Site: "https://other.example", Username: "Bob", Role: session.RoleOwner, Status: is.Status}, is)
	now := w.Clock.Now()
	require.Equal(t, session.Status{
		State: session.StateNone, Cause: session.CauseChanged, CauseText: session.CauseChanged.Text(), Generation: session.Generation{Share: 1},
		NextShare: 3, Since: &now, By: "laptop",
	}, is.Status)
	require.Empty(t, w.reads(t, lease))
	require.Equal(t, []vault.Action{vault.ActionAccountChanged, vault.ActionDeleted, vault.ActionDeleted}, w.actions(t, olga, 3))
	w.erase(t, 2)

	// How an older session of somebody else has ended says nothing any more, and it can
	// be shared anew.
	w.put(t, is, 3, "three")
	w.invalidate(t, is, session.CauseSignedOut)
	is, err = change(w.device, is.Site, "Robert")
	require.NoError(t, err)
	require.Equal(t, session.StateNone, is.Status.State)
	require.Equal(t, session.CauseChanged, is.Status.Cause)
	require.Equal(t, session.StateTransferred, w.put(t, is, 4, "four").State)

	fresh := w.add(t, "Dave")
	fresh, err = w.Store.ChangeAccount(ctx, olga, fresh.ID, vault.Card{Site: fresh.Site, Username: "David"})
	require.NoError(t, err)
	require.Equal(t, session.CauseNever, fresh.Status.Cause)
}

// testChangeRaces: of two changes to one card one is let through, and so is one of a
// change and the account that another person hands over.
func testChangeRaces(t *testing.T, w *world) {
	a, b := w.add(t, "Bob"), w.add(t, "Carol")
	wantOne(t, session.CodeAccountExists, atOnce(2, func(n int) error {
		_, err := w.Store.ChangeAccount(t.Context(), w.device, []session.Account{a, b}[n].ID, vault.Card{Site: a.Site, Username: "Eve"})
		return err
	}))
	theirs, err := w.Store.AddAccount(t.Context(), w.stranger, vault.Card{App: a.App, Site: a.Site, Username: "Frank"})
	require.NoError(t, err)
	mine := w.add(t, "Grace")
	wantOne(t, session.CodeAccountExists, atOnce(2, func(n int) error {
		if n == 0 {
			return w.Store.Transfer(t.Context(), w.stranger, theirs.ID, w.device.Person)
		}
		_, err := w.Store.ChangeAccount(t.Context(), w.device, mine.ID, vault.Card{Site: a.Site, Username: "Frank"})
		return err
	}))
}

// testRevokeAnybodys: an admin in a browser ends the program of somebody else, who
// reads of it; nobody else does.
func testRevokeAnybodys(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	laptop := w.allow(t, mia, vault.RoleDevice, "mia's laptop")
	ours := func() int {
		list, err := w.Store.Programs(ctx, mia)
		require.NoError(t, err)
		return len(list)
	}
	max := w.join(t, olga, "max", vault.PersonMember)
	for _, p := range []vault.Principal{max, w.device} { // the device is an admin's
		require.NoError(t, w.Store.Revoke(ctx, p, laptop.ID))
		require.Equal(t, 1, ours())
	}
	require.NoError(t, w.Store.Revoke(ctx, olga, laptop.ID))
	require.NoError(t, w.Store.Revoke(ctx, olga, laptop.ID))
	require.Zero(t, ours())
	wantCode(t, session.CodeUnauthorized, w.Store.Leave(ctx, laptop))
	entries, err := w.Store.Audit(ctx, mia, 0, 2)
	require.NoError(t, err)
	require.Equal(t, vault.ActionProgramRevoked, entries[0].Action)
	require.Equal(t, olga.Person, entries[0].Person)
	require.Equal(t, laptop.ID, entries[0].Of)
	require.NotEqual(t, vault.ActionProgramRevoked, entries[1].Action, "once")
}
