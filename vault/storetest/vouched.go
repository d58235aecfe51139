package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testVouched: a web session by a provider's word knows when the provider last asked
// who it is. The word does not replace a person's one-time codes where they are wanted.
func testVouched(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	identify := func(cookie string, said time.Time, codes bool) error {
		i := vault.Identity{Issuer: "https://id.example", Subject: "o", Email: "olga@company.example", SignedIn: said}
		return w.Store.Identify(ctx, i, codes, browser(cookie))
	}
	now := w.Clock.Now()
	for cookie, times := range map[string]struct{ said, proved time.Time }{
		"an hour ago":   {now.Add(-time.Hour), now.Add(-time.Hour)},
		"in the future": {now.Add(time.Hour), now},
		"not said":      {time.Time{}, time.Unix(0, 0).UTC()},
	} {
		require.NoError(t, identify(cookie, times.said, true))
		require.Equal(t, times.proved, w.signedIn(t, cookie).Proved, cookie)
	}

	coded := vault.Login{Password: "olga's password", TOTP: []byte("sealed")}
	require.NoError(t, w.Store.SetLogin(ctx, olga, login(olga.Person, "olga", 0), coded, vault.ActionTOTPOn))
	wantCode(t, session.CodeTOTPNeeded, identify("with codes", now, true))
	w.wantSignedOut(t, "with codes")
	require.NoError(t, identify("without", now, false))
}
