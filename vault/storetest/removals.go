package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// leaver is somebody with something of everything that a removal ends.
type leaver struct {
	vault.Principal
	device, runner vault.Principal
	kept, double   session.Account // Olga has a card like double
	lease          vault.Lease
	reset          [32]byte // code for a new password
}

func (w *world) leaver(t *testing.T, olga vault.Principal) leaver {
	ctx := t.Context()
	m := leaver{Principal: w.join(t, olga, "mia", vault.PersonMember)}
	m.device, m.runner = w.allow(t, m.Principal, vault.RoleDevice, "mia's laptop"), w.allow(t, m.Principal, vault.RoleRunner, "mia's runner")
	require.NoError(t, w.Store.Identify(ctx, vault.Identity{Issuer: "https://id.example", Subject: "mia", Email: "mia@company.example"}, false, browser("by provider")))
	_, err := w.Store.Grant(ctx, m.device.Key, [32]byte(hash("mia's token")), [32]byte{})
	require.NoError(t, err)
	for name, to := range map[string]*session.Account{"Bob": &m.double, "Carol": &m.kept} {
		*to, err = w.Store.AddAccount(ctx, m.device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: name})
		require.NoError(t, err)
		_, err = w.Store.Put(ctx, m.device, w.share(*to, 1, name))
		require.NoError(t, err)
	}
	m.lease, err = w.Store.Lease(ctx, m.runner, m.kept.ID, session.Generation{})
	require.NoError(t, err)
	require.NoError(t, w.Store.AddMember(ctx, olga, w.add(t, "Bob").ID, m.Person))
	m.reset = w.invite(t, olga, "mia@company.example", vault.PersonMember)
	return m
}

// wantGone requires that nothing which the person had opens anything.
func (w *world) wantGone(t *testing.T, m leaver) {
	t.Helper()
	ctx := t.Context()
	for _, cookie := range []string{"mia's cookie", "by provider"} {
		w.wantSignedOut(t, cookie)
	}
	_, err := w.Store.Authenticate(ctx, [32]byte(hash("mia's token")))
	wantCode(t, session.CodeUnauthorized, err)
	_, err = w.Store.Grant(ctx, m.device.Key, [32]byte(hash("another token")), [32]byte{})
	wantCode(t, session.CodeUnauthorized, err)
	_, err = w.Store.LeasedEnvelope(ctx, m.runner, m.lease.ID)
	wantCode(t, session.CodeLeaseEnded, err)
	programs, err := w.Store.Programs(ctx, m.Principal)
	require.NoError(t, err)
	require.Empty(t, programs)
	_, err = w.Store.Outcome(ctx, [32]byte(hash("mia's laptop")), m.device.Key)
	wantCode(t, session.CodeEnrolmentEnded, err)
	_, err = w.Store.Login(ctx, "mia@company.example")
	wantCode(t, session.CodeSignInFailed, err)
	wantCode(t, session.CodeSignInFailed, w.Store.SignIn(ctx, login(m.Person, "mia", 0), browser("late")))
	err = w.Store.Identify(ctx, vault.Identity{Issuer: "https://id.example", Subject: "mia", Email: "mia@company.example"}, false, browser("late"))
	wantCode(t, session.CodeNotInvited, err)
	wantCode(t, session.CodeCodeWrong, w.Store.Join(ctx, m.reset, vault.Profile{Name: "mia"}, browser("late")))
	list, _, err := w.Store.Accounts(ctx, m.Principal, "", 10)
	require.NoError(t, err)
	require.Empty(t, list)

	// What was on its way changes nothing any more.
	for _, p := range []vault.Principal{m.device, m.runner} {
		for _, call := range w.calls(t, m.kept) {
			if err := call(p, m.kept); session.CodeOf(err) != session.CodeNotFound {
				wantCode(t, session.CodeUnauthorized, err)
			}
		}
		_, err = w.Store.AddAccount(ctx, p, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "late"})
		wantCode(t, session.CodeUnauthorized, err)
		wantCode(t, session.CodeUnauthorized, w.Store.AppendRoster(ctx, p, vault.RosterAppend{Version: []byte("late")}))
	}
	wantCode(t, session.CodeSignedOut, w.Store.RemoveAccount(ctx, m.Principal, m.kept.ID))
	wantCode(t, session.CodeSignedOut, w.Store.SetLogin(ctx, m.Principal, login(m.Person, "mia", 0), vault.Login{Password: "late"}, vault.ActionPassword))
}

