package pages

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestNamesTurnNothingAround: a name that an older version took is shown with its
// hidden characters escaped, and ends no isolation of ours.
func TestNamesTurnNothingAround(t *testing.T) {
	const name = "Bob\u202egnp\u200b\u009b\u2069"
	var out bytes.Buffer
	f := &Form{Frame: Frame{Title: Say("name_of", name)}, Facts: []Fact{{Name: Say("edit_title"), Value: name}}}
	require.NoError(t, Render(&out, English, f))
	require.Contains(t, out.String(), "\u2068&#34;Bob\\u202egnp\\u200b\\u009b\\u2069&#34;\u2069")
	page := strings.NewReplacer("\n", "", "\t", "", isolate, "", isolateEnd, "").Replace(out.String())
	require.False(t, strings.ContainsFunc(page, session.IsHidden))
}
