package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/internal/cli/clitest"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// announced waits until a vault has written where it answers.
func announced(t *testing.T, file string) (r vault.Ready) {
	t.Helper()
	require.Eventually(t, func() bool {
		b, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(b, &r) == nil
	}, 2*time.Minute, 5*time.Millisecond)
	return r
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	return program().Run(ctx, args, stdin, stdout, stderr)
}

func TestEveryCommand(t *testing.T) { clitest.Suite(t, program) }

// TestHelpShowsWhatACommandTakes: a command has the settings that it needs as flags,
// and no other.
func TestHelpShowsWhatACommandTakes(t *testing.T) {
	for line, want := range map[string][]string{
		"backup":        {"config", "data", "database", "epochs", "json"},
		"restore":       {"config", "data", "database", "epochs", "json"},
		"check":         {"config", "data", "database", "epochs", "json"},
		"audit verify":  {"config", "data", "database", "json", "known"},
		"audit export":  {"config", "data", "database", "json"},
		"confirm-clock": {"config", "json", "socket"},
		"serve":         slices.Sorted(slices.Values(append(newOptions().Names(), "config", "json"))),
	} {
		help := clitest.Run(t, program(), append(strings.Fields(line), "--help")...).Stdout
		var flags []string
		for _, m := range regexp.MustCompile(`(?m)^ +(?:-\w, )?--([a-z-]+)`).FindAllStringSubmatch(help, -1) {
			if m[1] != "help" {
				flags = append(flags, m[1])
			}
		}
		require.Equal(t, want, flags, line)
	}
}

// TestErrors: every error has a code, a next step, and the exit code of its kind.
func TestErrors(t *testing.T) {
	dir := vaulttest.Folder(t)
	t.Setenv("SESSIONFERRY_VAULT_DATA", filepath.Join(dir, "data"))
	for _, c := range []struct {
		args []string
		exit int
		code session.Code
		next string
	}{
		{[]string{"backup", filepath.Join(dir, "b")}, 1, session.CodeDatabaseMissing, session.CodeDatabaseMissing.Message().Next},
		{[]string{"restore", filepath.Join(dir, "none")}, 1, session.CodeFileUnreadable, session.CodeFileUnreadable.Message().Next},
		{[]string{"restore", "/proc/self/status"}, 1, session.CodeBackupInvalid, session.CodeBackupInvalid.Message().Next},
		{[]string{"audit", "verify", "--known", "x"}, 2, session.CodeValueInvalid, "Run: sessionferry-vault audit verify --help"},
		{[]string{"serve", "--listen", "7421"}, 2, session.CodeSettingInvalid, session.CodeSettingInvalid.Message().Next},
		{[]string{"serve", "--erase-within", "soon"}, 2, session.CodeValueInvalid, "Run: sessionferry-vault serve --help"},
		{[]string{"serve", "--dev=perhaps"}, 2, session.CodeValueInvalid, "Run: sessionferry-vault serve --help"},
		{[]string{"serve", "--data", "/proc/none"}, 1, session.CodeCommandFailed, session.CodeCommandFailed.Message().Next},
		{[]string{"confirm-clock", "--socket", filepath.Join(dir, "none")}, 1, session.CodeVaultUnreachable, "Start the vault, or give the socket on which it answers with --socket."},
		{[]string{"backup"}, 2, session.CodeUsageInvalid, "Run: sessionferry-vault backup --help"},
	} {
		got := clitest.Run(t, program(), append(c.args, "--json")...)
		require.Equal(t, c.exit, got.Code, "%s: %s", c.args, got.Stderr)
		require.Empty(t, got.Stdout)
		failure := got.Failure(t)
		require.Equal(t, c.code, failure.Code, "%s: %s", c.args, failure.Detail)
		require.Equal(t, c.next, failure.Next, c.args)
	}
}

func TestServe(t *testing.T) {
	dir := vaulttest.Folder(t)
	data, socket, ready := filepath.Join(dir, "data"), filepath.Join(dir, "run", "s"), filepath.Join(dir, "ready")
	args := []string{"serve", "--data", data, "--socket", socket, "--listen", "127.0.0.1:0", "--ready-file", ready}
	ctx, stop := context.WithCancel(t.Context())
	var out, log bytes.Buffer
	done := make(chan error)
	go func() { done <- run(ctx, args, nil, &out, &log) }()
	announced(t, ready)
	require.Equal(t, session.CodeDataInUse, session.CodeOf(run(t.Context(), args, nil, &bytes.Buffer{}, &bytes.Buffer{})))
	stop()
	require.NoError(t, <-done, "%s", &log)
	require.Contains(t, out.String(), "The vault answers on http://127.0.0.1:")
	_, err := os.Stat(socket)
	require.ErrorIs(t, err, os.ErrNotExist, "the socket goes with the vault")
}

func TestServeRefuses(t *testing.T) {
	dir := vaulttest.Folder(t)
	for want, args := range map[string][]string{
		"give a TLS certificate and key": {"--listen", "0.0.0.0:0"},
		"retention window":               {"--retention-window", "90h", "--retention-cap", "1h"},
		"unknown flag":                   {"--nonsense"},
	} {
		args = append([]string{"serve", "--data", filepath.Join(dir, "data"), "--socket", filepath.Join(dir, "run", "s")}, args...)
		require.ErrorContains(t, run(t.Context(), args, nil, &bytes.Buffer{}, &bytes.Buffer{}), want)
	}
}

func TestFolders(t *testing.T) {
	env := map[string]string{"HOME": "/home/bob"}
	o := newOptions()
	require.NoError(t, o.fill(func(k string) string { return env[k] }))
	require.Equal(t, "/home/bob/.local/state/sessionferry-vault", o.data)
	require.Equal(t, "/home/bob/.local/state/sessionferry/vault.sock", o.socket)

	env = map[string]string{"HOME": "/home/bob", "XDG_STATE_HOME": "/state", "XDG_RUNTIME_DIR": "/run/user/7"}
	o = newOptions()
	require.NoError(t, o.fill(func(k string) string { return env[k] }))
	require.Equal(t, "/state/sessionferry-vault", o.data)
	require.Equal(t, "/run/user/7/sessionferry/vault.sock", o.socket)
	none := func(string) string { return "" }
	require.Error(t, newOptions().fill(none))
	require.Error(t, newOptions(ofStore...).fill(none))
	o = newOptions(ofLog...)
	o.data = "/data"
	require.NoError(t, o.fill(none), "a command that needs no socket asks for none")
}
