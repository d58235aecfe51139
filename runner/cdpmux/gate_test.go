package cdpmux

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func resume(t *testing.T, c *Client, session string) {
	t.Helper()
	_, err := c.Session(session).Begin(resumeMethod, nil)
	require.NoError(t, err)
}

// TestGate starts a target only when every client that it waits for has resumed it.
func TestGate(t *testing.T) {
	for _, c := range []struct {
		name string
		last func(t *testing.T, b *fakeBrowser, other *Client) // what the other client does in the end
		want []string                                          // sessions of the resumes that reach the browser
	}{
		{"resumes", func(t *testing.T, _ *fakeBrowser, other *Client) { resume(t, other, "two") }, []string{"one", "two"}},
		{"resumes inside a message", func(t *testing.T, _ *fakeBrowser, other *Client) {
			_, err := other.Session("").Begin("Target.sendMessageToTarget", map[string]string{
				"sessionId": "two", "message": `{"id":1,"method":"Runtime.runIfWaitingForDebugger"}`,
			})
			require.NoError(t, err)
		}, []string{"one", "root-2"}},
		{"detaches", func(_ *testing.T, b *fakeBrowser, _ *Client) {
			b.raw(`{"method":"Target.detachedFromTarget","sessionId":"root-2","params":{"sessionId":"two"}}`)
		}, []string{"one"}},
		{"leaves", func(_ *testing.T, _ *fakeBrowser, other *Client) { other.Close() }, []string{"one"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, b := newFakeBrowser(t)
				keeper, _ := client(t, m)
				m.KeepGate(keeper)
				other, _ := client(t, m)
				b.attached("root-1", "one", "T", "page", "true")
				b.attached("root-2", "two", "T", "page", "true")
				synctest.Wait()

				resume(t, keeper, "one")
				require.NoError(t, m.AwaitReady(t.Context(), "T"), "the keeper has done its part")
				synctest.Wait()
				assert.Empty(t, b.commands, "the target waits for the other client")

				c.last(t, b, other)
				for _, session := range c.want {
					assert.Equal(t, session, b.next().SessionID)
				}
			})
		})
	}
}

// TestGateWaitsForNobodyElse passes the resume of a target that no other client has
// to resume, and another resume of it.
func TestGateWaitsForNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, b := newFakeBrowser(t)
		c, _ := client(t, m)
		other, _ := client(t, m)
		b.attached("root-2", "running", "T", "worker", "false")
		b.attached("root-1", "worker", "T", "worker", "true")
		synctest.Wait()
		for range 2 {
			resume(t, c, "worker")
			assert.Equal(t, "worker", b.next().SessionID)
		}
		resume(t, other, "running")
		assert.Equal(t, "running", b.next().SessionID)
		assert.Empty(t, m.gate.targets, "nothing is kept of it")
		assert.Empty(t, m.gate.sessions)
	})
}
