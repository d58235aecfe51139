package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/host/config"
	"sessionferry/host/keystore"
	"sessionferry/host/keystore/keystoretest"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// hostile is text that writes to the clipboard, clears the screen, turns what
// follows around and hides a character.
const hostile = "Bob\x1b]52;c;cm0gLXJm\x07\x1b[2J\u009b2J\u202egnp\u200b\nroot  yes"

// TestHostileVault: nothing that a vault says acts on the terminal, or makes a line
// of its own.
func TestHostileVault(t *testing.T) {
	card := session.Account{ID: session.NewID(), App: hostile, Site: hostile, Username: hostile, Role: hostile, Status: session.Status{State: hostile}}
	vault := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /v1/token":
			vaultapitest.Answer(w, 201, map[string]any{"token": session.NewID().String()})
		case "GET /v1/accounts":
			vaultapitest.Answer(w, 200, map[string]any{"accounts": []session.Account{card}})
		case "GET /v1/accounts/" + card.ID.String() + "/session":
			vaultapitest.Answer(w, 200, card.Status)
		default:
			vaultapitest.Answer(w, 200, map[string]any{})
		}
	}))
	t.Cleanup(vault.Close)
	root := t.TempDir()
	w := &world{keys: keystore.On(&keystoretest.Memory{}), dirs: config.Dirs{Config: filepath.Join(root, "config"), State: root}}
	_, err := w.keys.MakeSeeds(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.dirs.SaveEnrolment(&config.Enrolment{Vault: vault.URL, Workspace: session.NewID(), Person: session.NewID(), Name: "laptop"}))

	for line, lines := range map[string]int{
		"account list":                                   2,
		"account list --json":                            1,
		"account remove " + card.ID.String():             0,
		"account remove " + card.ID.String() + " --yes":  1,
		"session status " + card.ID.String():             2,
		"session status " + card.ID.String() + " --json": 1,
		"status":                     9,
		"__complete account remove ": 2,
	} {
		got := w.run(t, "", strings.Split(line, " ")...)
		for _, out := range []string{got.Stdout, got.Stderr} {
			assert.False(t, strings.ContainsFunc(strings.NewReplacer("\n", "", "\t", "").Replace(out), session.IsHidden), "%s: %q", line, out)
			assert.NotContains(t, out, "\nroot", line)
		}
		assert.LessOrEqual(t, strings.Count(got.Stdout, "\n"), lines, "%s: %q", line, got.Stdout)
	}
	assert.Contains(t, w.run(t, "", "account", "list").Stdout, `"Bob\x1b]52;c;cm0gLXJm\a\x1b[2J\u009b2J\u202egnp\u200b\nroot  yes"`)
}
