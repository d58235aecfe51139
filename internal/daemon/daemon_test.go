package daemon

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestLogsArePlain: what others wrote acts on nobody who reads a log.
func TestLogsArePlain(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		log := NewLog(&out, asJSON)
		log.Info().Str("name", "Bob\x1b[2J\u009b2J\u202e\u200b\nlevel=error").Msg("signed in\u202e")
		require.Equal(t, 1, strings.Count(out.String(), "\n"))
		require.False(t, strings.ContainsFunc(strings.TrimSuffix(out.String(), "\n"), session.IsHidden), "%q", out.String())
		require.Contains(t, out.String(), `\u202e`)
	}
}
