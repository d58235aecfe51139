package sqlstore_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/backup"
	"sessionferry/vault/postgres"
	"sessionferry/vault/postgres/pgtest"
	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// server is the PostgreSQL of all tests here.
var server *pgtest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	var err error
	if server, err = pgtest.StartInMemory(context.Background()); err != nil {
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

// opener opens one database, again and again.
type opener func(t *testing.T, cfg sqlstore.Config) (*sqlstore.Store, error)

// databases makes a fresh database of each kind.
var databases = map[string]func(t *testing.T) opener{
	"SQLite": func(t *testing.T) opener {
		path := filepath.Join(t.TempDir(), "vault.db")
		return func(t *testing.T, cfg sqlstore.Config) (*sqlstore.Store, error) {
			return sqlite.Open(t.Context(), path, cfg)
		}
	},
	"PostgreSQL": func(t *testing.T) opener {
		address, err := server.Database(t.Context())
		require.NoError(t, err)
		return func(t *testing.T, cfg sqlstore.Config) (*sqlstore.Store, error) {
			return postgres.Open(t.Context(), address, cfg)
		}
	},
}

func (o opener) with(t *testing.T, cfg sqlstore.Config, f func(s *sqlstore.Store)) {
	s, err := o(t, cfg)
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	f(s)
}

func quiet(int64) {}

// lives fills a vault with people's work: an account with a session and a share
// that waits, one that was deleted and one that never was shared.
func lives(t *testing.T, s *sqlstore.Store, clock *storetest.Clock) (device vault.Principal) {
	device, err := s.Enrol(t.Context(), vault.Enrolment{Role: vault.RoleDevice, Name: "laptop", Keys: []byte{1, 0, 255}, Key: []byte("key")})
	require.NoError(t, err)
	_, err = s.Grant(t.Context(), device.Key, [32]byte{1}, [32]byte{1})
	require.NoError(t, err)
	require.NoError(t, s.AppendRoster(t.Context(), device, vault.RosterAppend{Version: []byte("first")}))
	require.NoError(t, s.AppendRoster(t.Context(), device, vault.RosterAppend{After: 1, Version: []byte("second")}))
	for n, username := range []string{"shared", "deleted", "never \u2028 'used'"} {
		a, err := s.AddAccount(t.Context(), device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: username})
		require.NoError(t, err)
		for share := 1; n < 2 && share <= 3; share++ {
			r, err := s.Put(t.Context(), device, vault.Put{
				Account: a.ID, Workspace: device.Workspace, App: "mediawiki", Session: session.NewID(), Key: fmt.Sprint("k", share),
				Generation: session.Generation{Share: uint64(share)}, Created: clock.Now(), Cap: clock.Now().Add(time.Hour), Confirm: share == 3, Roster: 2,
				Consent: session.Consent{Text: session.ConsentText, Time: clock.Now(), Surface: "popup"},
				Sealed:  vault.Sealed{Stanzas: []byte("secret stanzas"), Rest: []byte("secret rest")},
			})
			require.NoError(t, err)
			require.True(t, r.Applied)
		}
		if username == "deleted" {
			_, err := s.Delete(t.Context(), device, a.ID)
			require.NoError(t, err)
		}
	}
	require.NoError(t, s.SetRetention(t.Context(), device, "gitea", 7))
	_, err = s.Erase(t.Context())
	require.NoError(t, err)
	clock.Advance(vault.AuditBatchTime)
	batches, err := s.ChainAudit(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, batches)
	return device
}

// TestBackup takes a backup of each kind of database and brings it back into each.
func TestBackup(t *testing.T) {
	for from := range databases {
		for to := range databases {
			t.Run(from+" to "+to, func(t *testing.T) { backUpAndRestore(t, databases[from](t), databases[to](t)) })
		}
	}
}

