package native

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// A message to the browser has 1 MiB at most (docs/fidelity.md): what is longer
// is refused with a code instead of ending the port, and nothing of it is sent.
func TestPitfall30NativeMessaging(t *testing.T) {
	assert.Equal(t, 1<<20, MaxFrame)
	var out bytes.Buffer
	w := NewWriter(&out)
	assert.Equal(t, session.CodeReplyTooLarge, session.CodeOf(w.Write(strings.Repeat("x", MaxFrame))))
	assert.Zero(t, out.Len())
	require.NoError(t, w.Write("fits"), "and the stream goes on")
	_, err := NewReader(bytes.NewReader(header(MaxFrame + 1))).Next()
	assert.Equal(t, session.CodeFrameTooLarge, session.CodeOf(err), "before memory is taken for it")
}
