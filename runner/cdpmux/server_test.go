package cdpmux

import (
	"encoding/json"
	"io"
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

// TestServerRefuses answers 404 to every path without the secret, to other host
// names and to pages.
func TestServerRefuses(t *testing.T) {
	s, _ := serve(t)
	assert.Regexp(t, `^ws://127\.0\.0\.1:\d+/[A-Z2-7]{52}/devtools/browser/[A-Z2-7]{26}$`, s.URL())
	right := "http" + strings.TrimPrefix(s.URL(), "ws")
	secret, id, _ := strings.Cut(right, "/devtools/browser/")
	root := secret[:strings.LastIndex(secret, "/")]
	for _, c := range []struct {
		name, url string
		change    func(*http.Request)
	}{
		{"no secret", root + "/devtools/browser/" + id, func(*http.Request) {}},
		{"another browser", secret + "/devtools/browser/" + strings.ToLower(id), func(*http.Request) {}},
		{"the version without the secret", root + "/json/version", func(*http.Request) {}},
		{"the list of pages", root + "/json/list", func(*http.Request) {}},
		{"the version to a page", secret + "/json/version", func(r *http.Request) { r.Header.Set("Origin", root) }},
		{"the version to another host name", secret + "/json/version", func(r *http.Request) { r.Host = "rebound.example" }},
		{"the protocol to another host name", root + "/json/protocol", func(r *http.Request) { r.Host = "rebound.example" }},
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

// TestServerDescribesItself answers what tools ask for before they connect.
func TestServerDescribesItself(t *testing.T) {
	s, _ := serve(t)
	secret, _, _ := strings.Cut("http"+strings.TrimPrefix(s.URL(), "ws"), "/devtools/browser/")
	get := func(address string) (body string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		require.NoError(t, err)
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode, string(data))
		return string(data)
	}
	for _, end := range []string{"", "/"} {
		assert.JSONEq(t, `{"Browser":"Fake/1","Protocol-Version":"1.3","User-Agent":"agent","V8-Version":"2","WebKit-Version":"537.36 (@abc)",
			"webSocketDebuggerUrl":"`+s.URL()+`"}`, get(secret+"/json/version"+end))
	}
	protocol := get(secret + "/json/protocol")
	assert.Equal(t, protocol, get("http://"+s.listen.Addr().String()+"/json/protocol"))
	var described struct {
		Domains []struct {
			Domain   string `json:"domain"`
			Commands []struct {
				Name string `json:"name"`
			} `json:"commands"`
		} `json:"domains"`
	}
	require.NoError(t, json.Unmarshal([]byte(protocol), &described))
	commands := map[string]bool{}
	for _, d := range described.Domains {
		for _, c := range d.Commands {
			commands[d.Domain+"."+c.Name] = true
		}
	}
	assert.Subset(t, commands, map[string]bool{"Browser.getVersion": true, "Runtime.evaluate": true, "Target.attachToTarget": true})
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
