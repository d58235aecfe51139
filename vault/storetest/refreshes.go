package storetest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// refreshed is what a runner hands back of a share, for the given refresh number.
func (w *world) refreshed(of vault.Put, number uint64, text string) vault.Put {
	put := of
	put.Generation.Refresh, put.Created, put.Key = number, w.Clock.Now(), text
	put.KeyIDs = append([][]byte{[]byte("runner's own key")}, of.KeyIDs...)
	put.Sealed = vault.Sealed{Stanzas: []byte("stanzas of " + text), Rest: []byte("rest of " + text)}
	return put
}

// shared puts a share and returns it as it was put.
func (w *world) shared(t *testing.T, a session.Account, number uint64, text string) vault.Put {
	t.Helper()
	put := w.share(a, number, text)
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	return put
}

func testRenew(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.share(a, 1, "one")
	put.NotAfter = w.Clock.Now().Add(2 * Lease)
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	l := w.lease(t, a)
	w.Clock.Advance(Lease - time.Millisecond)
	renewed, err := w.Store.Renew(t.Context(), w.runner, l.ID)
	require.NoError(t, err)
	require.Equal(t, w.Clock.Now().Add(Lease), renewed.Until)
	require.Equal(t, l.ID, renewed.ID)
	require.Equal(t, w.status(t, a), renewed.Account.Status)
	w.Clock.Advance(time.Minute)
	require.NotEmpty(t, w.reads(t, l), "beyond its first end")
	renewed, err = w.Store.Renew(t.Context(), w.runner, l.ID)
	require.NoError(t, err)
	require.Equal(t, put.NotAfter, renewed.Until, "never beyond the session's end")
	held, err := w.Store.Leased(t.Context(), w.runner, l.ID)
	require.NoError(t, err)
	require.Equal(t, renewed, held)

	other := w.enrol(t, vault.RoleRunner, "another runner")
	_, err = w.Store.Renew(t.Context(), other, l.ID)
	wantCode(t, session.CodeLeaseEnded, err)
	w.Clock.Advance(Lease)
	_, err = w.Store.Renew(t.Context(), w.runner, l.ID)
	wantCode(t, session.CodeLeaseEnded, err)
	_, err = w.Store.Leased(t.Context(), w.runner, l.ID)
	wantCode(t, session.CodeLeaseEnded, err)

	w.puts(t, a, 2, "two")
	waits := w.leaseWaiting(t)
	_, err = w.Store.Renew(t.Context(), w.runner, waits.ID)
	wantCode(t, session.CodeRequestInvalid, err)
	held, err = w.Store.Leased(t.Context(), w.runner, waits.ID)
	require.NoError(t, err)
	require.Equal(t, uint64(2), held.Share)
}

// testRefresh: one session, as it was handed back, while the lease goes on.
func testRefresh(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.shared(t, a, 1, "one")
	shared := w.Clock.Now()
	w.Clock.Advance(time.Hour)
	l := w.lease(t, a)
	w.Clock.Advance(time.Minute)
	now := w.Clock.Now()
	until := now.Add(Window)
	r, err := w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 1, "used"))
	require.NoError(t, err)
	require.True(t, r.Applied)
	require.Equal(t, session.Status{
		State: session.StateTransferred, Cause: session.CauseShared, CauseText: session.CauseShared.Text(),
		Generation: session.Generation{Share: 1, Refresh: 1}, NextShare: 2, Since: &shared, By: "laptop", Until: &until, LastUsed: &now, ShareKey: "one",
	}, r.Status)
	require.Equal(t, r.Status, w.status(t, a))
	require.Equal(t, "stanzas of used, rest of used", w.reads(t, l), "the lease goes on for it")
	held, err := w.Store.Leased(t.Context(), w.runner, l.ID)
	require.NoError(t, err)
	require.Equal(t, l.Until, held.Until)

	again, err := w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 1, "used"))
	require.NoError(t, err)
	require.Equal(t, vault.PutResult{Status: r.Status}, again)
	r, err = w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 1, "late"))
	wantCode(t, session.CodeGenerationConflict, err)
	require.Equal(t, again.Status, r.Status, "a conflict tells the current status")

	short := w.refreshed(put, 2, "short")
	short.NotAfter = now.Add(2 * time.Minute)
	r, err = w.Store.Refresh(t.Context(), w.runner, l.ID, short)
	require.NoError(t, err)
	require.Equal(t, short.NotAfter, *r.Status.Until)
	held, err = w.Store.Leased(t.Context(), w.runner, l.ID)
	require.NoError(t, err)
	require.Equal(t, short.NotAfter, held.Until, "no lease outlives its session")

	w.put(t, a, 2, "two")
	require.Equal(t, session.Generation{Share: 2}, w.status(t, a).Generation)
	require.Nil(t, w.status(t, a).LastUsed)
}

