package postgres_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
	"sessionferry/vault/postgres"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// A release whose schema is new gets a dump: go test ./vault/postgres -run TestDump -dump
var dump = flag.Bool("dump", false, "write testdata/VERSION.sql and its epoch keys, of a vault of the present schema")

var released = storetest.NewClock().Now()

// releasedConfig is of the vaults of the dumps: their keys lie beside them, and
// their time stands still.
func releasedConfig(t *testing.T, keys string) sqlstore.Config {
	d, err := epoch.OpenDir(keys)
	require.NoError(t, err)
	return sqlstore.Config{Epochs: d, Now: func() time.Time { return released.Add(time.Hour) }}
}

// TestDump writes what a vault of the present schema holds, if it is told to.
func TestDump(t *testing.T) {
	if !*dump {
		require.FileExists(t, "testdata/00001.sql", "the dump of the first release")
		return
	}
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	keys := filepath.Join(t.TempDir(), "keys")
	s, err := postgres.Open(t.Context(), address, releasedConfig(t, keys))
	require.NoError(t, err)
	device, err := s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: programKeys(1), Key: programKey(1)})
	require.NoError(t, err)
	runner, err := s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleRunner, Name: "runner", Keys: programKeys(2), Key: programKey(2)})
	require.NoError(t, err)
	require.NoError(t, s.AppendRoster(t.Context(), device, vault.RosterAppend{Version: []byte("first")}))
	for _, username := range []string{"Bob", "Alice"} {
		a, err := s.AddAccount(t.Context(), device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: username})
		require.NoError(t, err)
		for share := uint64(1); share <= 3; share++ {
			_, err = s.Put(t.Context(), device, vault.Put{
				Account: a.ID, Workspace: device.Workspace, App: "mediawiki", Session: session.NewID(), Key: fmt.Sprint(share), KeyIDs: [][]byte{[]byte("runner key")},
				Generation: session.Generation{Share: share}, Created: released, Cap: released.Add(30 * 24 * time.Hour), Roster: 1, Confirm: share == 3,
				Sealed: vault.Sealed{Stanzas: []byte("stanzas of " + username), Rest: []byte("rest of " + username)},
			})
			require.NoError(t, err)
		}
		if username == "Alice" {
			_, err = s.Delete(t.Context(), device, a.ID)
			require.NoError(t, err)
			continue
		}
		_, err = s.Lease(t.Context(), runner, a.ID, session.Generation{})
		require.NoError(t, err)
	}
	require.NoError(t, s.Close())

	c, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer c.Close(t.Context())
	var version int
	require.NoError(t, c.QueryRow(t.Context(), `SELECT max(version_id) FROM goose_db_version`).Scan(&version))
	programs, err := filepath.Glob("/usr/lib/postgresql/*/bin/pg_dump")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	out, err := exec.Command(programs[len(programs)-1], "--no-owner", "--inserts", "--no-comments", "--exclude-table=goose_lock*", address).Output()
	require.NoError(t, err)
	base := filepath.Join("testdata", fmt.Sprintf("%05d", version))
	require.NoError(t, os.WriteFile(base+".sql", plain(out), 0o600))
	require.NoError(t, os.RemoveAll(base+".keys"))
	require.NoError(t, os.CopyFS(base+".keys", os.DirFS(keys)))
}

// programKeys stand for a program's public keys, with the key of its proofs where
// it is.
func programKeys(n byte) []byte {
	keys := make([]byte, envelope.PublicKeysSize)
	copy(keys[70:], programKey(n))
	return keys
}

func programKey(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

// plain leaves away what is for psql alone, and what names the program's build.
func plain(dump []byte) []byte {
	var kept []string
	for _, line := range strings.Split(string(dump), "\n") {
		if line != "" && !strings.HasPrefix(line, `\`) && !strings.HasPrefix(line, "--") {
			kept = append(kept, line)
		}
	}
	return []byte(strings.Join(kept, "\n") + "\n")
}

// TestMigrate brings the dump of every released schema up to date: what it holds
// goes on as it was.
func TestMigrate(t *testing.T) {
	dumps, err := filepath.Glob("testdata/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, dumps)
	for _, file := range dumps {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			address, err := server.Database(t.Context())
			require.NoError(t, err)
			c, err := pgx.Connect(t.Context(), address)
			require.NoError(t, err)
			_, err = c.Exec(t.Context(), string(text))
			require.NoError(t, err)
			require.NoError(t, c.Close(t.Context()))
			keys := filepath.Join(t.TempDir(), "keys")
			require.NoError(t, os.CopyFS(keys, os.DirFS(strings.TrimSuffix(file, ".sql")+".keys")))
			require.NoError(t, os.Chmod(keys, 0o700))
			s, err := postgres.Open(t.Context(), address, releasedConfig(t, keys))
			require.NoError(t, err)
			defer func() { require.NoError(t, s.Close()) }()
			goesOn(t, s)
		})
	}
}

// goesOn reads back what a dump holds and goes on with it.
func goesOn(t *testing.T, s *sqlstore.Store) {
	program := func(n byte) vault.Principal {
		_, err := s.Grant(t.Context(), programKey(n), [32]byte{n}, [32]byte{n})
		require.NoError(t, err)
		p, err := s.Authenticate(t.Context(), [32]byte{n})
		require.NoError(t, err)
		return p
	}
	device, runner := program(1), program(2)
	require.Equal(t, "laptop", device.Name)
	chain, err := s.Roster(t.Context(), device.Person)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("first")}, chain)
	list, _, err := s.Accounts(t.Context(), device, "", 10)
	require.NoError(t, err)
	require.Len(t, list, 2)
	bob, alice := list[0], list[1]
	require.Equal(t, []any{"Bob", session.StateTransferred, uint64(2), uint64(4)}, []any{bob.Username, bob.Status.State, bob.Status.Generation.Share, bob.Status.NextShare})
	require.Equal(t, []any{"Alice", session.StateNone, session.CauseDeleted}, []any{alice.Username, alice.Status.State, alice.Status.Cause})
	require.EqualValues(t, 3, bob.Status.Attempt.Share)
	log, err := s.Audit(t.Context(), device, 0, 100)
	require.NoError(t, err)
	require.Equal(t, vault.ActionDeleted, log[0].Action)
	require.Equal(t, vault.ActionEnrolled, log[len(log)-1].Action)

	n, err := s.Erase(t.Context())
	require.NoError(t, err)
	require.Equal(t, 4, n, "what had ended and was not erased")
	faults, err := s.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, faults)
	_, err = s.Lease(t.Context(), runner, bob.ID, session.Generation{})
	require.Equal(t, session.CodeLeaseHeld, session.CodeOf(err), "the lease of before stands")
	_, err = s.Delete(t.Context(), device, bob.ID)
	require.NoError(t, err)
	_, err = s.AddAccount(t.Context(), device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: "Carol"})
	require.NoError(t, err)
}
