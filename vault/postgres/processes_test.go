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
	var stores [2]vault.Store
	both := func(f func(n int, s vault.Store)) {
		var wait sync.WaitGroup
		for n, s := range stores {
			wait.Go(func() { f(n, s) })
		}
		wait.Wait()
	}
	both(func(n int, _ vault.Store) { // they migrate an empty database at once, too
		s, err := postgres.Open(t.Context(), address, sqlstore.Config{Epochs: keys, Now: clock.Now})
		if err == nil {
			stores[n] = s
		}
	})
	for _, s := range stores {
		require.NotNil(t, s)
		defer func() { require.NoError(t, s.Close()) }()
	}
	device, err := stores[0].Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1}, Key: []byte{1}})
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
