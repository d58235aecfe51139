package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// testManyExpire: when many sessions expire at once their keys are gone before
// their rows are, what lives beside them lives on, and the backlog is told until
// the last is erased.
func testManyExpire(t *testing.T, w *world) {
	const many = 320 // five buckets, and some of a sixth
	end := w.Clock.Now().Add(time.Hour)
	put := func(name string, end time.Time) session.Account {
		a := w.add(t, name)
		p := w.share(a, 1, name)
		p.NotAfter = end
		_, err := w.Store.Put(t.Context(), w.device, p)
		require.NoError(t, err)
		return a
	}
	var due []session.Account
	for n := range many + 10 {
		due = append(due, put(fmt.Sprint("due", n), end))
	}
	lives := put("lives", w.Clock.Now().Add(Cap))
	lease := w.lease(t, due[0])
	require.NotEmpty(t, w.reads(t, lease))
	require.Len(t, w.Keys.IDs(), 6)
	require.NoError(t, w.Store.DestroyExpired(t.Context()))
	require.Len(t, w.Keys.IDs(), 6, "nothing is due")

	w.Clock.Advance(time.Hour)
	require.Empty(t, w.reads(t, lease), "unreadable at once")
	require.Equal(t, many+10, w.health(t).Overdue)
	before := w.status(t, due[0])
	require.Equal(t, session.StateExpired, before.State)
	require.NoError(t, w.Store.DestroyExpired(t.Context()))
	require.Len(t, w.Keys.IDs(), 1, "of the bucket in which one lives")
	require.Equal(t, before, w.status(t, due[0]))
	living := w.lease(t, lives)
	require.Equal(t, "stanzas of lives, rest of lives", w.reads(t, living))
	require.Equal(t, vault.Health{Overdue: many + 10}, w.health(t), "no row has gone yet, and no key was lost")
	w.Clock.Advance(-time.Minute)
	require.Equal(t, session.StateExpired, w.status(t, due[0]).State, "a clock that goes back brings nothing back")
	w.Clock.Advance(time.Minute)

	// A new share of an account goes into a bucket that lives.
	r, err := w.Store.Put(t.Context(), w.device, w.share(due[0], 2, "again"))
	require.NoError(t, err)
	require.Equal(t, session.StateTransferred, r.Status.State)
	require.Equal(t, "stanzas of again, rest of again", w.reads(t, w.lease(t, due[0])))

	for left := many + 9; left > 0; {
		n, err := w.Store.Expire(t.Context(), 100)
		require.NoError(t, err)
		require.Equal(t, min(left, 100), n)
		left -= n
		require.Equal(t, left, w.health(t).Overdue)
	}
	w.erase(t, many+10)
	require.Equal(t, vault.Health{Erased: many + 10}, w.health(t))
	require.Len(t, w.Keys.IDs(), 1)
	require.Equal(t, before, w.status(t, due[1]))
	require.Equal(t, "stanzas of lives, rest of lives", w.reads(t, living))
}
