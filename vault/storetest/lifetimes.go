package storetest

import (
	"cmp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sessionferry/session"
	"sessionferry/vault"
)

// testLifetimes: whatever happens to a session, it ends at the earliest of its
// window, its cap, the app's own end and, while it waits, the time for its
// confirmation: not a millisecond earlier or later, with that cause, whether it was
// swept or not. A window that an admin sets may bring the end nearer at once, and
// move it away with the next use.
func testLifetimes(t *testing.T, w *world) {
	rapid.Check(t, func(rt *rapid.T) {
		l := &lives{T: rt, world: w, t: t, account: w.add(t, session.NewID().String()), days: map[string]int{}}
		for _, app := range []string{"", l.account.App} { // as no earlier check has set them
			require.NoError(t, w.Store.SetRetention(t.Context(), w.device, app, 0))
		}
		l.share(false)
		rt.Repeat(map[string]func(*rapid.T){
			"":              func(*rapid.T) { l.check() },
			"advance":       func(*rapid.T) { l.advance() },
			"share":         func(*rapid.T) { l.share(false) },
			"share to wait": func(*rapid.T) { l.share(true) },
			"use":           func(*rapid.T) { l.use() },
			"refresh":       func(*rapid.T) { l.refresh() },
			"confirm":       func(*rapid.T) { l.confirm() },
			"sweep":         func(*rapid.T) { l.world.expires(t) },
			"window":        func(*rapid.T) { l.setWindow() },
			"settle":        func(*rapid.T) { require.NoError(l, w.Store.SettleRetention(t.Context())) },
		})
	})
}

// limits are what may end a session; the zero time is none.
type limits struct{ unused, oldest, app, unconfirmed time.Time }

// first is when the first of them comes. Where two come at once, the app's own word
// is told before the vault's rules.
func (l limits) first() (time.Time, session.Cause) {
	at, why := l.unused, session.CauseWindow
	for _, other := range []struct {
		at  time.Time
		why session.Cause
	}{{l.oldest, session.CauseCap}, {l.app, session.CauseCookies}} {
		if !other.at.IsZero() && !other.at.After(at) {
			at, why = other.at, other.why
		}
	}
	if !l.unconfirmed.IsZero() && l.unconfirmed.Before(at) {
		return l.unconfirmed, session.CauseUnconfirmed
	}
	return at, why
}

// lives is an account and what may end its sessions.
type lives struct {
	*rapid.T
	*world
	t       *testing.T
	account session.Account

	current, waiting *limits
	days             map[string]int // windows that were set: of the workspace and of the app
	used             time.Time      // when the current session was put or used last
	put              vault.Put      // the current session as it was put
	waits            vault.Put
	refreshes        uint64
}

// ends draws a time at which something ends.
func (l *lives) ends(name string, longest time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(1, longest.Milliseconds()).Draw(l.T, name)) * time.Millisecond
}

func (l *lives) share(wait bool) {
	now := l.Clock.Now()
	st := l.status(l.t, l.account)
	put := l.world.share(l.account, st.NextShare, session.NewID().String())
	put.Confirm, put.NotAfter = wait, time.Time{}
	put.Cap = now.Add(l.ends("cap", 4*Cap/3)) // beyond the vault's own, too
	is := &limits{unused: now.Add(l.window()), oldest: put.Cap}
	if own := now.Add(Cap); own.Before(put.Cap) {
		is.oldest = own
	}
	if rapid.Bool().Draw(l.T, "app's own end") {
		put.NotAfter = now.Add(min(l.ends("end", Cap), put.Cap.Sub(now)-time.Millisecond))
		is.app = put.NotAfter
	}
	if !put.NotAfter.IsZero() && !put.NotAfter.After(now) {
		return // it would be refused
	}
	_, err := l.Store.Put(l.t.Context(), l.device, put)
	require.NoError(l, err)
	l.waiting = nil
	if wait {
		is.unconfirmed = now.Add(vault.DefaultConfirmWithin)
		l.waiting, l.waits = is, put
		return
	}
	l.current, l.put, l.refreshes, l.used = is, put, 0, now
}

// alive reports whether what has these limits may be read now.
func (l *lives) alive(is *limits) bool {
	if is == nil {
		return false
	}
	at, _ := is.first()
	return l.Clock.Now().Before(at)
}

