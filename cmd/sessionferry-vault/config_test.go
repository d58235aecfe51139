package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/vaulttest"
)

// TestConfig: whatever is wrong with a setting is told with the place where it
// was set, before anything is touched; and what is printed can be read again.
func TestConfig(t *testing.T) {
	dir := vaulttest.Folder(t)
	file := filepath.Join(dir, "vault.yaml")
	said := func(text string, args ...string) (string, error) {
		require.NoError(t, os.WriteFile(file, []byte("# of this test\ndata: "+filepath.Join(dir, "data")+"\n"+text), 0o600))
		var out bytes.Buffer
		err := run(t.Context(), append(args, "--config", file, "--socket", filepath.Join(dir, "run", "s")), nil, &out, &out)
		return out.String(), err
	}
	for want, text := range map[string]string{
		`vault.yaml:3: listen: "7421" is not an address`:           "listen: 7421",
		"vault.yaml:3: listen: 0.0.0.0:1 can be reached":           "listen: 0.0.0.0:1",
		"vault.yaml:4: tls-key: a TLS certificate and its key":     "\ntls-key: key.pem",
		"vault.yaml:3: tls-cert: a TLS certificate and its key":    "tls-cert: cert.pem",
		"vault.yaml:3: erase-within: the bound of erasure":         "erase-within: 1ms",
		"vault.yaml:3: erase-within is a time":                     "erase-within: soon",
		"vault.yaml:4: retention-window: the retention window":     "retention-cap: 1h\nretention-window: 2h",
		"vault.yaml:3: confirm-within: a share waits":              "confirm-within: 48h",
		"vault.yaml:3: recheck-after: between two answers":         "recheck-after: 10ms",
		"vault.yaml:3: database: it holds no password":             "database: postgres://vault:hunter2@db.example/vault",
		"vault.yaml:3: database: it is an address":                 "database: mysql://db.example",
		`vault.yaml:3: there is no setting "lisen"`:                "lisen: 127.0.0.1:1",
		"vault.yaml:4: this is not YAML":                           "listen: 127.0.0.1:1\n]",
		"vault.yaml:3: json-log is true or false, not \"perhaps\"": "json-log: perhaps",
	} {
		for _, command := range [][]string{{"config", "check"}, {"serve"}, {"config", "print"}} {
			out, err := said(text, command...)
			require.ErrorContains(t, err, want)
			require.NotContains(t, err.Error()+out, "hunter2")
		}
		require.NoDirExists(t, filepath.Join(dir, "data"))
	}
	out, err := said("erase-within: 90s", "config", "check")
	require.NoError(t, err)
	require.Equal(t, "The settings are right.\n", out)

	t.Setenv("SESSIONFERRY_VAULT_LISTEN", "127.0.0.1:9")
	out, err = said("listen: 127.0.0.1:8\nerase-within: 90s", "config", "print", "--confirm-within", "5m")
	require.NoError(t, err)
	for _, line := range []string{
		"listen: 127.0.0.1:9 # SESSIONFERRY_VAULT_LISTEN", "erase-within: 1m30s # vault.yaml:4", "confirm-within: 5m0s # --confirm-within",
		"json-log: false # default", "data: " + filepath.Join(dir, "data") + " # vault.yaml:2",
	} {
		require.Contains(t, strings.Split(out, "\n"), line)
	}
	require.NoError(t, os.Unsetenv("SESSIONFERRY_VAULT_LISTEN"))
	require.NoError(t, os.WriteFile(file, []byte(out), 0o600))
	var again bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"config", "print", "--config", file}, nil, &again, &again))
	require.Contains(t, again.String(), "listen: 127.0.0.1:9 # vault.yaml:")

	t.Setenv("SESSIONFERRY_VAULT_LISTN", "127.0.0.1:9")
	_, err = said("", "config", "check")
	require.ErrorContains(t, err, "SESSIONFERRY_VAULT_LISTN: there is no such setting")
}

// TestSettingsAreDocumented: docs/operations.md names each setting once.
func TestSettingsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	var missing []string
	for _, name := range newOptions().Names() {
		if !bytes.Contains(doc, []byte("`--"+name+"`")) {
			missing = append(missing, name)
		}
	}
	require.Empty(t, missing)
}
