package host

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/host/config"
)

const ownApp = `app: crm
name: CRM
icon: {letters: C, color: '#1f4e9c'}
evidence: {grade: A, checked: 2026-11-25, source: our own source}
domains: ['*']
signed_in: [[crm_sid]]
complete: yes
whoami: {get: [/me], via: [json, 'path:$.name'], kind: username, signed_out: {status: [401], type: application/json}}
`

// TestOwnApps: the service knows the apps of the person's folder, and goes on
// without one that is not valid, or without a folder that cannot be trusted.
func TestOwnApps(t *testing.T) {
	dirs := config.Dirs{Config: t.TempDir(), State: t.TempDir()}
	offered := func() []string {
		list, err := New(dirs).Apps(t.Context())
		require.NoError(t, err)
		var out []string
		for _, a := range list.Apps {
			out = append(out, a.App)
		}
		return out
	}
	assert.NotContains(t, offered(), "crm")
	folder := dirs.Apps()
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "crm.yaml"), []byte(ownApp), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bad.yaml"), []byte("app: bad\n"), 0o600))
	got := offered()
	assert.Contains(t, got, "crm")
	assert.Contains(t, got, "mediawiki")
	assert.False(t, slices.Contains(got, "bad"))

	require.NoError(t, os.Chmod(folder, 0o777))
	assert.NotContains(t, offered(), "crm")
	assert.Contains(t, offered(), "mediawiki")
}
