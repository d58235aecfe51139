package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/vault"
	"sessionferry/vault/postgres"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
	"sessionferry/vault/vaulttest"
)

// TestPooler: with a server whose database and role come with settings that would
// break the vault's promises, and whatever way connections are shared, every
// commit is durable, the vault's own limits hold, and no request fails.
func TestPooler(t *testing.T) {
	for _, mode := range []string{"none", "session", "transaction"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			address := careless(t, "off")
			v := vaulttest.Start(t, vaulttest.Options{Open: func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error) {
				return postgres.Open(ctx, by(t, mode, address)+"&pool_max_conns=10", cfg)
			}})
			device := v.Enrol(t, vault.RoleDevice, "laptop")
			device.Trust(t)
			var wait sync.WaitGroup
			for n := range 60 {
				wait.Go(func() {
					a, err := device.Try("GET", "/healthz", nil)
					if assert.NoError(t, err) {
						assert.Equal(t, 200, a.Status, "%s", a.Body)
					}
				})
				if n%10 == 0 {
					wait.Go(func() { device.AddAccount(t, fmt.Sprint("user", n)) })
				}
			}
			wait.Wait()
			require.Equal(t, []string{"on 30s 20s 0"}, seen(t, address))
		})
	}
}

// TestPoolerStricter: a level that waits for more than the vault asks is kept.
func TestPoolerStricter(t *testing.T) {
	address := careless(t, "remote_apply")
	v := vaulttest.Start(t, vaulttest.Options{Open: func(ctx context.Context, cfg sqlstore.Config) (*sqlstore.Store, error) {
		return postgres.Open(ctx, address, cfg)
	}})
	v.Enrol(t, vault.RoleDevice, "laptop")
	require.Equal(t, []string{"remote_apply 30s 20s 0"}, seen(t, address))
}

// by is the way to a database by a pooler of some mode.
func by(t *testing.T, mode, address string) string {
	if mode == "none" {
		return address
	}
	b, err := server.Pool(t.Context(), mode)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Stop()) })
	through, err := b.At(address)
	require.NoError(t, err)
	return through
}

// careless makes a database with a DBA's settings, which writes down what holds
// whenever a transaction that wrote to the audit log is committed.
func careless(t *testing.T, synchronous string) string {
	address, err := server.Copy(t.Context(), blank)
	require.NoError(t, err)
	of, err := pgx.ParseConfig(address)
	require.NoError(t, err)
	side, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer side.Close(t.Context())
	for setting, value := range map[string]string{
		"synchronous_commit": synchronous, "idle_in_transaction_session_timeout": "0", "statement_timeout": "'10s'", "lock_timeout": "'5s'",
		"default_transaction_isolation": "serializable", "datestyle": "German", "bytea_output": "escape",
	} {
		_, err := side.Exec(t.Context(), fmt.Sprintf("ALTER DATABASE %s SET %s = %s", of.Database, setting, value))
		require.NoError(t, err)
	}
	_, err = side.Exec(t.Context(), `
		CREATE TABLE seen (settings text PRIMARY KEY);
		CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO seen VALUES (concat_ws(' ', current_setting('synchronous_commit'), current_setting('idle_in_transaction_session_timeout'),
				current_setting('statement_timeout'), current_setting('lock_timeout'))) ON CONFLICT DO NOTHING;
			RETURN NULL;
		END $$;
		CREATE CONSTRAINT TRIGGER see AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see()`)
	require.NoError(t, err)
	return address
}

func seen(t *testing.T, address string) (settings []string) {
	side, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer side.Close(t.Context())
	rows, err := side.Query(t.Context(), `SELECT settings FROM seen`)
	require.NoError(t, err)
	settings, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return settings
}

// TestUnsafe: a server that could lose or tear what it has acknowledged is refused
// at the start, with the setting's name, and before the schema is made.
func TestUnsafe(t *testing.T) {
	for _, setting := range []string{"fsync", "full_page_writes"} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			server := own(t, setting+"=off")
			refuses(t, server.URL("postgres"), "database: the server's "+setting+" is off, so that a loss of power could ")
		})
	}
	t.Run("statement", func(t *testing.T) {
		t.Parallel()
		address, err := server.Database(t.Context())
		require.NoError(t, err)
		refuses(t, by(t, "statement", address), "pool_mode")
	})
}

func refuses(t *testing.T, address, sentence string) {
	_, err := postgres.Open(t.Context(), address, sqlstore.Config{Epochs: storetest.NewKeys()})
	require.ErrorContains(t, err, sentence)
	side, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer side.Close(t.Context())
	var made bool
	require.NoError(t, side.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')`).Scan(&made))
	require.False(t, made)
}
