package postgres_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"sessionferry/vault/postgres"
	"sessionferry/vault/postgres/pgtest"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// server is of all tests here; each has a database of its own.
var server *pgtest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	// What these tests end is not the machine.
	if server, err = pgtest.Start(context.Background(), "fsync=off"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := m.Run()
	if err := server.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func TestConformance(t *testing.T) { storetest.Run(t, open) }

func open(t *testing.T) *storetest.Backend {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	store := func(cfg sqlstore.Config) (*sqlstore.Store, error) { return postgres.Open(t.Context(), address, cfg) }
	return storetest.NewBackend(t, store, func(t *testing.T, query string, args ...any) {
		side, err := pgx.Connect(t.Context(), address)
		require.NoError(t, err)
		defer side.Close(t.Context())
		_, err = side.Exec(t.Context(), query, args...)
		require.NoError(t, err)
	})
}
