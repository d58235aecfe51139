package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/daemon"
	"sessionferry/vault"
)

const ownApp = `app: crm
name: CRM
icon: {letters: C, color: '#1f4e9c'}
evidence: {grade: A, checked: 2026-11-25, source: our own source}
domains: [crm.example]
signed_in: [[crm_sid]]
complete: yes
whoami: {get: [/me], via: [json, 'path:$.name'], kind: username, signed_out: {status: [401], type: application/json}}
`

// TestOwnApps: the vault takes cards of a company's own apps, and logs files that
// it does not use.
func TestOwnApps(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "crm.yaml"), []byte(ownApp), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "bad.yaml"), []byte("app: bad\nwrong: 1\n"), 0o600))
	var log bytes.Buffer
	known, err := knownApps(dir, daemon.NewLog(&log, true))
	require.NoError(t, err)
	assert.Contains(t, log.String(), `"detail":"bad.yaml line 2: an app does not know the key \"wrong\""`)
	domains, ok := vault.Catalogue{Of: known}.Domains("crm")
	assert.True(t, ok)
	assert.Equal(t, []string{"crm.example"}, domains)
	_, ok = vault.Catalogue{}.Domains("crm")
	assert.False(t, ok)
	_, ok = vault.Catalogue{Of: known}.Domains("bad")
	assert.False(t, ok)

	require.NoError(t, os.Chmod(dir, 0o777))
	_, err = knownApps(dir, daemon.NewLog(&log, true))
	assert.ErrorContains(t, err, "written by others")
}