// testRefreshChecks: a refresh that is refused leaves the session and its lease as
// they were.
func testRefreshChecks(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.share(a, 1, "one")
	put.Cap = w.Clock.Now().Add(Cap + time.Hour) // a device whose clock is ahead
	_, err := w.Store.Put(t.Context(), w.device, put)
	require.NoError(t, err)
	bounded := w.Clock.Now().Add(Cap)
	before := w.status(t, a)
	l := w.lease(t, a)
	for name, tt := range map[string]struct {
		code session.Code
		edit func(*vault.Put)
	}{
		"another workspace": {session.CodeEnvelopeContext, func(p *vault.Put) { p.Workspace = session.NewID() }},
		"another account":   {session.CodeEnvelopeContext, func(p *vault.Put) { p.Account = session.NewID() }},
		"another app":       {session.CodeEnvelopeContext, func(p *vault.Put) { p.App = "gitea" }},
		"another session":   {session.CodeEnvelopeContext, func(p *vault.Put) { p.Session = session.NewID() }},
		"another share":     {session.CodeGenerationConflict, func(p *vault.Put) { p.Generation.Share = 2 }},
		"the leased number": {session.CodeGenerationConflict, func(p *vault.Put) { p.Generation.Refresh = 0 }},
		"a skipped number":  {session.CodeGenerationConflict, func(p *vault.Put) { p.Generation.Refresh = 2 }},
		"an ended session":  {session.CodeEnvelopeExpired, func(p *vault.Put) { p.NotAfter = w.Clock.Now() }},
	} {
		bad := w.refreshed(put, 1, name)
		tt.edit(&bad)
		_, err := w.Store.Refresh(t.Context(), w.runner, l.ID, bad)
		require.Equal(t, tt.code, session.CodeOf(err), name)
	}
	moved := w.refreshed(put, 1, "moved")
	moved.Roster = 1
	_, err = w.Store.Refresh(t.Context(), w.runner, l.ID, moved)
	require.ErrorIs(t, err, vault.ErrRosterMoved)
	other := w.enrol(t, vault.RoleRunner, "another runner")
	_, err = w.Store.Refresh(t.Context(), other, l.ID, w.refreshed(put, 1, "stolen"))
	wantCode(t, session.CodeLeaseEnded, err)
	require.Equal(t, before, w.status(t, a))
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, l))
	require.Zero(t, w.health(t).Pending)

	for n := range uint64(3) { // the window slides up to the cap that the vault has set
		w.Clock.Advance(Window - time.Hour)
		_, err := w.Store.Refresh(t.Context(), w.runner, w.lease(t, a).ID, w.refreshed(put, n+1, string(rune('a'+n))))
		require.NoError(t, err)
	}
	require.Equal(t, bounded, *w.status(t, a).Until)
}

// testNewerShareWins: what a person has shared since is not replaced by what a
// runner hands back, and what waits is not touched.
func testNewerShareWins(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.shared(t, a, 1, "one")
	l := w.lease(t, a)
	w.puts(t, a, 2, "two")
	waits := w.leaseWaiting(t)
	_, err := w.Store.Refresh(t.Context(), w.runner, waits.ID, w.refreshed(w.share(a, 2, "two"), 1, "waits"))
	wantCode(t, session.CodeRequestInvalid, err)
	r, err := w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 1, "used"))
	require.NoError(t, err)
	require.True(t, r.Status.Attempt.Waits())
	require.Equal(t, "stanzas of two, rest of two", w.reads(t, waits))

	st := w.report(t, waits, vault.Report{Confirmed: true})
	require.Equal(t, session.Generation{Share: 2}, st.Generation)
	_, err = w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 2, "too late"))
	wantCode(t, session.CodeLeaseEnded, err)
	require.Equal(t, st, w.status(t, a))

	for n := uint64(3); n < 23; n++ { // either order of the two: the person's is current
		now := w.shared(t, a, n, "base of "+session.NewID().String())
		l := w.lease(t, a)
		var refresh error
		var both sync.WaitGroup
		both.Go(func() {
			_, refresh = w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(now, 1, session.NewID().String()))
		})
		n++
		newer := w.shared(t, a, n, "newer of "+session.NewID().String())
		both.Wait()
		if refresh != nil {
			wantCode(t, session.CodeLeaseEnded, refresh)
		}
		require.Equal(t, session.Generation{Share: n}, w.status(t, a).Generation)
		require.Equal(t, "stanzas of "+newer.Key+", rest of "+newer.Key, w.reads(t, w.lease(t, a)))
	}
}

// testRefreshErasure: the older generation goes as any replaced session does, and
// the audit log tells both.
func testRefreshErasure(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	put := w.shared(t, a, 1, "one")
	key := w.Keys.IDs()
	l := w.lease(t, a)
	_, err := w.Store.Refresh(t.Context(), w.runner, l.ID, w.refreshed(put, 1, "used"))
	require.NoError(t, err)
	require.Equal(t, 1, w.health(t).Pending)
	w.erase(t, 1)
	require.NotContains(t, w.Keys.IDs(), key[0])
	require.Equal(t, "stanzas of used, rest of used", w.reads(t, l))

	list, err := w.Store.Audit(t.Context(), w.device, 0, 3)
	require.NoError(t, err)
	for i, want := range []struct {
		action vault.Action
		of     session.Generation
		by     session.ID
	}{
		{vault.ActionErased, session.Generation{Share: 1}, session.ID{}},
		{vault.ActionRefreshed, session.Generation{Share: 1, Refresh: 1}, w.runner.ID},
		{vault.ActionReplaced, session.Generation{Share: 1}, w.runner.ID},
	} {
		require.Equal(t, want.action, list[i].Action)
		require.Equal(t, want.of, list[i].Generation)
		require.Equal(t, want.by, list[i].Principal)
	}

	require.NoError(t, w.Store.AppendRoster(t.Context(), w.device, vault.RosterAppend{Version: []byte("first"), Revoked: [][]byte{[]byte("runner's own key")}}))
	require.Equal(t, session.CauseRosterRevoked, w.status(t, a).Cause, "a revoked runner's refresh goes with it")
}
