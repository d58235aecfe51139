package sqlite

import (
	"bytes"
	"database/sql"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
	"sessionferry/vault/sqlstore"
	"sessionferry/vault/storetest"
)

// TestMigrateSessions: a database of every schema that there was, with a session,
// its lease and a session that has ended, goes on as it was.
func TestMigrateSessions(t *testing.T) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	require.NoError(t, err)
	for n, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) { migrateFrom(t, int64(n+1)) })
	}
}

func migrateFrom(t *testing.T, version int64) {
	clock := storetest.NewClock()
	path, cfg := filepath.Join(t.TempDir(), "vault.db"), sqlstore.Config{Epochs: storetest.NewKeys(), Now: clock.Now}
	old := oldDatabase(t, path, cfg, version)
	put, device := old.put, old.device

	s, err := Open(t.Context(), path, cfg)
	require.NoError(t, err)
	st, err := s.Status(t.Context(), device, put.Account)
	require.NoError(t, err)
	shared := clock.Now().Add(-time.Hour)
	until := clock.Now().Add(time.Hour)
	require.Equal(t, session.Status{
		State: session.StateTransferred, Cause: session.CauseShared, CauseText: session.CauseShared.Text(), Generation: session.Generation{Share: 3},
		NextShare: 4, Since: &shared, By: "laptop", Until: &until, ShareKey: put.Key,
	}, st)
	sealed, err := s.LeasedEnvelope(t.Context(), old.runner, old.lease)
	require.NoError(t, err)
	require.Equal(t, put.Sealed, sealed)
	st, err = s.Status(t.Context(), device, old.ended)
	require.NoError(t, err)
	require.Equal(t, session.CauseSignedOut, st.Cause)

	// The program's key gets it a token; before, it had one that lasted for ever.
	_, err = s.Grant(t.Context(), proofKey(device), [32]byte{1}, [32]byte{})
	require.NoError(t, err)
	by, err := s.Authenticate(t.Context(), [32]byte{1})
	require.NoError(t, err)
	require.Equal(t, device.ID, by.ID)
	require.True(t, by.Admin, "the first person is the first admin")

	require.NoError(t, s.AppendRoster(t.Context(), device, vault.RosterAppend{Version: []byte("first"), Revoked: put.KeyIDs}))
	st, err = s.Status(t.Context(), device, put.Account)
	require.NoError(t, err)
	require.Equal(t, session.CauseRosterRevoked, st.Cause)
	n, err := s.Erase(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NotContains(t, cfg.Epochs.(*storetest.Keys).IDs(), old.epoch)
	require.NoError(t, s.Close())
	db, err := sql.Open("sqlite3", dsn(path, "", true))
	require.NoError(t, err)
	defer db.Close()
	var faults int
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM pragma_foreign_key_check`).Scan(&faults))
	require.Zero(t, faults)
}

// old is what a database of the first schema holds.
type old struct {
	put            vault.Put // the account's current session, leased to runner
	device, runner vault.Principal
	epoch, lease   session.ID
	ended          session.ID // an account whose session has ended
}

// oldDatabase makes a database with the first migration alone, fills it and brings
// it up to a version.
func oldDatabase(t *testing.T, path string, cfg sqlstore.Config, version int64) (o old) {
	require.NoError(t, makeFile(path))
	db, err := sql.Open("sqlite3", dsn(path, "", false))
	require.NoError(t, err)
	defer db.Close()
	files, err := fs.Sub(migrations, "migrations")
	require.NoError(t, err)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	require.NoError(t, err)
	_, err = p.UpTo(t.Context(), 1)
	require.NoError(t, err)

	exec := func(query string, args ...any) {
		_, err := db.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	workspace, person := session.NewID(), session.NewID()
	o.epoch, o.lease, o.ended = session.NewID(), session.NewID(), session.NewID()
	require.NoError(t, cfg.Epochs.Create(o.epoch))
	o.device = vault.Principal{ID: session.NewID(), Workspace: workspace, Person: person, Role: vault.RoleDevice, Name: "laptop"}
	o.runner = vault.Principal{ID: session.NewID(), Workspace: workspace, Person: person, Role: vault.RoleRunner, Name: "runner"}
	o.put = vault.Put{Account: session.NewID(), Session: session.NewID(), Key: "three", KeyIDs: [][]byte{[]byte("runner key")},
		Sealed: vault.Sealed{Stanzas: []byte("stanzas"), Rest: []byte("the rest")}}
	key, stanzas := wrapped(t, cfg.Epochs, o)
	now := cfg.Now().UnixMilli()
	hour := time.Hour.Milliseconds()
	account := o.put.Account

	exec(`INSERT INTO workspaces VALUES (?, ?)`, workspace[:], now)
	exec(`INSERT INTO persons VALUES (?, ?, ?)`, person[:], workspace[:], now)
	for _, p := range []vault.Principal{o.device, o.runner} {
		exec(`INSERT INTO principals (id, person, role, name, keys, token, created) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			p.ID[:], person[:], string(p.Role), p.Name, publicKeys(p), p.ID[:], now)
	}
	const addAccount = `INSERT INTO accounts (id, workspace, creator, app, site, username, created, share, since, shared_by, state, cause)
		VALUES (?, ?, ?, 'mediawiki', 'https://wiki.example', ?, ?, 3, ?, 'laptop', ?, ?)`
	exec(addAccount, account[:], workspace[:], person[:], "Bob", now, now, "none", string(session.CauseNever))
	exec(addAccount, o.ended[:], workspace[:], person[:], "Alice", now, now, "invalid", string(session.CauseSignedOut))
	for _, id := range []session.ID{account, o.ended} {
		exec(`INSERT INTO memberships VALUES (?, ?, 'owner')`, id[:], person[:])
	}
	exec(`INSERT INTO epochs VALUES (?, ?)`, o.epoch[:], now)
	exec(`INSERT INTO buckets (id, epoch, records) VALUES (1, ?, 1)`, o.epoch[:])
	exec(`INSERT INTO sessions (account, id, share_key, shared_at, used_at, cap, expires, expires_cause, bucket, record_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`, account[:], o.put.Session[:], o.put.Key, now-hour, now-hour, now+hour, now+hour, string(session.CauseCap), key)
	exec(`INSERT INTO envelope_parts VALUES (?, 0, ?), (?, 1, ?), (?, 2, ?)`, account[:], stanzas, account[:], o.put.Sealed.Rest[:3], account[:], o.put.Sealed.Rest[3:])
	exec(`INSERT INTO session_keys VALUES (?, ?)`, account[:], o.put.KeyIDs[0])
	exec(`INSERT INTO leases VALUES (?, ?, ?, ?)`, o.lease[:], account[:], o.runner.ID[:], now+hour)
	_, err = p.UpTo(t.Context(), version)
	require.NoError(t, err)
	return o
}

// publicKeys stand for a program's, with the key of its proofs where it is.
func publicKeys(p vault.Principal) []byte {
	keys := make([]byte, envelope.PublicKeysSize)
	copy(keys[70:], proofKey(p))
	return keys
}

func proofKey(p vault.Principal) []byte { return bytes.Repeat(p.ID[:], 2) }

// wrapped is how the first version wrapped a session: so does every later one.
func wrapped(t *testing.T, keys epoch.Keys, o old) (key, stanzas []byte) {
	epochKey, err := keys.Load(o.epoch)
	require.NoError(t, err)
	record, place := epoch.NewRecordKey(), epoch.Place{Account: o.put.Account, Session: o.put.Session}
	key, err = epoch.WrapKey(epochKey, record, place)
	require.NoError(t, err)
	stanzas, err = epoch.WrapStanzas(record, o.put.Sealed.Stanzas, place)
	require.NoError(t, err)
	return key, stanzas
}
