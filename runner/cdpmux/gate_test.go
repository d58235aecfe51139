package cdpmux

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// begin issues a command in a session that the browser has just reported.
func begin(t *testing.T, c *Client, session, method string) {
	t.Helper()
	require.Eventually(t, func() bool {
		c.mux.mu.Lock()
		defer c.mux.mu.Unlock()
		return c.mux.sessions[session] == c.peer
	}, 30*time.Second, time.Millisecond)
	_, err := c.Session(session).Begin(method, nil)
	require.NoError(t, err)
}

// TestGate starts a target only when every client that it waits for has resumed it.
func TestGate(t *testing.T) {
	for _, c := range []struct {
		name string
		last func(t *testing.T, b *fakeBrowser, other *Client) // what the other client does in the end
		want []string                                          // resumes that reach the browser
	}{
		{"resumes", func(t *testing.T, _ *fakeBrowser, other *Client) { begin(t, other, "two", resumeMethod) }, []string{"one", "two"}},
		{"detaches", func(_ *testing.T, b *fakeBrowser, _ *Client) {
			b.raw(`{"method":"Target.detachedFromTarget","sessionId":"root-2","params":{"sessionId":"two"}}`)
		}, []string{"one"}},
		{"leaves", func(_ *testing.T, _ *fakeBrowser, other *Client) { other.Close() }, []string{"one"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, b := newFakeBrowser(t)
			keeper, _ := client(t, m)
			m.KeepGate(keeper)
			other, _ := client(t, m)
			b.attached("root-1", "one", "T", "page", "true")
			b.attached("root-2", "two", "T", "page", "true")
			begin(t, other, "two", "Page.enable")
			assert.Equal(t, "Page.enable", b.next().Method)

			begin(t, keeper, "one", resumeMethod)
			require.NoError(t, m.AwaitReady(t.Context(), "T"), "the keeper has done its part")
			begin(t, other, "two", "Page.reload")
			assert.Equal(t, "Page.reload", b.next().Method, "the keeper's resume has not passed")

			c.last(t, b, other)
			for _, session := range c.want {
				msg := b.next()
				assert.Equal(t, []string{resumeMethod, session}, []string{msg.Method, msg.SessionID})
			}
		})
	}
}

// TestGateWaitsForNobodyElse passes what no other client has to resume: a target
// that only one was told of, and one that starts again.
func TestGateWaitsForNobodyElse(t *testing.T) {
	m, b := newFakeBrowser(t)
	c, _ := client(t, m)
	other, _ := client(t, m)
	b.attached("root-2", "running", "T", "worker", "false")
	b.attached("root-1", "worker", "T", "worker", "true")
	for range 2 {
		begin(t, c, "worker", resumeMethod)
		assert.Equal(t, "worker", b.next().SessionID)
	}
	begin(t, other, "running", resumeMethod)
	assert.Equal(t, "running", b.next().SessionID)
	m.mu.Lock()
	defer m.mu.Unlock()
	assert.Empty(t, m.gate.targets, "nothing is kept of it")
	assert.Empty(t, m.gate.sessions)
}
