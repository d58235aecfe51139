package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestAuditCommands: verify and export beside a vault that runs.
func TestAuditCommands(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	device := v.Enrol(t, vault.RoleDevice, "laptop")
	v.Advance(vault.AuditBatchTime)
	n, err := v.Store.ChainAudit(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	device.AddAccount(t, "Bob")

	audit := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"audit"}, append(args, "--data", v.Dir)...), strings.NewReader(""), &out, &out)
		return out.String(), err
	}
	said, err := audit("verify")
	require.NoError(t, err)
	require.Contains(t, said, "The audit log is whole: 2 entries, 1 batches, 1 entries wait for the next one.")
	_, head, _ := strings.Cut(strings.TrimSpace(said), "head ")
	_, err = audit("verify", "--known", head)
	require.NoError(t, err)
	_, err = audit("verify", "--known", strings.Repeat("0f", 32))
	require.ErrorContains(t, err, "no batch has the hash that was known")
	_, err = audit("verify", "--known", "x")
	require.Equal(t, session.CodeValueInvalid, session.CodeOf(err))

	said, err = audit("export")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(said), "\n")
	require.Len(t, lines, 3)
	var entry struct {
		Action vault.Action `json:"action"`
		Batch  int64        `json:"batch"`
		Owner  session.ID   `json:"owner"`
		Hash   string       `json:"hash"`
	}
	require.NoError(t, session.UnmarshalLoose([]byte(lines[0]), &entry, session.CodeInternal))
	require.Equal(t, vault.ActionEnrolled, entry.Action)
	require.Equal(t, device.Person, entry.Owner)
	require.EqualValues(t, 1, entry.Batch)
	require.Contains(t, lines[1], head)
	require.NotContains(t, lines[2], `"batch"`, "it waits")
	require.NotContains(t, said, device.Token)
}
