package storetest

import (
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
// swept or not.
func testLifetimes(t *testing.T, w *world) {
	rapid.Check(t, func(rt *rapid.T) {
		l := &lives{T: rt, world: w, t: t, account: w.add(t, session.NewID().String())}
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
	put              vault.Put // the current session as it was put
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
	is := &limits{unused: now.Add(Window), oldest: put.Cap}
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
	l.current, l.put, l.refreshes = is, put, 0
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
		l.current.unused = l.Clock.Now().Add(Window)
	})
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
		l.current.unused = l.Clock.Now().Add(Window)
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
	l.current.unused, l.current.unconfirmed = l.Clock.Now().Add(Window), time.Time{}
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
