package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestStatusEnds: with 0 while sessions can be shared, else with 1, in words and as
// JSON.
func TestStatusEnds(t *testing.T) {
	w := connected(t)
	check := func(exit int, vault string) {
		t.Helper()
		assert.Equal(t, exit, w.run(t, "", "status").Code)
		got := w.run(t, "", "status", "--json")
		assert.Equal(t, exit, got.Code)
		assert.Empty(t, got.Stderr)
		var st struct {
			OK             bool
			Keyring, Vault string
		}
		require.NoError(t, json.Unmarshal([]byte(got.Stdout), &st), got.Stdout)
		assert.Equal(t, exit == 0, st.OK)
		assert.Equal(t, vault, st.Vault)
	}
	check(0, "ok")
	w.vault.Stop()
	check(1, string(session.CodeVaultUnreachable))
	w = connected(t)
	assert.Zero(t, w.run(t, "", "logout").Code)
	check(1, string(session.CodeNotEnrolled))
}
