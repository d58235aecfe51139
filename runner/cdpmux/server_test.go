package cdpmux

import (
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func serve(t *testing.T) (*Server, *fakeBrowser) {
	t.Helper()
	m, b := newFakeBrowser(t)
	s, err := Serve(m)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, b
}

// TestServerAnswersOneAddress refuses every other path, host name and any page.
func TestServerAnswersOneAddress(t *testing.T) {
	s, _ := serve(t)
	assert.Regexp(t, `^ws://127\.0\.0\.1:\d+/[A-Za-z0-9_-]{43}/devtools/browser$`, s.URL())
	right := "http" + strings.TrimPrefix(s.URL(), "ws")
	root := right[:strings.Index(right[8:], "/")+8]
	for _, c := range []struct {
		name, url string
		change    func(*http.Request)
	}{
		{"another path", root + "/devtools/browser", func(*http.Request) {}},
		{"discovery", root + "/json/version", func(*http.Request) {}},
		{"a longer path", right + "/", func(*http.Request) {}},
		{"a page", right, func(r *http.Request) { r.Header.Set("Origin", root) }},
		{"another host name", right, func(r *http.Request) { r.Host = "rebound.example" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url, nil)
			require.NoError(t, err)
			req.Header.Set("Connection", "Upgrade")
			req.Header.Set("Upgrade", "websocket")
			req.Header.Set("Sec-WebSocket-Version", "13")
			req.Header.Set("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
			c.change(req)
			resp, err := http.DefaultClient.Do(req)
			require.NoError(t, err)
			_ = resp.Body.Close()
			assert.Equal(t, http.StatusNotFound, resp.StatusCode)
		})
	}
}

// TestServerCarriesClients speaks as an outside program does.
func TestServerCarriesClients(t *testing.T) {
	s, b := serve(t)
	ws, _, err := websocket.Dial(t.Context(), s.URL(), nil) //nolint:bodyclose // the library says: never close it
	require.NoError(t, err)
	write := func(text string) { require.NoError(t, ws.Write(t.Context(), websocket.MessageText, []byte(text))) }
	read := func() string {
		_, data, err := ws.Read(t.Context())
		require.NoError(t, err)
		return string(data)
	}
	write(`{"id":0,"method":"Browser.getVersion"}`)
	msg := b.next()
	assert.Equal(t, "root-1", msg.SessionID)
	b.send(message{ID: msg.ID, SessionID: "root-1", Result: []byte(`{"product":"fake"}`)})
	assert.JSONEq(t, `{"id":0,"result":{"product":"fake"}}`, read(), "an id of 0 is an id, and the session is not shown")

	b.attached("root-1", "page", "T", "page", "false")
	assert.Contains(t, read(), `"Target.attachedToTarget"`)
	write(`{"id":7,"method":"Page.enable","sessionId":"page"}`)
	msg = b.next()
	b.send(message{ID: msg.ID, SessionID: "page", Result: []byte(`{}`)})
	assert.JSONEq(t, `{"id":7,"sessionId":"page","result":{}}`, read())

	// The browser is not the client's to close; it only leaves.
	write(`{"id":8,"method":"Browser.close"}`)
	assert.JSONEq(t, `{"id":8,"result":{}}`, read())
	assert.Equal(t, "Target.detachFromTarget", b.next().Method)
	_, _, err = ws.Read(t.Context())
	assert.Error(t, err)
}
