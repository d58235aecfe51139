package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// browser is a web session that is about to begin, known by the name of its cookie.
func browser(cookie string) vault.WebSession {
	return vault.WebSession{ID: session.NewID(), Token: [32]byte(hash(cookie)), Browser: "Firefox on Linux"}
}

// signedIn returns the principal of a cookie.
func (w *world) signedIn(t *testing.T, cookie string) vault.Principal {
	t.Helper()
	p, err := w.Store.ByWebSession(t.Context(), [32]byte(hash(cookie)))
	require.NoError(t, err)
	return p
}

// wantSignedOut requires that a cookie opens nothing.
func (w *world) wantSignedOut(t *testing.T, cookie string) {
	t.Helper()
	_, err := w.Store.ByWebSession(t.Context(), [32]byte(hash(cookie)))
	wantCode(t, session.CodeSignedOut, err)
}

// setUp gives the first person a profile and a web session.
func (w *world) setUp(t *testing.T) vault.Principal {
	p := vault.Profile{Name: "Olga", Email: "olga@company.example", Password: "olga's password"}
	require.NoError(t, w.Store.Setup(t.Context(), p, browser("olga's cookie")))
	return w.signedIn(t, "olga's cookie")
}

// join lets somebody join by an invitation, and returns their web session.
func (w *world) join(t *testing.T, admin vault.Principal, name string, role vault.PersonRole) vault.Principal {
	code := w.invite(t, admin, name+"@company.example", role)
	require.NoError(t, w.Store.Join(t.Context(), code, vault.Profile{Name: name, Password: name + "'s password"}, browser(name+"'s cookie")))
	return w.signedIn(t, name+"'s cookie")
}

// atOnce makes n calls at the same time.
func atOnce(n int, call func(n int) error) []error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = call(i) })
	}
	wait.Wait()
	return errs
}

// wantOne requires that one of the calls was let through and returns which. The
// others got the code.
func wantOne(t *testing.T, code session.Code, errs []error) (one int) {
	t.Helper()
	let := 0
	for n, err := range errs {
		if err == nil {
			one, let = n, let+1
			continue
		}
		wantCode(t, code, err)
	}
	require.Equal(t, 1, let)
	return one
}

// actions are what the newest entries of the person's log tell, newest first.
func (w *world) actions(t *testing.T, p vault.Principal, n int) (list []vault.Action) {
	entries, err := w.Store.Audit(t.Context(), p, 0, n)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Action)
	}
	return list
}

// testSetup: the first person gives a profile once, whatever becomes of that
// person later.
func testSetup(t *testing.T, w *world) {
	needs, err := w.Store.NeedsSetup(t.Context())
	require.NoError(t, err)
	require.True(t, needs)
	errs := atOnce(2, func(n int) error {
		name := []string{"olga", "thief"}[n]
		return w.Store.Setup(t.Context(), vault.Profile{Name: name, Email: name + "@company.example", Password: "p"}, browser(name))
	})
	name := []string{"olga", "thief"}[wantOne(t, session.CodeSetupDone, errs)]
	first := w.signedIn(t, name)
	require.Equal(t, w.device.Person, first.Person)
	require.Equal(t, vault.RoleWeb, first.Role)
	require.True(t, first.Admin)
	require.Equal(t, name, first.Name)
	require.Equal(t, []vault.Action{vault.ActionSetUp}, w.actions(t, first, 1))

	second := w.join(t, first, "mia", vault.PersonAdmin)
	require.NoError(t, w.Store.RemovePerson(t.Context(), second, first.Person, session.ID{}))
	needs, err = w.Store.NeedsSetup(t.Context())
	require.NoError(t, err)
	require.False(t, needs, "a workspace whose first person has gone is not a new one")
	err = w.Store.Setup(t.Context(), vault.Profile{Name: "thief", Email: "again@company.example"}, browser("again"))
	wantCode(t, session.CodeSetupDone, err)
	_, err = w.Store.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "late", Keys: []byte("late"), Key: hash("late")})
	wantCode(t, session.CodePersonUnknown, err)
}

