package postgres_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/postgres"
	"sessionferry/vault/postgres/pgtest"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// server is of all tests here; each has a database of its own. Most are copies of
// blank, which has the schema: to make that takes longer than most tests.
var (
	server *pgtest.Server
	blank  string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if err := start(context.Background()); err != nil {
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

func start(ctx context.Context) (err error) {
	if server, err = pgtest.StartInMemory(ctx); err != nil {
		return err
	}
	if blank, err = server.Database(ctx); err != nil {
		return err
	}
	return postgres.Migrate(ctx, blank)
}

func TestConformance(t *testing.T) { storetest.Run(t, open) }

func open(t *testing.T) *storetest.Backend {
	address, err := server.Copy(t.Context(), blank)
	require.NoError(t, err)
	store := func(cfg sqlstore.Config) (*sqlstore.Store, error) { return postgres.Open(t.Context(), address, cfg) }
	return storetest.NewBackend(t, store, func(t *testing.T, query string, args ...any) {
		execute(t, address, query, args...)
	})
}
