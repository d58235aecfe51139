package runner

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// TestKey makes a key once, keeps it to itself and shows its public part.
func TestKey(t *testing.T) {
	state := t.TempDir()
	r := New(Config{State: state})
	first, err := r.Key()
	require.NoError(t, err)
	again, err := r.Key()
	require.NoError(t, err)
	assert.Equal(t, first, again)
	info, err := os.Stat(filepath.Join(state, "key"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	fields := strings.SplitN(strings.TrimSuffix(KeyLine(first, "my runner"), "\n"), " ", 3)
	require.Len(t, fields, 3)
	assert.Equal(t, []string{"sessionferry-runner-key-1", "my runner"}, []string{fields[0], fields[2]})
	raw, err := base64.StdEncoding.DecodeString(fields[1])
	require.NoError(t, err)
	parsed, err := envelope.ParsePublicKeys(raw)
	require.NoError(t, err)
	assert.Equal(t, first.ID(), parsed.ID())

	require.NoError(t, os.Chmod(filepath.Join(state, "key"), 0o644))
	_, err = r.Key()
	assert.Equal(t, session.CodeKeyFileInvalid, session.CodeOf(err), "others can read it")
	require.NoError(t, os.WriteFile(filepath.Join(state, "key"), []byte("short"), 0o600))
	require.NoError(t, os.Chmod(filepath.Join(state, "key"), 0o600))
	_, err = r.Key()
	assert.Equal(t, session.CodeKeyFileInvalid, session.CodeOf(err), "a damaged key is not replaced")

	// A credential is used as it is handed over, and never made.
	seeds := envelope.NewSeeds()
	creds := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(creds, "runner-key"), seeds[:], 0o440))
	byManager := New(Config{State: t.TempDir(), Environment: func(name string) string {
		return map[string]string{"CREDENTIALS_DIRECTORY": creds}[name]
	}})
	key, err := byManager.Key()
	require.NoError(t, err)
	keys, err := seeds.Keys(envelope.RoleRunner)
	require.NoError(t, err)
	assert.Equal(t, keys.ID(), key.ID())
}

// TestEnrolRefusesHiddenNames: before a key is made or anybody is asked.
func TestEnrolRefusesHiddenNames(t *testing.T) {
	r := New(Config{State: t.TempDir()})
	for _, name := range []string{"", "two\nlines", " padded", strings.Repeat("x", 101), "\xff", "a\u202eb", "a\u200bb", "a\u009bb"} {
		_, err := r.Enrol(t.Context(), name, nil)
		assert.Equal(t, session.CodeNameInvalid, session.CodeOf(err), "%q", name)
	}
}

// TestEnrol enrols over a Unix socket and keeps the address.
func TestEnrol(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "vault.sock")
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	address := "http://127.0.0.1:7421"
	var asked map[string]string
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "POST /v1/enrol", r.Method+" "+r.URL.Path)
		_ = json.NewDecoder(r.Body).Decode(&asked)
		vaultapitest.Answer(w, http.StatusCreated, map[string]any{"vault": address, "workspace": session.NewID(), "person": session.NewID(), "principal": session.NewID()})
	})}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })

	r := New(Config{State: filepath.Join(dir, "state"), Socket: socket})
	e, err := r.Enrol(t.Context(), "runner", nil)
	require.NoError(t, err)
	key, err := r.Key()
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"role": "runner", "name": "runner", "key": base64.StdEncoding.EncodeToString(key.Marshal())}, asked)
	kept, err := r.store.enrolment()
	require.NoError(t, err)
	assert.Equal(t, e, kept)
	info, err := os.Stat(r.store.path("enrolment.json"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	address = "http://vault.example"
	_, err = r.Enrol(t.Context(), "runner", nil)
	assert.Equal(t, session.CodeVaultAnswer, session.CodeOf(err), "an address without TLS that is not this machine's")
	_, err = New(Config{State: dir, Socket: filepath.Join(dir, "nobody.sock")}).Enrol(t.Context(), "runner", nil)
	assert.Equal(t, session.CodeVaultUnreachable, session.CodeOf(err))
}

// TestGenerationsOnlyGrow keeps the highest generation of each account.
func TestGenerationsOnlyGrow(t *testing.T) {
	s := store{t.TempDir()}
	account := session.NewID()
	var all sync.WaitGroup
	for i := range uint64(8) {
		all.Go(func() { assert.NoError(t, s.saw(account, session.Generation{Share: i + 1, Refresh: 8 - i})) })
	}
	all.Wait()
	require.NoError(t, s.saw(session.NewID(), session.Generation{Share: 99}))
	got, err := s.trust()
	require.NoError(t, err)
	assert.Equal(t, session.Generation{Share: 8, Refresh: 1}, got.Seen[account])
}