// testFirstPerson: who joins never becomes the first person, even if the clock was
// wrong when the workspace was made.
func testFirstPerson(t *testing.T, w *world) {
	olga := w.setUp(t)
	w.Clock.Jump(-24 * time.Hour)
	_, err := w.Store.ConfirmClock(t.Context())
	require.NoError(t, err)
	code := w.invite(t, olga, "mia@company.example", vault.PersonMember)
	require.NoError(t, w.Store.Join(t.Context(), code, vault.Profile{Name: "mia"}, browser("mia's cookie")))
	ws, err := w.Store.Workspace(t.Context())
	require.NoError(t, err)
	require.Equal(t, olga.Person, ws.Person)
}

func testRoles(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	require.False(t, mia.Admin)
	wantCode(t, session.CodeNotAdmin, w.Store.SetRole(ctx, mia, mia.Person, vault.PersonAdmin))
	wantCode(t, session.CodeLastAdmin, w.Store.SetRole(ctx, olga, olga.Person, vault.PersonMember))
	wantCode(t, session.CodePersonUnknown, w.Store.SetRole(ctx, olga, session.NewID(), vault.PersonAdmin))
	require.NoError(t, w.Store.SetRole(ctx, olga, mia.Person, vault.PersonAdmin))
	require.True(t, w.signedIn(t, "mia's cookie").Admin)
	require.Equal(t, []vault.Action{vault.ActionMadeAdmin}, w.actions(t, mia, 1))
	require.Equal(t, map[string]vault.PersonRole{"Olga": vault.PersonAdmin, "mia": vault.PersonAdmin}, w.roles(t, mia))

	// What an older look at the role said does not count.
	require.NoError(t, w.Store.SetRole(ctx, mia, olga.Person, vault.PersonMember))
	wantCode(t, session.CodeNotAdmin, w.Store.SetRole(ctx, olga, mia.Person, vault.PersonMember))
	wantCode(t, session.CodeNotAdmin, w.Store.RemovePerson(ctx, olga, mia.Person, session.ID{}))
	_, err := w.Store.Invitations(ctx, olga)
	wantCode(t, session.CodeNotAdmin, err)
	wantCode(t, session.CodeNotAdmin, w.Store.Uninvite(ctx, olga, session.NewID()))
	wantCode(t, session.CodeNotAdmin, w.Store.Invite(ctx, olga, vault.Invitation{ID: session.NewID(), Email: "x@company.example", Role: vault.PersonAdmin}, [32]byte{1}))
}

// people are all but the world's stranger, who has no name.
func (w *world) people(t *testing.T, p vault.Principal) []vault.Person {
	list, err := w.Store.People(t.Context(), p)
	require.NoError(t, err)
	return slices.DeleteFunc(list, func(p vault.Person) bool { return p.Name == "" })
}

// roles are the roles of people by name.
func (w *world) roles(t *testing.T, p vault.Principal) map[string]vault.PersonRole {
	roles := map[string]vault.PersonRole{}
	for _, p := range w.people(t, p) {
		roles[p.Name] = p.Role
	}
	return roles
}

// testLastAdmin: one admin is left when two take the role from each other, or both
// lay it down, at once.
func testLastAdmin(t *testing.T, w *world) {
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonAdmin)
	both := [2]vault.Principal{olga, mia}
	one := wantOne(t, session.CodeNotAdmin, atOnce(2, func(n int) error {
		return w.Store.SetRole(t.Context(), both[n], both[1-n].Person, vault.PersonMember)
	}))
	require.NoError(t, w.Store.SetRole(t.Context(), both[one], both[1-one].Person, vault.PersonAdmin))
	one = wantOne(t, session.CodeLastAdmin, atOnce(2, func(n int) error {
		return w.Store.SetRole(t.Context(), both[n], both[n].Person, vault.PersonMember)
	}))
	left := both[1-one]
	wantCode(t, session.CodeLastAdmin, w.Store.RemovePerson(t.Context(), left, left.Person, session.ID{}))
}
