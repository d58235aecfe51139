package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDeployedSettings: the file of deploy/ is right, with and without the lines
// that are commented out, and the container's variables are settings.
func TestDeployedSettings(t *testing.T) {
	text, err := os.ReadFile("../../deploy/vault.yaml")
	require.NoError(t, err)
	all := regexp.MustCompile(`(?m)^# ([a-z-]+: )`).ReplaceAll(text, []byte("$1"))
	all = regexp.MustCompile(`(?m)^listen: 127.*\n`).ReplaceAll(all, nil)
	for _, data := range [][]byte{text, all} {
		file := filepath.Join(t.TempDir(), "vault.yaml")
		require.NoError(t, os.WriteFile(file, data, 0o600))
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), []string{"config", "check", "--config", file}, nil, &out, &out), "%s", data)
	}
	container, err := os.ReadFile("../../deploy/Containerfile")
	require.NoError(t, err)
	o := newOptions()
	var known []string
	for _, name := range o.Names() {
		known = append(known, o.Variable(name))
	}
	for _, name := range regexp.MustCompile(`SESSIONFERRY_VAULT_\w+`).FindAllString(string(container), -1) {
		require.Contains(t, known, name)
	}
}

// TestContainerCommand: the vault takes the command that the Containerfile gives.
func TestContainerCommand(t *testing.T) {
	text, err := os.ReadFile("../../deploy/Containerfile")
	require.NoError(t, err)
	oneLine := strings.ReplaceAll(string(text), "\\\n#", "")
	args := regexp.MustCompile(`sessionferry-vault serve (--.*)`).FindStringSubmatch(oneLine)
	require.Len(t, args, 2)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), append([]string{"config", "check"}, strings.Fields(args[1])...), nil, &out, &out))
}

// TestUnitsAreHardened: what a service of the system must not do is written down.
func TestUnitsAreHardened(t *testing.T) {
	both := []string{
		"NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
		"ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectControlGroups=yes", "RestrictSUIDSGID=yes", "LockPersonality=yes",
		"SystemCallArchitectures=native", "UMask=0077", "LimitCORE=0",
	}
	for file, more := range map[string][]string{
		"sessionferry-vault.service":  {"MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes", "SystemCallFilter=@system-service", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK"},
		"sessionferry-runner.service": {"LoadCredential=runner-key:/etc/sessionferry/runner-key"},
	} {
		text, err := os.ReadFile("../../deploy/" + file)
		require.NoError(t, err)
		for _, line := range append(more, both...) {
			require.Regexp(t, "(?m)^"+regexp.QuoteMeta(line)+"$", string(text), file)
		}
		require.NotRegexp(t, "(?m)^PrivateUsers=", string(text), "the vault could not tell the users of its computer apart")
	}
}
