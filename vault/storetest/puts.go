package storetest

import (
	"bytes"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

func testPut(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	now := w.Clock.Now()
	until := now.Add(Window)
	require.Equal(t, session.Status{
		State: session.StateTransferred, Cause: session.CauseShared, CauseText: session.CauseShared.Text(),
		Generation: session.Generation{Share: 1}, NextShare: 2, Since: &now, By: "laptop", Until: &until, ShareKey: "one",
	}, w.put(t, a, 1, "one"))
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, w.lease(t, a)))

	w.put(t, a, 2, "two")
	require.Equal(t, "stanzas of two, rest of two", w.reads(t, w.lease(t, a)), "one session, the newer")

	large := w.share(a, 3, "three")
	large.Sealed.Rest = bytes.Repeat([]byte("0123456789abcdef"), 70_000) // over a megabyte
	_, err := w.Store.Put(t.Context(), w.device, large)
	require.NoError(t, err)
	sealed, err := w.Store.LeasedEnvelope(t.Context(), w.runner, w.lease(t, a).ID)
	require.NoError(t, err)
	require.True(t, bytes.Equal(large.Sealed.Rest, sealed.Rest))
	require.Equal(t, large.Sealed.Stanzas, sealed.Stanzas)

	st, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	require.Equal(t, session.StateNone, st.State)
	require.Equal(t, session.CauseDeleted, st.Cause)
	require.Equal(t, uint64(4), st.NextShare)
	again, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	require.Equal(t, st, again, "deleting nothing is no error")
}

func testIdempotent(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	first := w.put(t, a, 1, "one")
	w.Clock.Advance(time.Minute)
	r, err := w.Store.Put(t.Context(), w.device, w.share(a, 1, "one"))
	require.NoError(t, err)
	require.Equal(t, vault.PutResult{Status: first, Applied: false}, r)

	w.put(t, a, 2, "two")
	r, err = w.Store.Put(t.Context(), w.device, w.share(a, 1, "one"))
	require.NoError(t, err)
	require.False(t, r.Applied, "a key stays applied after its session was replaced")
	require.Equal(t, "two", r.Status.ShareKey)

	b := w.add(t, "Alice")
	w.put(t, b, 1, "one") // the keys of accounts are apart
}

// testPutChecks: a put that is refused leaves the older session as it was.
func testPutChecks(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	before := w.put(t, a, 1, "one")
	l := w.lease(t, a)
	for code, edit := range map[session.Code]func(*vault.Put){
		session.CodeGenerationConflict: func(p *vault.Put) { p.Generation.Share = 1 },
		session.CodeEnvelopeContext:    func(p *vault.Put) { p.App = "gitea" },
		session.CodeEnvelopeExpired:    func(p *vault.Put) { p.NotAfter = w.Clock.Now() },
	} {
		put := w.share(a, 2, "two")
		edit(&put)
		r, err := w.Store.Put(t.Context(), w.device, put)
		wantCode(t, code, err)
		if code == session.CodeGenerationConflict {
			require.Equal(t, before, r.Status, "a conflict tells the current status")
		}
	}
	put := w.share(a, 2, "two")
	put.Workspace = session.NewID()
	_, err := w.Store.Put(t.Context(), w.device, put)
	wantCode(t, session.CodeEnvelopeContext, err)
	put = w.share(a, 2, "two")
	put.Roster = 1
	_, err = w.Store.Put(t.Context(), w.device, put)
	require.ErrorIs(t, err, vault.ErrRosterMoved)

	require.Equal(t, before, w.status(t, a))
	require.Equal(t, "stanzas of one, rest of one", w.reads(t, l))

	once := w.device
	once.Once = [32]byte(hash("a proof"))
	_, err = w.Store.Put(t.Context(), once, put)
	require.ErrorIs(t, err, vault.ErrRosterMoved)
	put.Roster = 0
	_, err = w.Store.Put(t.Context(), once, put)
	require.NoError(t, err, "the caller comes again with the same proof")
}

func testGeneration(t *testing.T, w *world) {
	a := w.add(t, "Bob")
	w.put(t, a, 1, "one")
	_, err := w.Store.Delete(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	w.put(t, a, 2, "two")
	w.Clock.Advance(Window)
	_, err = w.Store.Expire(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, uint64(3), w.status(t, a).NextShare)

	_, err = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{Share: 7})
	wantCode(t, session.CodeSessionNone, err)
	require.Equal(t, uint64(8), w.status(t, a).NextShare)
	require.Equal(t, uint64(2), w.status(t, a).Generation.Share, "what was seen elsewhere is not what is here")

	refused := w.share(a, 8, "eight")
	refused.Seen.Share = 9
	r, err := w.Store.Put(t.Context(), w.device, refused)
	wantCode(t, session.CodeGenerationConflict, err)
	require.Equal(t, uint64(10), r.Status.NextShare)
	require.Equal(t, uint64(10), w.status(t, a).NextShare, "a refused put has raised it too")
	w.put(t, a, 10, "ten")

	expired := w.share(a, 11, "eleven")
	expired.Seen.Share, expired.NotAfter = 10, w.Clock.Now()
	_, err = w.Store.Put(t.Context(), w.device, expired)
	wantCode(t, session.CodeEnvelopeExpired, err)
	foreign := w.share(a, 12, "twelve")
	foreign.Seen.Share, foreign.App = 11, "gitea"
	_, err = w.Store.Put(t.Context(), w.device, foreign)
	wantCode(t, session.CodeEnvelopeContext, err)
	require.Equal(t, uint64(12), w.status(t, a).NextShare, "so do puts that are refused for what they are")

	_, err = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{Share: 12})
	wantCode(t, session.CodeSessionNone, err)
	require.Equal(t, uint64(13), w.status(t, a).NextShare)
	_, err = w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{Share: 10, Refresh: 1})
	wantCode(t, session.CodeSessionNone, err)
}

// testRace: of many devices that put the same number, one wins, and readers see
// whole sessions only.
func testRace(t *testing.T, w *world) {
	const putters, rounds = 8, 12
	a := w.add(t, "Bob")
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[uint64]int{}
	for p := range putters {
		wg.Go(func() {
			for n := uint64(1); n <= rounds; {
				r, err := w.Store.Put(t.Context(), w.device, w.share(a, n, fmt.Sprintf("%d-%d", p, n)))
				switch session.CodeOf(err) {
				case "":
					mu.Lock()
					won[n]++
					mu.Unlock()
				case session.CodeGenerationConflict:
				default:
					t.Errorf("put: %v", err)
					return
				}
				n = r.Status.NextShare
			}
		})
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	readers.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			l, err := w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
			if err != nil {
				continue
			}
			if sealed, err := w.Store.LeasedEnvelope(t.Context(), w.runner, l.ID); err == nil {
				if string(sealed.Stanzas[len("stanzas of "):]) != string(sealed.Rest[len("rest of "):]) {
					t.Error("two halves of different sessions")
				}
			}
			if _, err := w.Store.Erase(t.Context()); err != nil {
				t.Errorf("erase: %v", err)
			}
		}
	})
	wg.Wait()
	close(stop)
	readers.Wait()
	require.Len(t, won, rounds)
	for n, winners := range won {
		require.Equal(t, 1, winners, "share %d", n)
	}
}
