package postgres_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/postgres"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// TestProcesses: two vaults on one database and one set of keys. Of the shares of
// one number one is applied, nothing expires twice, and nothing is erased twice.
func TestProcesses(t *testing.T) {
	const accounts, rounds = 8, 10
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	clock, keys := storetest.NewClock(), storetest.NewKeys()
	stores := two(t, address, sqlstore.Config{Epochs: keys, Now: clock.Now, Up: clock.Up})
	both := func(f func(n int, s vault.Store)) {
		var wait sync.WaitGroup
		for n, s := range stores {
			wait.Go(func() { f(n, s) })
		}
		wait.Wait()
	}
	device, err := stores[0].Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1}, Key: []byte{1}})
	require.NoError(t, err)
	_, err = stores[0].Grant(t.Context(), []byte{1}, [32]byte{1}, [32]byte{2})
	require.NoError(t, err)
	same, err := stores[1].Authenticate(t.Context(), [32]byte{1})
	require.NoError(t, err)
	require.Equal(t, device, same)
	var ids []session.ID
	for n := range accounts {
		a, err := stores[n%2].AddAccount(t.Context(), device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: fmt.Sprint(n)})
		require.NoError(t, err)
		ids = append(ids, a.ID)
	}

	var applied [2]int
	for share := uint64(1); share <= rounds; share++ {
		both(func(n int, s vault.Store) {
			for _, id := range ids {
				r, err := s.Put(t.Context(), device, vault.Put{
					Account: id, Workspace: device.Workspace, App: "mediawiki", Session: session.NewID(), Key: fmt.Sprint(n, "-", share),
					Generation: session.Generation{Share: share}, Created: clock.Now(), Cap: clock.Now().Add(time.Hour),
					Sealed: vault.Sealed{Stanzas: []byte("stanzas"), Rest: []byte("rest")},
				})
				if err == nil && r.Applied {
					applied[n]++
				}
			}
		})
	}
	require.Equal(t, accounts*rounds, applied[0]+applied[1])

	clock.Advance(time.Hour)
	var expired, erased [2]int
	var errs [4]error
	both(func(n int, s vault.Store) { expired[n], errs[n] = s.Expire(t.Context(), accounts) })
	both(func(n int, s vault.Store) { erased[n], errs[2+n] = s.Erase(t.Context()) })
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, accounts, expired[0]+expired[1])
	require.Equal(t, accounts*rounds, erased[0]+erased[1])
	h, err := stores[1].Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, vault.Health{Erased: accounts * rounds}, h)
}

// two opens two stores on one empty database, which both migrate at once.
func two(t *testing.T, address string, cfg sqlstore.Config) (stores [2]vault.Store) {
	var wait sync.WaitGroup
	for n := range stores {
		wait.Go(func() {
			if s, err := postgres.Open(t.Context(), address, cfg); err == nil {
				stores[n] = s
			}
		})
	}
	wait.Wait()
	for _, s := range stores {
		require.NotNil(t, s)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
	}
	return stores
}

// TestProcessesDoubt: what one process finds of the clock holds for the other, and
// what one is told of it, too. One that was paused takes the other's word.
func TestProcessesDoubt(t *testing.T) {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	clock, keys := storetest.NewClock(), storetest.NewKeys()
	stores := two(t, address, sqlstore.Config{Epochs: keys, Now: clock.Now, Up: clock.Up})
	doubt := func(s vault.Store) vault.ClockReason {
		h, err := s.CheckClock(t.Context())
		require.NoError(t, err)
		return h.Reason
	}
	device, err := stores[0].Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1}, Key: []byte{1}})
	require.NoError(t, err)
	a, err := stores[0].AddAccount(t.Context(), device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Bob"})
	require.NoError(t, err)
	_, err = stores[0].Put(t.Context(), device, vault.Put{
		Account: a.ID, Workspace: device.Workspace, App: a.App, Session: session.NewID(), Key: "one", Generation: session.Generation{Share: 1},
		Cap: clock.Now().Add(time.Hour),
	})
	require.NoError(t, err)

	clock.Jump(2 * time.Hour)
	require.Equal(t, vault.ClockAhead, doubt(stores[0]))
	n, err := stores[1].Expire(t.Context(), 10)
	require.NoError(t, err)
	require.Zero(t, n, "the other has not looked, and knows")
	third, err := postgres.Open(t.Context(), address, sqlstore.Config{Epochs: keys, Now: clock.Now, Up: clock.Up})
	require.NoError(t, err)
	defer func() { require.NoError(t, third.Close()) }()
	require.Equal(t, vault.ClockAhead, doubt(third), "and so does one that starts")
	require.Equal(t, vault.ClockAhead, doubt(stores[1]))
	lifted, err := stores[1].ConfirmClock(t.Context())
	require.NoError(t, err)
	require.Equal(t, vault.ClockAhead, lifted.Reason)
	require.Empty(t, doubt(stores[0]))
	n, err = stores[0].Expire(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)

	// A paused machine is one whose own count stands still.
	slow := sqlstore.Config{Epochs: keys, Now: clock.Now, Up: func() time.Duration { return 0 }}
	paused, err := postgres.Open(t.Context(), address, slow)
	require.NoError(t, err)
	defer func() { require.NoError(t, paused.Close()) }()
	clock.Advance(3 * time.Hour)
	require.Empty(t, doubt(stores[0]))
	require.Empty(t, doubt(paused))
}
