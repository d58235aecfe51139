package userdirs

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPlaces(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1]
				}
			}
			return ""
		}
	}
	assert.Equal(t, "/h/.config", Config(env(), "/h"))
	assert.Equal(t, "/h/.config", Config(env("XDG_CONFIG_HOME", "relative"), "/h"))
	assert.Equal(t, "/c", Config(env("XDG_CONFIG_HOME", "/c"), "/h"))
	assert.Equal(t, "/h/.local/state", State(env(), "/h"))
	assert.Empty(t, State(env(), ""))
	assert.Equal(t, "/run/u/sessionferry/vault.sock", VaultSocket(env("XDG_RUNTIME_DIR", "/run/u"), "/h"))
	assert.Equal(t, "/h/.local/state/sessionferry/vault.sock", VaultSocket(env("XDG_RUNTIME_DIR", "run"), "/h"))
	assert.Equal(t, "/s/sessionferry/vault.sock", VaultSocket(env("XDG_STATE_HOME", "/s"), ""))
	assert.Empty(t, VaultSocket(env(), ""))
}