func backUpAndRestore(t *testing.T, from, to opener) {
	clock := storetest.NewClock()
	old, fresh := sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now}, sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now}
	aside, restoring := old, fresh
	aside.Aside, restoring.Restoring = true, true
	var file bytes.Buffer
	var device vault.Principal
	var before []session.Account
	var log []vault.AuditEntry
	from.with(t, old, func(s *sqlstore.Store) {
		device = lives(t, s, clock)
		from.with(t, aside, func(s *sqlstore.Store) { // beside the one that serves
			rows, err := s.Backup(t.Context(), &file, quiet)
			require.NoError(t, err)
			require.Greater(t, rows, 10)
			list, err := s.Check(t.Context())
			require.NoError(t, err)
			require.Empty(t, list)
		})
		before, log = seen(t, s, device)
	})
	for _, secret := range []string{"secret", "c2VjcmV0"} { // as text and as base64
		require.NotContains(t, file.String(), secret)
	}

	to.with(t, restoring, func(s *sqlstore.Store) {
		rows, err := s.Restore(t.Context(), bytes.NewReader(file.Bytes()), quiet)
		require.NoError(t, err)
		require.Equal(t, bytes.Count(file.Bytes(), []byte("\n[")), rows)
	})
	to.with(t, fresh, func(s *sqlstore.Store) {
		_, err := s.Authenticate(t.Context(), [32]byte{1})
		require.Equal(t, session.CodeUnauthorized, session.CodeOf(err), "no token comes back")
		after, again := seen(t, s, device)
		require.Equal(t, log, again)
		sum, err := vault.VerifyAudit(t.Context(), s, nil, func(int64) {})
		require.NoError(t, err)
		require.EqualValues(t, 1, sum.Batches, "the chain is as it was")
		require.Equal(t, session.StateNone, after[0].Status.State)
		require.Equal(t, session.CauseLost, after[0].Status.Cause)
		require.EqualValues(t, 4, after[0].Status.NextShare, "also the share that waited has used up its number")
		require.Nil(t, after[0].Status.Attempt)
		before[0].Status = after[0].Status
		before[1].Status.Attempt = after[1].Status.Attempt
		require.Equal(t, before, after)
		rules, err := s.Retention(t.Context(), device)
		require.NoError(t, err)
		require.Equal(t, []vault.AppRetention{{App: "gitea", Days: 7}}, rules.Apps)
		chain, err := s.Roster(t.Context(), device.Person)
		require.NoError(t, err)
		require.Equal(t, [][]byte{[]byte("first"), []byte("second")}, chain)

		_, err = s.Grant(t.Context(), device.Key, [32]byte{2}, [32]byte{2})
		require.NoError(t, err, "a program goes on by its key")
		back, err := s.Authenticate(t.Context(), [32]byte{2})
		require.NoError(t, err)
		require.Equal(t, device.ID, back.ID)
		r, err := s.Put(t.Context(), back, vault.Put{
			Account: after[0].ID, Workspace: back.Workspace, App: "mediawiki", Session: session.NewID(), Key: "again", Roster: 2,
			Generation: session.Generation{Share: 4}, Created: clock.Now(), Cap: clock.Now().Add(time.Hour), Sealed: vault.Sealed{Stanzas: []byte("s"), Rest: []byte("r")},
		})
		require.NoError(t, err)
		require.Equal(t, session.StateTransferred, r.Status.State)
	})
	to.with(t, restoring, func(s *sqlstore.Store) {
		_, err := s.Restore(t.Context(), bytes.NewReader(file.Bytes()), quiet)
		require.Equal(t, session.CodeVaultNotEmpty, session.CodeOf(err))
	})
}

// seen is what a person sees of their accounts and of the audit log.
func seen(t *testing.T, s *sqlstore.Store, p vault.Principal) (accounts []session.Account, log []vault.AuditEntry) {
	accounts, _, err := s.Accounts(t.Context(), p, "", 100)
	require.NoError(t, err)
	log, err = s.Audit(t.Context(), p, 0, 100)
	require.NoError(t, err)
	return accounts, log
}

// TestRestoreBrokenOff: a vault whose restore was broken off does not serve, says
// what to do, and is restored by doing it.
func TestRestoreBrokenOff(t *testing.T) {
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			clock, open := storetest.NewClock(), database(t)
			cfg := sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now}
			restoring := cfg
			restoring.Restoring = true
			var good, odd bytes.Buffer
			databases["SQLite"](t).with(t, cfg, func(s *sqlstore.Store) {
				lives(t, s, clock)
				_, err := s.Backup(t.Context(), &good, quiet)
				require.NoError(t, err)
			})
			w, err := backup.NewWriter(&odd, "later", clock.Now())
			require.NoError(t, err)
			_, err = backup.Read(bytes.NewReader(good.Bytes()), w.Table, w.Row)
			require.NoError(t, err)
			require.NoError(t, w.Table(backup.Table{Name: "of a later version"}))
			require.NoError(t, w.Close())

			open.with(t, restoring, func(s *sqlstore.Store) {
				_, err := s.Restore(t.Context(), bytes.NewReader(good.Bytes()[:good.Len()-9]), quiet)
				require.ErrorContains(t, err, "damaged")
				_, err = s.Restore(t.Context(), bytes.NewReader(odd.Bytes()), quiet)
				require.ErrorContains(t, err, `"of a later version", which this version does not know`)
				list, err := s.Check(t.Context())
				require.NoError(t, err)
				require.True(t, slices.ContainsFunc(list, func(f sqlstore.Finding) bool { return strings.Contains(f.Sentence, "A restore was broken off") }))
			})
			_, err = open(t, cfg)
			require.ErrorContains(t, err, `run "sessionferry-vault restore" again`)
			open.with(t, restoring, func(s *sqlstore.Store) {
				_, err := s.Restore(t.Context(), bytes.NewReader(good.Bytes()), quiet)
				require.NoError(t, err)
			})
			open.with(t, cfg, func(s *sqlstore.Store) {
				list, err := s.Check(t.Context())
				require.NoError(t, err)
				require.Empty(t, list)
			})
		})
	}
}

// TestEveryTableHasItsPlace: a table or column that a migration adds is in a backup
// or is left out for a reason.
func TestEveryTableHasItsPlace(t *testing.T) {
	address, err := server.Database(t.Context())
	require.NoError(t, err)
	s, err := postgres.Open(t.Context(), address, sqlstore.Config{Epochs: storetest.NewKeys()})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	c, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer c.Close(t.Context())
	rows, err := c.Query(t.Context(), `SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'goose%'`)
	require.NoError(t, err)
	var table, column string
	_, err = pgx.ForEachRow(rows, []any{&table, &column}, func() error {
		_, whole := sqlstore.LeftOut[table]
		_, part := sqlstore.LeftOut[table+"."+column]
		held := slices.Contains(sqlstore.BackedUpColumns()[table], column)
		require.Equal(t, held, !whole && !part, "%s.%s: a row in backupTables or a reason in leftOut", table, column)
		return nil
	})
	require.NoError(t, err)
}