// with leases the current session, if it is alive, and gives it back.
func (l *lives) with(do func(vault.Lease)) {
	lease, err := l.Store.Lease(l.t.Context(), l.runner, l.account.ID, session.Generation{})
	if !l.alive(l.current) {
		require.Equal(l, session.CodeSessionNone, session.CodeOf(err))
		return
	}
	require.NoError(l, err)
	do(lease)
	require.NoError(l, l.Store.EndLease(l.t.Context(), l.runner, lease.ID))
}

func (l *lives) use() {
	l.with(func(lease vault.Lease) {
		l.report(l.t, lease, vault.Report{})
		l.useNow()
	})
}

// useNow lets the window begin anew.
func (l *lives) useNow() {
	l.used = l.Clock.Now()
	l.current.unused = l.used.Add(l.window())
}

// window is the one that holds: the app's, or the workspace's, or the vault's own.
func (l *lives) window() time.Duration {
	days := cmp.Or(l.days[l.account.App], l.days[""])
	return cmp.Or(time.Duration(days)*24*time.Hour, Window)
}

// setWindow sets a window, or takes it back.
func (l *lives) setWindow() {
	app := rapid.SampledFrom([]string{"", l.account.App}).Draw(l.T, "app")
	days := rapid.SampledFrom([]int{0, 1, 7, 30, 60, 90}).Draw(l.T, "days")
	require.NoError(l, l.Store.SetRetention(l.t.Context(), l.device, app, days))
	l.days[app] = days
	if end := l.used.Add(l.window()); l.alive(l.current) && end.Before(l.current.unused) {
		l.current.unused = end
		if now := l.Clock.Now(); end.Before(now) {
			l.current.unused = now
		}
	}
}

func (l *lives) refresh() {
	l.with(func(lease vault.Lease) {
		put := l.refreshed(l.put, l.refreshes+1, session.NewID().String())
		put.Confirm, put.NotAfter = false, time.Time{}
		end := l.Clock.Now().Add(l.ends("new end", Cap))
		l.current.app = time.Time{}
		if end.Before(put.Cap) {
			put.NotAfter, l.current.app = end, end
		}
		_, err := l.Store.Refresh(l.t.Context(), l.runner, lease.ID, put)
		require.NoError(l, err)
		l.refreshes++
		l.useNow()
	})
}

func (l *lives) confirm() {
	lease, err := l.Store.LeaseWaiting(l.t.Context(), l.runner, runnerKey)
	for err == nil && lease.Account.ID != l.account.ID { // left by an earlier check
		lease, err = l.Store.LeaseWaiting(l.t.Context(), l.runner, runnerKey)
	}
	if !l.alive(l.waiting) {
		require.Equal(l, session.CodeSessionNone, session.CodeOf(err))
		return
	}
	require.NoError(l, err)
	l.report(l.t, lease, vault.Report{Confirmed: true})
	l.current, l.put, l.refreshes, l.waiting = l.waiting, l.waits, 0, nil
	l.current.unconfirmed = time.Time{}
	l.useNow()
}

// advance goes to a millisecond before, to or beyond one of the ends, or anywhere.
func (l *lives) advance() {
	by := l.ends("by", Window)
	for _, is := range []*limits{l.current, l.waiting} {
		if l.alive(is) && rapid.Bool().Draw(l.T, "to an end") {
			at, _ := is.first()
			by = at.Sub(l.Clock.Now()) + time.Duration(rapid.IntRange(-1, 1).Draw(l.T, "beside"))*time.Millisecond
		}
	}
	l.Clock.Advance(by)
}

// check compares what the store says with the limits.
func (l *lives) check() {
	st := l.status(l.t, l.account)
	if l.current != nil {
		at, why := l.current.first()
		if l.alive(l.current) {
			require.Equal(l, session.StateTransferred, st.State)
			require.Equal(l, at, *st.Until)
		} else if !l.alive(l.waiting) { // else the state is that of the share that waits
			require.Equal(l, session.StateExpired, st.State)
			require.Equal(l, why, st.Cause)
			require.Equal(l, at, *st.Since)
		}
	}
	if l.waiting == nil {
		require.Nil(l, st.Attempt)
		return
	}
	at, why := l.waiting.first()
	if l.alive(l.waiting) {
		require.Equal(l, at, *st.Attempt.Until)
		return
	}
	require.Equal(l, why, st.Attempt.Cause)
	require.Equal(l, at, st.Attempt.Since)
}
