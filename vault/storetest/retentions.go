package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

const days = 24 * time.Hour

// testRetention: an app's window goes before the workspace's, and that before the
// vault's own; what is held ends earlier by it and never later; the preview has said
// so.
func testRetention(t *testing.T, w *world) {
	ctx := t.Context()
	olga := w.setUp(t)
	wiki := w.add(t, "Bob")
	git, err := w.Store.AddAccount(ctx, w.device, vault.Card{App: "gitea", Site: "https://git.example", Username: "Bob"})
	require.NoError(t, err)
	until := func(a session.Account) time.Time { return *w.status(t, a).Until }
	set := func(app string, days int, effects ...vault.RetentionEffect) {
		preview, err := w.Store.PreviewRetention(ctx, olga, app, days)
		require.NoError(t, err)
		require.Equal(t, effects, preview)
		require.NoError(t, w.Store.SetRetention(ctx, olga, app, days))
	}
	rules := func() vault.Retention {
		r, err := w.Store.Retention(ctx, olga)
		require.NoError(t, err)
		return r
	}
	require.Equal(t, vault.Retention{Default: Window, Cap: Cap}, rules())
	require.Equal(t, 90, rules().MaxDays())

	w.put(t, wiki, 1, "wiki")
	w.put(t, git, 1, "git")
	shared := w.Clock.Now()
	require.Equal(t, shared.Add(Window), until(wiki))
	w.Clock.Advance(2 * days)
	set("gitea", 7, vault.RetentionEffect{App: "gitea", Held: 1, Shorten: 1})
	require.Equal(t, shared.Add(7*days), until(git))
	require.Equal(t, shared.Add(Window), until(wiki), "it is not of that app")
	set("", 60, vault.RetentionEffect{App: "mediawiki", Held: 1})
	require.Equal(t, shared.Add(Window), until(wiki), "never later")
	require.Equal(t, vault.Retention{Days: 60, Apps: []vault.AppRetention{{App: "gitea", Days: 7}}, Default: Window, Cap: Cap}, rules())

	used := w.Clock.Now()
	for _, a := range []session.Account{wiki, git} {
		w.report(t, w.lease(t, a), vault.Report{})
	}
	require.Equal(t, used.Add(60*days), until(wiki), "from its use on it lasts as long as the new window")
	require.Equal(t, used.Add(7*days), until(git))
	set("gitea", 0, vault.RetentionEffect{App: "gitea", Held: 1})
	require.Equal(t, used.Add(7*days), until(git))
	w.Clock.Advance(3 * days)

	set("", 2, vault.RetentionEffect{App: "gitea", Held: 1, Expire: 1}, vault.RetentionEffect{App: "mediawiki", Held: 1, Expire: 1})
	changed := w.Clock.Now()
	for _, a := range []session.Account{wiki, git} {
		st := w.status(t, a)
		require.Equal(t, session.StateExpired, st.State)
		require.Equal(t, session.CauseWindow, st.Cause)
		require.Equal(t, changed, *st.Since, "it could be used until then")
	}
	require.Equal(t, 2, w.expires(t))
	w.erase(t, 2)
	set("", 2)
	entries, err := w.Store.Audit(ctx, olga, 0, 100)
	require.NoError(t, err)
	var told []vault.AppRetention
	for _, e := range entries {
		if e.Action == vault.ActionRetentionChanged {
			require.Equal(t, olga.Person, e.Person)
			told = append(told, vault.AppRetention{App: e.App, Days: e.Days})
		}
	}
	require.Equal(t, []vault.AppRetention{{Days: 2}, {App: "gitea"}, {Days: 60}, {App: "gitea", Days: 7}}, told, "each change once")

	st := w.put(t, wiki, 2, "again")
	require.Equal(t, changed.Add(2*days), *st.Until)
	for _, wrong := range []int{-1, 91} {
		wantCode(t, session.CodeDaysInvalid, w.Store.SetRetention(ctx, olga, "", wrong))
		_, err = w.Store.PreviewRetention(ctx, olga, "", wrong)
		wantCode(t, session.CodeDaysInvalid, err)
	}
}

// testRetentionSettles: a session that was put by who had still read the older
// window, or that a change which was broken off has left, ends as the new one says.
func testRetentionSettles(t *testing.T, w *world) {
	ctx := t.Context()
	a := w.add(t, "Bob")
	require.NoError(t, w.Store.SetRetention(ctx, w.device, "", 1))
	w.put(t, a, 1, "one")
	shared := w.Clock.Now()
	w.Exec(t, `UPDATE sessions SET expires = $1`, shared.Add(Window).UnixMilli())
	w.Clock.Advance(time.Minute)
	require.NoError(t, w.Store.SettleRetention(ctx))
	require.Equal(t, shared.Add(days), *w.status(t, a).Until)

	// Later there is none left, and nothing is looked for.
	w.Clock.Advance(time.Hour)
	require.NoError(t, w.Store.SettleRetention(ctx))
	w.Exec(t, `UPDATE sessions SET expires = $1`, shared.Add(Window).UnixMilli())
	require.NoError(t, w.Store.SettleRetention(ctx))
	require.Equal(t, shared.Add(Window), *w.status(t, a).Until)
}

// testRetentionRaces: however a change of a window meets puts and uses, nothing that
// is held outlives the window after the next round.
func testRetentionRaces(t *testing.T, w *world) {
	ctx := t.Context()
	const accounts = 8
	var all []session.Account
	for n := range accounts {
		a := w.add(t, string(rune('a'+n)))
		w.put(t, a, 1, "one")
		all = append(all, a)
	}
	errs := atOnce(accounts+1, func(n int) error {
		if n == accounts {
			return w.Store.SetRetention(ctx, w.device, "", 1)
		}
		if n%2 == 0 {
			_, err := w.Store.Put(ctx, w.device, w.share(all[n], 2, "two"))
			return err
		}
		l, err := w.Store.Lease(ctx, w.runner, all[n].ID, session.Generation{})
		if err == nil {
			_, err = w.Store.Report(ctx, w.runner, l.ID, vault.Report{})
		}
		return err
	})
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.NoError(t, w.Store.SettleRetention(ctx))
	for _, a := range all {
		require.Equal(t, w.Clock.Now().Add(days), *w.status(t, a).Until)
	}
}
