package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// invite makes an invitation and returns its code as the store knows it.
func (w *world) invite(t *testing.T, admin vault.Principal, email string, role vault.PersonRole) [32]byte {
	id := session.NewID()
	code := [32]byte(hash("code of " + id.String()))
	require.NoError(t, w.Store.Invite(t.Context(), admin, vault.Invitation{ID: id, Email: email, Role: role}, code))
	return code
}

// testInvitations: a code lets one person in, once, until it is replaced, taken back
// or too old.
func testInvitations(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	wrong := func(code [32]byte) {
		t.Helper()
		_, err := w.Store.Invited(ctx, code)
		wantCode(t, session.CodeCodeWrong, err)
		wantCode(t, session.CodeCodeWrong, w.Store.Join(ctx, code, vault.Profile{Name: "thief"}, browser("thief")))
	}
	older := w.invite(t, olga, "mia@company.example", vault.PersonMember)
	code := w.invite(t, olga, "mia@company.example", vault.PersonAdmin)
	wrong(older)
	i, err := w.Store.Invited(ctx, code)
	require.NoError(t, err)
	require.Equal(t, vault.Invitation{ID: i.ID, Email: "mia@company.example", Role: vault.PersonAdmin, Until: w.Clock.Now().Add(vault.InviteTime)}, i)
	list, err := w.Store.Invitations(ctx, olga)
	require.NoError(t, err)
	require.Equal(t, []vault.Invitation{i}, list)

	cookies := []string{"one", "two"}
	one := wantOne(t, session.CodeCodeWrong, atOnce(2, func(n int) error {
		return w.Store.Join(ctx, code, vault.Profile{Name: "mia", Email: "else@company.example", Password: "p"}, browser(cookies[n]))
	}))
	w.wantSignedOut(t, cookies[1-one])
	mia := w.signedIn(t, cookies[one])
	require.True(t, mia.Admin)
	require.Equal(t, []vault.Action{vault.ActionJoined}, w.actions(t, mia, 1))
	wrong(code)
	l, err := w.Store.Login(ctx, "mia@company.example")
	require.NoError(t, err)
	require.Equal(t, vault.Login{Person: mia.Person, Password: "p"}, l, "by the address that was invited")

	code = w.invite(t, olga, "max@company.example", vault.PersonMember)
	i, err = w.Store.Invited(ctx, code)
	require.NoError(t, err)
	require.NoError(t, w.Store.Uninvite(ctx, mia, i.ID))
	require.NoError(t, w.Store.Uninvite(ctx, mia, i.ID))
	wrong(code)
	code = w.invite(t, olga, "max@company.example", vault.PersonMember)
	w.Clock.Advance(vault.InviteTime)
	wrong(code)
	require.Len(t, w.people(t, olga), 2)
}

// testInvitedTwice: two admins who invite one address at once leave one code that
// is good.
func testInvitedTwice(t *testing.T, w *world) {
	olga := w.setUp(t)
	for round := range byte(10) {
		codes := [][32]byte{{round, 1}, {round, 2}, {round, 3}, {round, 4}}
		email := fmt.Sprint("mia", round, "@company.example")
		for _, err := range atOnce(len(codes), func(n int) error {
			return w.Store.Invite(t.Context(), olga, vault.Invitation{ID: session.NewID(), Email: email, Role: vault.PersonMember}, codes[n])
		}) {
			require.NoError(t, err)
		}
		wantOne(t, session.CodeCodeWrong, atOnce(len(codes), func(n int) error {
			_, err := w.Store.Invited(t.Context(), codes[n])
			return err
		}))
	}
}

// testInviterNoAdmin: an invitation is as good as the right that it was made by. It
// lets nobody in once its inviter is no admin, and not again if that changes.
func testInviterNoAdmin(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	for name, end := range map[string]func(ada vault.Principal){
		"a demotion": func(ada vault.Principal) {
			require.NoError(t, w.Store.SetRole(ctx, olga, ada.Person, vault.PersonMember))
		},
		"laying the role down": func(ada vault.Principal) {
			require.NoError(t, w.Store.SetRole(ctx, ada, ada.Person, vault.PersonMember))
		},
		"a removal": func(ada vault.Principal) {
			require.NoError(t, w.Store.RemovePerson(ctx, olga, ada.Person, session.ID{}))
		},
		"a demotion before this": func(ada vault.Principal) {
			w.Exec(t, `UPDATE persons SET role = 'member' WHERE id = $1`, ada.Person[:])
		},
		"a role that comes again": func(ada vault.Principal) { w.wavers(t, olga, ada) },
	} {
		ada := w.join(t, olga, "ada "+name, vault.PersonAdmin)
		eve := "eve " + name + "@company.example"
		codes := map[string][32]byte{
			"a new admin":    w.invite(t, ada, eve, vault.PersonAdmin),
			"a new password": w.invite(t, ada, "olga@company.example", vault.PersonMember),
		}
		end(ada)
		for what, code := range codes {
			_, err := w.Store.Invited(ctx, code)
			require.Equal(t, session.CodeCodeWrong, session.CodeOf(err), "%s after %s", what, name)
			err = w.Store.Join(ctx, code, vault.Profile{Name: "eve", Password: "eve's"}, browser("eve"))
			require.Equal(t, session.CodeCodeWrong, session.CodeOf(err), "%s after %s", what, name)
		}
		err := w.Store.Identify(ctx, vault.Identity{Issuer: "https://id.example", Subject: name, Email: eve, Name: "eve"}, false, browser("eve"))
		require.Equal(t, session.CodeNotInvited, session.CodeOf(err), name)
		list, err := w.Store.Invitations(ctx, olga)
		require.NoError(t, err)
		require.Empty(t, list, name)
	}
	w.wantSignedOut(t, "eve")
	w.signedIn(t, "olga's cookie")
}

