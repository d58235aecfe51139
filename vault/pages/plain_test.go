package pages

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestNamesTurnNothingAround: a name that an older version took is shown with its
// hidden characters escaped.
func TestNamesTurnNothingAround(t *testing.T) {
	var out bytes.Buffer
	f := &Form{Frame: Frame{Title: Say("edit_title"), Nav: &Nav{Person: "Bob\u202egnp\u200b\u009b"}}}
	require.NoError(t, Render(&out, English, f))
	require.Contains(t, out.String(), `Bob\u202egnp\u200b\u009b`)
	page := strings.NewReplacer("\n", "", "\t", "").Replace(out.String())
	require.False(t, strings.ContainsFunc(page, session.IsHidden))
}
