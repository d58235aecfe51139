package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
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
	for setting, value := range map[string]string{
		"synchronous_commit": synchronous, "idle_in_transaction_session_timeout": "0", "statement_timeout": "'10s'", "lock_timeout": "'5s'",
		"default_transaction_isolation": "serializable", "datestyle": "German", "bytea_output": "escape",
	} {
		execute(t, address, fmt.Sprintf("ALTER DATABASE %s SET %s = %s", of.Database, setting, value))
	}
	execute(t, address, `
		CREATE TABLE seen (settings text PRIMARY KEY);
		CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO seen VALUES (concat_ws(' ', current_setting('synchronous_commit'), current_setting('idle_in_transaction_session_timeout'),
				current_setting('statement_timeout'), current_setting('lock_timeout'))) ON CONFLICT DO NOTHING;
			RETURN NULL;
		END $$;
		CREATE CONSTRAINT TRIGGER see AFTER INSERT ON audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see()`)
	return address
}

func seen(t *testing.T, address string) []string {
	return column[string](t, address, `SELECT settings FROM seen`)
}

// TestUnsafe: a server that could lose what it has acknowledged is refused with the
// setting's name, before the schema is made; and by a vault that was serving when
// the server started anew with that setting. To read it is no risk.
func TestUnsafe(t *testing.T) {
	t.Parallel()
	server := own(t)
	address := server.URL("postgres")
	cfg := sqlstore.Config{Epochs: storetest.NewKeys()}
	fresh, err := server.Database(t.Context())
	require.NoError(t, err)
	serving, err := postgres.Open(t.Context(), address, cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, serving.Close()) }()
	for setting, sentence := range map[string]string{
		"fsync":            "database: the server's fsync is off, so a loss of power could destroy the database; set it to on",
		"full_page_writes": "database: the server's full_page_writes is off, so a loss of power could tear its pages; set it to on",
	} {
		for _, value := range []string{"off", "on"} {
			execute(t, address, fmt.Sprintf("ALTER SYSTEM SET %s = %s", setting, value))
			require.NoError(t, server.Halt(syscall.SIGINT))
			require.NoError(t, server.Resume(t.Context()))
			_, err := serving.Workspace(t.Context())
			if value == "on" {
				require.NoError(t, err, "it goes on when the server is safe again")
				continue
			}
			require.Equal(t, session.CodeVaultUnavailable, session.CodeOf(err))
			require.ErrorContains(t, errors.Unwrap(err), sentence)
			_, err = postgres.Open(t.Context(), fresh, cfg)
			require.EqualError(t, err, sentence)
			reader, err := postgres.OpenToRead(t.Context(), address)
			require.NoError(t, err)
			_, err = reader.Health(t.Context())
			require.NoError(t, err)
			require.NoError(t, reader.Close())
		}
	}
	require.Equal(t, []int{0}, column[int](t, fresh, `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`))
}

// TestSettingIgnored: a server that accepts the vault's settings and does not take
// them is refused.
func TestSettingIgnored(t *testing.T) {
	address := careless(t, "off")
	of, err := pgx.ParseConfig(address)
	require.NoError(t, err)
	execute(t, address, fmt.Sprintf(`
		CREATE FUNCTION set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT $2';
		ALTER DATABASE %s SET search_path = public, pg_catalog`, of.Database))
	_, err = postgres.Open(t.Context(), address, sqlstore.Config{Epochs: storetest.NewKeys()})
	require.EqualError(t, err, "database: the server does not let the vault set synchronous_commit, so a loss of power could undo what was acknowledged; set it to on")
}

// TestPoolerLater: a vault that was serving when a pooler took the server's address
// does not go on with statements that it would prepare on another's connection.
func TestPoolerLater(t *testing.T) {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	direct, err := pgx.ParseConfig(address)
	require.NoError(t, err)
	pooled, err := pgx.ParseConfig(by(t, "transaction", address))
	require.NoError(t, err)
	link := filepath.Join(t.TempDir(), "host")
	require.NoError(t, os.Symlink(direct.Host, link))
	s, err := postgres.Open(t.Context(), fmt.Sprintf("postgres://vault@/%s?host=%s", direct.Database, link), sqlstore.Config{Epochs: storetest.NewKeys()})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, os.Remove(link))
	require.NoError(t, os.Symlink(pooled.Host, link))
	execute(t, address, `SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sessionferry-vault'`)
	_, err = s.Workspace(t.Context())
	require.Equal(t, session.CodeVaultUnavailable, session.CodeOf(err), "%v", err)
	require.ErrorContains(t, errors.Unwrap(err), "database: a pooler was put in front of the server after the vault had started: start the vault again")
}

// TestStatementPooling: no transaction is possible there, which the pooler says.
func TestStatementPooling(t *testing.T) {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	_, err = postgres.Open(t.Context(), by(t, "statement", address), sqlstore.Config{Epochs: storetest.NewKeys()})
	require.ErrorContains(t, err, "statement pooling mode")
}

// execute runs a statement by a connection of its own, or several without arguments.
func execute(t *testing.T, address, statement string, args ...any) {
	side, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer side.Close(t.Context())
	_, err = side.Exec(t.Context(), statement, args...)
	require.NoError(t, err)
}

// column reads a query's only column by a connection of its own.
func column[T any](t *testing.T, address, query string) []T {
	side, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer side.Close(t.Context())
	rows, err := side.Query(t.Context(), query)
	require.NoError(t, err)
	values, err := pgx.CollectRows(rows, pgx.RowTo[T])
	require.NoError(t, err)
	return values
}