// wavers takes the role of an admin and gives it back.
func (w *world) wavers(t *testing.T, by, admin vault.Principal) {
	for _, role := range []vault.PersonRole{vault.PersonMember, vault.PersonAdmin} {
		require.NoError(t, w.Store.SetRole(t.Context(), by, admin.Person, role))
	}
}

// testReset: an invitation for somebody who is there is a new password. It ends what
// the older one had opened, leaves the role as it is, and
// stands in the log of the one concerned.
func testReset(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	l := vault.Login{Person: mia.Person, Password: "forgotten", TOTP: []byte("lost with the telephone")}
	require.NoError(t, w.Store.SetLogin(ctx, mia, login(mia.Person, "mia", 0), l, vault.ActionTOTPOn))
	code := w.invite(t, olga, "mia@company.example", vault.PersonAdmin)
	require.NoError(t, w.Store.Join(ctx, code, vault.Profile{Name: "somebody", Password: "fresh"}, browser("after")))
	w.wantSignedOut(t, "mia's cookie")
	after := w.signedIn(t, "after")
	require.Equal(t, mia.Person, after.Person)
	require.Equal(t, "mia", after.Name)
	require.False(t, after.Admin)
	set, err := w.Store.OwnLogin(ctx, after)
	require.NoError(t, err)
	require.Equal(t, vault.Login{Person: mia.Person, Password: "fresh"}, set)

	log, err := w.Store.Audit(ctx, after, 0, 2)
	require.NoError(t, err)
	require.Equal(t, []vault.Action{vault.ActionSignedIn, vault.ActionPasswordReset}, []vault.Action{log[0].Action, log[1].Action})
	require.Equal(t, []session.ID{mia.Person, olga.Person, mia.Person}, []session.ID{log[0].Person, log[1].Person, log[1].Of}, "the log of the one concerned names the inviter")
}

// testIdentify: a provider's word opens a web session for whom it vouched before,
// for whom it knows the address of, and for who is invited by it. Nobody else.
func testIdentify(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	identify := func(subject, email string) error {
		return w.Store.Identify(ctx, vault.Identity{Issuer: "https://id.example", Subject: subject, Email: email, Name: subject}, false, browser(subject))
	}
	wantCode(t, session.CodeNotInvited, identify("o", ""))
	wantCode(t, session.CodeNotInvited, identify("o", "nobody@company.example"))
	require.NoError(t, identify("o", "olga@company.example"))
	require.Equal(t, olga.Person, w.signedIn(t, "o").Person)
	require.NoError(t, w.Store.EndWebSession(ctx, olga, w.signedIn(t, "o").ID))
	require.NoError(t, w.Store.Identify(ctx, vault.Identity{Issuer: "https://id.example", Subject: "o"}, false, browser("later")))
	require.Equal(t, olga.Person, w.signedIn(t, "later").Person, "who was known before needs no address")
	err := w.Store.Identify(ctx, vault.Identity{Issuer: "https://other.example", Subject: "o"}, false, browser("other"))
	wantCode(t, session.CodeNotInvited, err)

	code := w.invite(t, olga, "mia@company.example", vault.PersonAdmin)
	for _, err := range atOnce(2, func(n int) error {
		return w.Store.Identify(ctx, vault.Identity{Issuer: "https://id.example", Subject: "mia", Email: "mia@company.example", Name: "mia"}, false, browser([]string{"tab", "another tab"}[n]))
	}) {
		require.NoError(t, err)
	}
	mia := w.signedIn(t, "tab")
	require.Equal(t, mia.Person, w.signedIn(t, "another tab").Person)
	require.True(t, mia.Admin)
	require.Equal(t, "mia", mia.Name)
	_, err = w.Store.Invited(ctx, code)
	wantCode(t, session.CodeCodeWrong, err)
	l, err := w.Store.Login(ctx, "mia@company.example")
	require.NoError(t, err)
	require.Empty(t, l.Password)

	require.NoError(t, w.Store.RemovePerson(ctx, olga, mia.Person, session.ID{}))
	wantCode(t, session.CodeNotInvited, identify("mia", "mia@company.example"))
}
