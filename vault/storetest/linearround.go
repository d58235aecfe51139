package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"sessionferry/session"
	"sessionferry/vault"
)

// round is a few fresh accounts, and what clients did to them.
type round struct {
	*world
	who      *[principals]vault.Principal
	accounts [linearAccounts]session.Account

	standing sync.RWMutex // held by each call, and alone by the clock's advance
	moment   atomic.Int64 // orders beginnings and ends

	mu      sync.Mutex // of the rest
	history []porcupine.Operation
	leases  [linearAccounts][]session.ID // all that were granted
	puts    [linearAccounts][]call       // all that were begun
	windows int                          // that have gone by
}

func newRound(t *testing.T, w *world, who *[principals]vault.Principal) *round {
	r := &round{world: w, who: who}
	for n := range r.accounts {
		r.accounts[n] = w.add(t, session.NewID().String())
	}
	return r
}

// key is what the shares of one account alone are sealed to.
func (r *round) key(account int) []byte { return []byte("key of " + r.accounts[account].ID.String()) }

// call makes a call and records it. The time stands still meanwhile, so that an
// answer tells nothing about how fast the store was.
func (r *round) call(t *testing.T, choose func(now int64) call) (call, answer) {
	r.standing.RLock()
	defer r.standing.RUnlock()
	c := choose(millis(r.Clock.Now()))
	begun := r.moment.Add(1)
	a, err := r.do(t, c)
	ended := r.moment.Add(1)
	if a.code == session.CodeInternal {
		t.Errorf("%s, %s: %v", clientName(c.client), c, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !a.lease.IsZero() {
		r.leases[c.account] = append(r.leases[c.account], a.lease)
	}
	if c.op != opExpire && c.op != opErase {
		r.history = append(r.history, porcupine.Operation{ClientId: c.client, Input: c, Call: begun, Output: a, Return: ended})
	}
	return c, a
}

// maxWindows keeps a round within the cap, after which the store may forget the
// keys of puts.
const maxWindows = 2

// advance moves the clock while nobody calls. All accounts see it.
func (r *round) advance(client int, by time.Duration) {
	r.standing.Lock()
	defer r.standing.Unlock()
	if by == Window {
		if r.windows == maxWindows {
			return
		}
		r.windows++
	}
	begun := r.moment.Add(1)
	r.Clock.Advance(by)
	ended := r.moment.Add(1)
	for n := range r.accounts {
		c := call{op: opAdvance, client: client, account: n, by: by}
		r.history = append(r.history, porcupine.Operation{ClientId: client, Input: c, Call: begun, Output: answer{}, Return: ended})
	}
}

// begins notes a put before it is made, so that others may make it as well.
func (r *round) begins(c call) call {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.puts[c.account] = append(r.puts[c.account], c)
	return c
}

// aPut returns a put that somebody began.
func (r *round) aPut(ch *choices, account int) (call, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return recent(ch, r.puts[account])
}

// aLease returns a lease that was granted to anybody.
func (r *round) aLease(ch *choices, account int) (session.ID, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return recent(ch, r.leases[account])
}

// recent returns one of the newest of a list.
func recent[T any](ch *choices, list []T) (one T, ok bool) {
	if len(list) == 0 {
		return one, false
	}
	return oneOf(ch, list[max(0, len(list)-3):]), true
}
