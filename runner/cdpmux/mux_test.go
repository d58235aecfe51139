package cdpmux

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recorder keeps a client's events as "session method".
type recorder struct {
	mu   sync.Mutex
	seen []string
}

func (r *recorder) handle(session, method string, _ jsontext.Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, session+" "+method)
}

func (r *recorder) events() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.seen...)
}

func client(t *testing.T, m *Mux) (*Client, *recorder) {
	t.Helper()
	r := new(recorder)
	c, err := m.NewClient(t.Context(), r.handle)
	require.NoError(t, err)
	return c, r
}

// TestRepliesFindTheirClient lets two clients use the same ids at once and
// answers in the other order.
func TestRepliesFindTheirClient(t *testing.T) {
	m, b := newFakeBrowser(t)
	one, _ := client(t, m)
	two, _ := client(t, m)
	p1, err := one.Session("").Begin("Browser.getVersion", nil)
	require.NoError(t, err)
	c1 := b.next()
	p2, err := two.Session("").Begin("Browser.getVersion", nil)
	require.NoError(t, err)
	c2 := b.next()
	assert.Equal(t, p1.id, p2.id, "both clients count from 1")
	assert.NotEqual(t, *c1.ID, *c2.ID, "the browser sees different ids")
	assert.Equal(t, []string{"root-1", "root-2"}, []string{c1.SessionID, c2.SessionID}, "each has a browser session of its own")

	b.send(message{ID: c2.ID, SessionID: c2.SessionID, Result: []byte(`{"product":"two"}`)})
	b.send(message{ID: c1.ID, SessionID: c1.SessionID, Error: []byte(`{"code":-32000,"message":"one"}`)})
	var v struct {
		Product string `json:"product"`
	}
	require.NoError(t, p2.Wait(t.Context(), &v))
	assert.Equal(t, "two", v.Product)
	assert.ErrorContains(t, p1.Wait(t.Context(), nil), "one")
}

// TestEventsFindTheirClient follows sessions, nested ones too, to whom they
// belong.
func TestEventsFindTheirClient(t *testing.T) {
	m, b := newFakeBrowser(t)
	one, first := client(t, m)
	_, second := client(t, m)

	b.attached("root-1", "page-1", "T", "page", "false")
	b.attached("root-2", "page-2", "T", "page", "false")
	b.attached("page-1", "frame-1", "F", "iframe", "false")
	b.raw(`{"method":"Page.loadEventFired","sessionId":"frame-1","params":{}}`)
	b.raw(`{"method":"Page.loadEventFired","sessionId":"page-2","params":{}}`)
	b.raw(`{"method":"Target.targetCreated","sessionId":"root-1","params":{}}`)
	b.raw(`{"method":"Page.loadEventFired","sessionId":"nobody","params":{}}`)

	// A session that the client asks for itself is known by the reply.
	p, err := one.Session("").Begin("Target.attachToTarget", nil)
	require.NoError(t, err)
	b.send(message{ID: b.next().ID, SessionID: "root-1", Result: []byte(`{"sessionId":"asked"}`)})
	require.NoError(t, p.Wait(t.Context(), nil))
	b.raw(`{"method":"Page.frameResized","sessionId":"asked","params":{}}`)

	b.raw(`{"method":"Target.detachedFromTarget","sessionId":"root-2","params":{"sessionId":"page-2"}}`)
	b.raw(`{"method":"Page.frameResized","sessionId":"page-2","params":{}}`)

	assert.Eventually(t, func() bool { return len(first.events()) == 5 && len(second.events()) == 3 }, time.Minute, time.Millisecond)
	assert.Equal(t, []string{" Target.attachedToTarget", "page-1 Target.attachedToTarget", "frame-1 Page.loadEventFired", " Target.targetCreated", "asked Page.frameResized"}, first.events())
	assert.Equal(t, []string{" Target.attachedToTarget", "page-2 Page.loadEventFired", " Target.detachedFromTarget"}, second.events())
}

// TestSessionsOfOthersAreNotThere keeps a client from speaking in another's
// session.
func TestSessionsOfOthersAreNotThere(t *testing.T) {
	m, b := newFakeBrowser(t)
	one, _ := client(t, m)
	_, second := client(t, m)
	b.attached("root-2", "theirs", "T", "page", "false")
	require.Eventually(t, func() bool { return len(second.events()) == 1 }, time.Minute, time.Millisecond)
	for _, session := range []string{"theirs", "root-2", "unknown"} {
		err := one.Session(session).Call(t.Context(), "Runtime.evaluate", nil, nil)
		assert.ErrorContains(t, err, "Session with given id not found.", session)
	}
}

// TestContentsPassUnchanged sends what a strict reader would refuse or change.
func TestContentsPassUnchanged(t *testing.T) {
	m, b := newFakeBrowser(t)
	c, _ := client(t, m)
	events, stop := c.Session("").Subscribe("Runtime.consoleAPICalled")
	defer stop()
	params := `{"lone":"\ud800","same":1,"same":2,"html":"<a&b>\u2028"}`
	b.raw(`{"method":"Runtime.consoleAPICalled","sessionId":"root-1","params":` + params + `}`)
	assert.Equal(t, params, string(<-events))
}

// TestCreateTargetWaitsForKeeper keeps the reply to Target.createTarget back until
// the page runs; a hidden one is nobody's to prepare.
func TestCreateTargetWaitsForKeeper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, b := newFakeBrowser(t)
		keeper, _ := client(t, m)
		m.KeepGate(keeper)
		other, _ := client(t, m)
		made := func(params string) <-chan error {
			p, err := other.Session("").Begin("Target.createTarget", jsontext.Value(params))
			require.NoError(t, err)
			b.send(message{ID: b.next().ID, SessionID: "root-2", Result: []byte(`{"targetId":"T"}`)})
			done := make(chan error, 1)
			go func() { done <- p.Wait(t.Context(), nil) }()
			return done
		}
		require.NoError(t, <-made(`{"url":"about:blank","hidden":true}`))
		page := made(`{"url":"about:blank"}`)
		b.attached("root-1", "keeper's", "T", "page", "true")
		synctest.Wait()
		require.Empty(t, page, "the client has not received a page that still waits")
		resume(t, keeper, "keeper's")
		assert.Equal(t, resumeMethod, b.next().Method)
		require.NoError(t, <-page)
	})
}

// TestEndOfTheBrowser ends calls, subscriptions and clients.
func TestEndOfTheBrowser(t *testing.T) {
	m, b := newFakeBrowser(t)
	c, _ := client(t, m)
	events, _ := c.Session("").Subscribe("Page.loadEventFired")
	p, err := c.Session("").Begin("Browser.getVersion", nil)
	require.NoError(t, err)
	b.next()
	_ = b.conn.Close()
	require.ErrorIs(t, p.Wait(t.Context(), nil), ErrClosed)
	_, open := <-events
	assert.False(t, open)
	<-m.Done()
	_, err = m.NewClient(context.Background(), nil)
	assert.ErrorIs(t, err, ErrClosed)
}