// usernames are the accounts that a person sees, with their states.
func (w *world) usernames(t *testing.T, p vault.Principal) map[string]session.State {
	list, _, err := w.Store.Accounts(t.Context(), p, "", 100)
	require.NoError(t, err)
	states := map[string]session.State{}
	for _, a := range list {
		require.Equal(t, session.RoleOwner, a.Role)
		states[a.Username] = a.Status.State
	}
	return states
}

// testRemoval: everything of the person ends at once, and what they owned goes.
func testRemoval(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	m := w.leaver(t, olga)
	wantCode(t, session.CodePersonUnknown, w.Store.RemovePerson(ctx, olga, session.NewID(), session.ID{}))
	wantCode(t, session.CodeLastAdmin, w.Store.RemovePerson(ctx, olga, olga.Person, session.ID{}))
	wantCode(t, session.CodePersonUnknown, w.Store.RemovePerson(ctx, olga, m.Person, m.Person))
	require.NoError(t, w.Store.RemovePerson(ctx, olga, m.Person, session.ID{}))
	w.wantGone(t, m)
	require.Equal(t, map[string]vault.PersonRole{"Olga": vault.PersonAdmin}, w.roles(t, olga))
	require.Equal(t, map[string]session.State{"Bob": session.StateNone}, w.usernames(t, olga))
	require.Equal(t, []vault.Action{vault.ActionPersonRemoved}, w.actions(t, olga, 1))
	n, err := w.Store.Erase(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	wantCode(t, session.CodePersonUnknown, w.Store.RemovePerson(ctx, olga, m.Person, session.ID{}))

	back := w.join(t, olga, "mia", vault.PersonMember)
	require.NotEqual(t, m.Person, back.Person, "who is invited again is somebody new")
	require.Empty(t, w.usernames(t, back))
}

// testSuccession: what a removed person owned is the successor's, without its
// sessions.
func testSuccession(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	m := w.leaver(t, olga)
	wantCode(t, session.CodePersonUnknown, w.Store.RemovePerson(ctx, olga, m.Person, session.NewID()))
	require.NoError(t, w.Store.RemovePerson(ctx, olga, m.Person, olga.Person))
	w.wantGone(t, m)
	require.Equal(t, map[string]session.State{"Bob": session.StateNone, "Carol": session.StateNone}, w.usernames(t, olga))
	st, err := w.Store.Status(ctx, olga, m.kept.ID)
	require.NoError(t, err)
	require.Equal(t, uint64(2), st.NextShare)
	members, err := w.Store.Members(ctx, olga, m.kept.ID)
	require.NoError(t, err)
	require.Equal(t, []vault.Member{{Person: olga.Person, Name: "Olga", Role: session.RoleOwner}}, members)
	_, err = w.Store.Account(ctx, olga, m.double.ID)
	wantCode(t, session.CodeNotFound, err)
	n, err := w.Store.Erase(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

// testRemovalRaces: changes that a person's programs make, and ways in that are
// opened, while the person is removed leave nothing behind.
func testRemovalRaces(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	m := w.leaver(t, olga)
	stays := w.add(t, "Dora")
	races := []func() error{
		func() error { return w.Store.RemovePerson(ctx, olga, m.Person, olga.Person) },
		func() error { _, err := w.Store.Put(ctx, m.device, w.share(m.kept, 2, "two")); return err },
		func() error {
			_, err := w.Store.AddAccount(ctx, m.device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Eve"})
			return err
		},
		func() error { _, err := w.Store.Delete(ctx, m.runner, m.double.ID); return err },
		func() error { return w.Store.AddMember(ctx, olga, stays.ID, m.Person) },
		func() error { return w.Store.SignIn(ctx, login(m.Person, "mia", 0), browser("by provider")) },
		func() error { return w.Store.Join(ctx, m.reset, vault.Profile{Name: "mia"}, browser("mia's cookie")) },
	}
	errs := atOnce(len(races), func(n int) error { return races[n]() })
	require.NoError(t, errs[0])
	for _, err := range errs {
		refusals := []session.Code{"", session.CodeUnauthorized, session.CodePersonUnknown, session.CodeSignInFailed, session.CodeCodeWrong}
		require.Contains(t, refusals, session.CodeOf(err), "%v", err)
	}
	w.wantGone(t, m)
	require.Equal(t, map[string]vault.PersonRole{"Olga": vault.PersonAdmin}, w.roles(t, olga))
	for name, state := range w.usernames(t, olga) {
		require.Equal(t, session.StateNone, state, name)
	}
	members, err := w.Store.Members(ctx, olga, stays.ID)
	require.NoError(t, err)
	require.Len(t, members, 1)
}
