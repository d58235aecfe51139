package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testMembers: an owner lets people see one word of an account, and takes it back.
func testMembers(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonAdmin)
	a := w.add(t, "Bob")
	_, err := w.Store.Members(ctx, mia, a.ID)
	wantCode(t, session.CodeNotFound, err)
	wantCode(t, session.CodeNotFound, w.Store.AddMember(ctx, mia, a.ID, mia.Person))
	wantCode(t, session.CodeNotFound, w.Store.Transfer(ctx, mia, a.ID, mia.Person))
	wantCode(t, session.CodePersonUnknown, w.Store.AddMember(ctx, olga, a.ID, session.NewID()))

	require.NoError(t, w.Store.AddMember(ctx, olga, a.ID, mia.Person))
	require.NoError(t, w.Store.AddMember(ctx, olga, a.ID, mia.Person))
	require.NoError(t, w.Store.AddMember(ctx, olga, a.ID, olga.Person), "the owner stays the owner")
	list, err := w.Store.Members(ctx, olga, a.ID)
	require.NoError(t, err)
	require.Equal(t, []vault.Member{
		{Person: olga.Person, Name: "Olga", Role: session.RoleOwner}, {Person: mia.Person, Name: "mia", Role: session.RoleCollaborator},
	}, list)
	seen, err := w.Store.Account(ctx, mia, a.ID)
	require.NoError(t, err)
	require.Equal(t, session.RoleCollaborator, seen.Role)
	_, err = w.Store.Members(ctx, mia, a.ID)
	wantCode(t, session.CodeNotOwner, err)
	for _, call := range []func() error{
		func() error { return w.Store.AddMember(ctx, mia, a.ID, w.stranger.Person) },
		func() error { return w.Store.RemoveMember(ctx, mia, a.ID, olga.Person) },
		func() error { return w.Store.Transfer(ctx, mia, a.ID, mia.Person) },
	} {
		wantCode(t, session.CodeNotOwner, call())
	}

	require.NoError(t, w.Store.RemoveMember(ctx, olga, a.ID, olga.Person))
	require.NoError(t, w.Store.RemoveMember(ctx, olga, a.ID, mia.Person))
	require.NoError(t, w.Store.RemoveMember(ctx, olga, a.ID, mia.Person))
	_, err = w.Store.Account(ctx, mia, a.ID)
	wantCode(t, session.CodeNotFound, err)
	list, err = w.Store.Members(ctx, olga, a.ID)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, []vault.Action{vault.ActionMemberRemoved, vault.ActionMemberAdded}, w.actions(t, olga, 2))
}

// testTransfer: an account that changes hands keeps its numbers and loses its
// session, which was sealed to the older owner's programs.
func testTransfer(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	a, same := w.add(t, "Bob"), w.add(t, "Carol")
	_, err := w.Store.AddAccount(ctx, mia, vault.Card{App: same.App, Site: same.Site, Username: same.Username})
	require.NoError(t, err)
	wantCode(t, session.CodeAccountExists, w.Store.Transfer(ctx, olga, same.ID, mia.Person))
	wantCode(t, session.CodePersonUnknown, w.Store.Transfer(ctx, olga, a.ID, session.NewID()))

	w.put(t, a, 1, "one")
	waits := w.share(a, 2, "two")
	waits.Confirm = true
	_, err = w.Store.Put(ctx, w.device, waits)
	require.NoError(t, err)
	l := w.lease(t, a)
	require.NoError(t, w.Store.Transfer(ctx, olga, a.ID, olga.Person))
	require.NotEmpty(t, w.reads(t, l), "it is the owner's already")

	require.NoError(t, w.Store.Transfer(ctx, olga, a.ID, mia.Person))
	require.Empty(t, w.reads(t, l))
	got, err := w.Store.Account(ctx, mia, a.ID)
	require.NoError(t, err)
	require.Equal(t, session.RoleOwner, got.Role)
	require.Equal(t, session.StateNone, got.Status.State)
	require.Nil(t, got.Status.Attempt)
	require.Equal(t, uint64(3), got.Status.NextShare)
	h, err := w.Store.Health(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, h.Pending)

	wantCode(t, session.CodeNotOwner, w.Store.Transfer(ctx, olga, a.ID, olga.Person))
	_, err = w.Store.Put(ctx, w.device, w.share(a, 3, "three"))
	wantCode(t, session.CodeNotOwner, err)
	list, err := w.Store.Members(ctx, mia, a.ID)
	require.NoError(t, err)
	require.Equal(t, []vault.Member{
		{Person: mia.Person, Name: "mia", Role: session.RoleOwner}, {Person: olga.Person, Name: "Olga", Role: session.RoleCollaborator},
	}, list)
	for _, p := range []vault.Principal{olga, mia} {
		require.Equal(t, []vault.Action{vault.ActionOwnerChanged}, w.actions(t, p, 1))
	}
	w.add(t, "Bob") // of her own, from here on
}

// testTransferRaces: shares, and another card like it at the new owner's, that come
// while an account changes hands leave nothing that the older owner shared.
func testTransferRaces(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	for _, name := range []string{"Ann", "Bea", "Cleo", "Dora"} {
		a := w.add(t, name)
		var moved error
		errs := atOnce(3, func(n int) (err error) {
			switch n {
			case 0:
				moved = w.Store.Transfer(ctx, olga, a.ID, mia.Person)
				return moved
			case 1:
				_, err = w.Store.Put(ctx, w.device, w.share(a, 1, name))
			case 2:
				_, err = w.Store.AddAccount(ctx, mia, vault.Card{App: a.App, Site: a.Site, Username: name})
			}
			return err
		})
		if errs[1] != nil {
			wantCode(t, session.CodeNotOwner, errs[1])
		}
		if moved != nil {
			wantCode(t, session.CodeAccountExists, moved)
			require.NoError(t, errs[2])
			continue
		}
		wantCode(t, session.CodeAccountExists, errs[2])
		got, err := w.Store.Account(ctx, mia, a.ID)
		require.NoError(t, err)
		require.Equal(t, session.StateNone, got.Status.State)
	}
}
