package sqlite_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

func TestConformance(t *testing.T) { storetest.Run(t, open) }

func open(t *testing.T) *storetest.Backend {
	path := filepath.Join(t.TempDir(), "vault.db")
	clock, keys := storetest.NewClock(), storetest.NewKeys()
	store, err := sqlite.Open(t.Context(), path, sqlstore.Config{
		Epochs: keys, Now: clock.Now,
		RetentionWindow: storetest.Window, RetentionCap: storetest.Cap, Lease: storetest.Lease,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })

	// A second connection does what this version has no method for.
	side, err := sql.Open("sqlite3", "file:"+path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, side.Close()) })
	exec := func(t *testing.T, query string, args ...any) {
		_, err := side.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	return &storetest.Backend{
		Store: store, Clock: clock, Keys: keys,
		AddPerson: func(t *testing.T, role vault.Role) vault.Principal {
			w, err := store.Workspace(t.Context())
			require.NoError(t, err)
			p := vault.Principal{ID: session.NewID(), Workspace: w.ID, Person: session.NewID(), Role: role, Name: "of another person"}
			exec(t, `INSERT INTO persons (id, workspace, created) VALUES (?, ?, 9e18)`, p.Person[:], w.ID[:])
			exec(t, `INSERT INTO principals (id, person, role, name, keys, created) VALUES (?, ?, ?, ?, x'00', 0)`, p.ID[:], p.Person[:], string(role), p.Name)
			return p
		},
		AddMember: func(t *testing.T, account, person session.ID, role session.Role) {
			exec(t, `INSERT INTO memberships (account, person, role) VALUES (?, ?, ?)`, account[:], person[:], string(role))
		},
	}
}
