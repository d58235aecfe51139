package postgres_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// TestProcessesLimit: who spreads guesses over two vaults has no more of them.
func TestProcessesLimit(t *testing.T) {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	clock := storetest.NewClock()
	stores := two(t, address, sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now, Up: clock.Up})
	limit := vault.Limit{Burst: 5, Every: time.Minute}
	require.Equal(t, 5, storetest.LetThrough(t, 40, limit, stores[0], stores[1]))
	clock.Advance(2 * time.Minute)
	require.Equal(t, 2, storetest.LetThrough(t, 40, limit, stores[0], stores[1]))
	require.NoError(t, stores[0].Pardon(t.Context(), [32]byte{1}))
	require.Equal(t, 5, storetest.LetThrough(t, 40, limit, stores[1]), "what one pardons the other forgets")
}

// TestProcessesRemoval: a person who is removed by one vault while the person's
// programs share through the other can do nothing in either from then on, and
// leaves nothing that can be opened.
func TestProcessesRemoval(t *testing.T) {
	const accounts = 8
	ctx := t.Context()
	address, err := server.Database(ctx)
	require.NoError(t, err)
	clock := storetest.NewClock()
	stores := two(t, address, sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now, Up: clock.Up})
	device, err := stores[0].Enrol(ctx, vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1}, Key: []byte{1}})
	require.NoError(t, err)
	require.NoError(t, stores[0].Setup(ctx, vault.Profile{Name: "olga", Email: "olga@company.example"}, vault.WebSession{ID: session.NewID(), Token: [32]byte{1}}))
	olga, err := stores[0].ByWebSession(ctx, [32]byte{1})
	require.NoError(t, err)
	invitation := vault.Invitation{ID: session.NewID(), Email: "mia@company.example", Role: vault.PersonAdmin}
	require.NoError(t, stores[0].Invite(ctx, olga, invitation, [32]byte{2}))
	require.NoError(t, stores[1].Join(ctx, [32]byte{2}, vault.Profile{Name: "mia"}, vault.WebSession{ID: session.NewID(), Token: [32]byte{2}}))
	mia, err := stores[1].ByWebSession(ctx, [32]byte{2})
	require.NoError(t, err)
	_, err = stores[1].Grant(ctx, []byte{1}, [32]byte{3}, [32]byte{3})
	require.NoError(t, err)
	var ids []session.ID
	for n := range accounts {
		a, err := stores[0].AddAccount(ctx, device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: fmt.Sprint(n)})
		require.NoError(t, err)
		ids = append(ids, a.ID)
	}

	var removed error
	refused := make([]error, accounts)
	var wait sync.WaitGroup
	wait.Go(func() { removed = stores[0].RemovePerson(ctx, mia, olga.Person, mia.Person) })
	for n, id := range ids {
		wait.Go(func() {
			for share := uint64(1); refused[n] == nil; share++ {
				_, refused[n] = stores[1].Put(ctx, device, vault.Put{
					Account: id, Workspace: device.Workspace, App: "mediawiki", Session: session.NewID(), Key: fmt.Sprint(share),
					Generation: session.Generation{Share: share}, Created: clock.Now(), Cap: clock.Now().Add(time.Hour),
					Sealed: vault.Sealed{Stanzas: []byte("stanzas"), Rest: []byte("rest")},
				})
			}
		})
	}
	wait.Wait()
	require.NoError(t, removed)
	for _, err := range refused {
		require.Equal(t, session.CodeUnauthorized, session.CodeOf(err), "%v", err)
	}
	for _, s := range stores {
		_, err := s.Authenticate(ctx, [32]byte{3})
		require.Equal(t, session.CodeUnauthorized, session.CodeOf(err), "%v", err)
		_, err = s.ByWebSession(ctx, [32]byte{1})
		require.Equal(t, session.CodeSignedOut, session.CodeOf(err), "%v", err)
		list, _, err := s.Accounts(ctx, mia, "", 2*accounts)
		require.NoError(t, err)
		require.Len(t, list, accounts)
		for _, a := range list {
			require.Equal(t, session.StateNone, a.Status.State)
		}
	}
	_, err = stores[1].Erase(ctx)
	require.NoError(t, err)
	h, err := stores[0].Health(ctx)
	require.NoError(t, err)
	require.Zero(t, h.Pending)
}
