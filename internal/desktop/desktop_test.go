package desktop

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestWithoutAManager: what a shell's start-up files may have set is not taken to
// be the desktop's. With a manager: TestShellFolders in e2e.
func TestWithoutAManager(t *testing.T) {
	own := []string{"HOME=/h", "XDG_RUNTIME_DIR=" + t.TempDir(), "XDG_CONFIG_HOME=/c", "XDG_STATE_HOME=/s", "HTTPS_PROXY=http://p", "LANG=C"}
	environ, home := Environ(t.Context(), own)
	assert.Equal(t, []string{own[0], own[1], own[5]}, environ)
	assert.Equal(t, "/h", home)
}

func TestLookup(t *testing.T) {
	get := Lookup([]string{"A=1", "B=x=y", "A=2", "C"})
	assert.Equal(t, []string{"2", "x=y", "", ""}, []string{get("A"), get("B"), get("C"), get("D")})
}
