package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// login is what a person was checked by, with the password from the beginning.
func login(person session.ID, name string, step int64) vault.Login {
	return vault.Login{Person: person, Password: name + "'s password", Step: step}
}

// testSignIn: a sign-in is checked by what its person has set, and a one-time code
// opens one web session, also if two use it at once.
func testSignIn(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	l, err := w.Store.Login(ctx, "olga@company.example")
	require.NoError(t, err)
	require.Equal(t, vault.Login{Person: olga.Person, Password: "olga's password"}, l)
	own, err := w.Store.OwnLogin(ctx, olga)
	require.NoError(t, err)
	require.Equal(t, l, own)
	_, err = w.Store.Login(ctx, "nobody@company.example")
	wantCode(t, session.CodeSignInFailed, err)

	require.NoError(t, w.Store.SignIn(ctx, login(l.Person, "olga", 0), browser("without a code")))
	require.NoError(t, w.Store.SignIn(ctx, login(l.Person, "olga", 0), browser("again")))
	errs := atOnce(2, func(n int) error {
		return w.Store.SignIn(ctx, login(l.Person, "olga", 7), browser([]string{"one", "two"}[n]))
	})
	one := wantOne(t, session.CodeSignInFailed, errs)
	require.Equal(t, olga.Person, w.signedIn(t, []string{"one", "two"}[one]).Person)
	w.wantSignedOut(t, []string{"one", "two"}[1-one])
	wantCode(t, session.CodeSignInFailed, w.Store.SignIn(ctx, login(l.Person, "olga", 6), browser("older")))
	wantCode(t, session.CodeSignInFailed, w.Store.Prove(ctx, olga, login(olga.Person, "olga", 7)))
	require.NoError(t, w.Store.Prove(ctx, olga, login(olga.Person, "olga", 8)))
	wantCode(t, session.CodeSignInFailed, w.Store.SignIn(ctx, login(session.NewID(), "olga", 0), browser("nobody")))
}

// testWebSessions: a web session ends when it is not used, when it is too old and
// when its person says so. It knows when the password was last given.
func testWebSessions(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	began := w.Clock.Now()
	require.Equal(t, began, olga.Proved)
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.Store.Prove(ctx, olga, login(olga.Person, "olga", 0)))
	require.Equal(t, w.Clock.Now(), w.signedIn(t, "olga's cookie").Proved)

	require.NoError(t, w.Store.SignIn(ctx, login(olga.Person, "olga", 0), browser("phone")))
	phone := w.signedIn(t, "phone")
	w.Clock.Advance(time.Minute)
	w.signedIn(t, "olga's cookie")
	list, err := w.Store.WebSessions(ctx, olga)
	require.NoError(t, err)
	require.Equal(t, []vault.WebSession{
		{ID: olga.ID, Browser: "Firefox on Linux", Created: began, Seen: w.Clock.Now(), Current: true},
		{ID: phone.ID, Browser: "Firefox on Linux", Created: w.Clock.Now().Add(-time.Minute), Seen: w.Clock.Now().Add(-time.Minute)},
	}, list)

	mia := w.join(t, olga, "mia", vault.PersonMember)
	require.NoError(t, w.Store.EndWebSession(ctx, mia, phone.ID))
	w.signedIn(t, "phone") // another person's is none of hers
	require.NoError(t, w.Store.EndWebSession(ctx, olga, phone.ID))
	require.NoError(t, w.Store.EndWebSession(ctx, olga, phone.ID))
	w.wantSignedOut(t, "phone")
	wantCode(t, session.CodeSignedOut, w.Store.EndWebSession(ctx, phone, olga.ID))
	require.Equal(t, []vault.Action{vault.ActionSignedOut, vault.ActionInvited}, w.actions(t, olga, 2))

	w.Clock.Advance(vault.WebIdle - time.Millisecond)
	w.signedIn(t, "mia's cookie")
	w.Clock.Advance(time.Millisecond)
	w.wantSignedOut(t, "olga's cookie")
	list, err = w.Store.WebSessions(ctx, olga)
	require.NoError(t, err)
	require.Empty(t, list)
	for w.Clock.Now().Before(began.Add(vault.WebTime)) {
		w.signedIn(t, "mia's cookie")
		w.Clock.Advance(time.Hour)
	}
	w.Clock.Advance(time.Hour + time.Minute)
	w.wantSignedOut(t, "mia's cookie")
	require.NoError(t, w.Store.Forget(ctx))
	wantCode(t, session.CodeSignedOut, w.Store.Prove(ctx, mia, login(mia.Person, "mia", 0)))
}

// testSetLogin: who changes the password is signed out everywhere else, and a
// one-time code that was used stays used.
func testSetLogin(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	mia := w.join(t, olga, "mia", vault.PersonMember)
	require.NoError(t, w.Store.SignIn(ctx, login(olga.Person, "olga", 9), browser("phone")))
	l := vault.Login{Person: olga.Person, Password: "another password", TOTP: []byte("sealed secret")}
	require.NoError(t, w.Store.SetLogin(ctx, olga, login(olga.Person, "olga", 0), l, vault.ActionPassword))
	w.wantSignedOut(t, "phone")
	require.Equal(t, olga.ID, w.signedIn(t, "olga's cookie").ID)
	require.Equal(t, mia.ID, w.signedIn(t, "mia's cookie").ID)
	set, err := w.Store.Login(ctx, "olga@company.example")
	require.NoError(t, err)
	require.Equal(t, l, set)
	wantCode(t, session.CodeSignInFailed, w.Store.SignIn(ctx, login(olga.Person, "olga", 9), browser("thief")))
	require.Equal(t, []vault.Action{vault.ActionPassword}, w.actions(t, olga, 1))
	for _, p := range w.people(t, olga) {
		require.Equal(t, p.ID == olga.Person, p.TOTP)
	}

	wantCode(t, session.CodeSignInFailed, w.Store.SignIn(ctx, login(olga.Person, "olga", 0), browser("late")))
	wantCode(t, session.CodeSignInFailed, w.Store.Prove(ctx, olga, login(olga.Person, "olga", 0)))
	was := l
	l.TOTP = nil
	require.NoError(t, w.Store.SetLogin(ctx, olga, was, l, vault.ActionTOTPOff))
	set, err = w.Store.OwnLogin(ctx, olga)
	require.NoError(t, err)
	require.Equal(t, l, set)
}
