package cdpmux

import (
	"context"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// gateLimit is how long a client is held up at most: a target that its keeper
// never prepares (it went away meanwhile) must not stop a task for ever.
const gateLimit = 5 * time.Second

// gate keeps clients from starting a page before its keeper has prepared it. A
// new target waits for a debugger, but starts for all when the first client
// says so; with several clients that would be a race.
type gate struct {
	keeper *Client

	mu       sync.Mutex
	ready    map[string]chan struct{} // by target id
	sessions map[string]string        // the target of a session that waits
}

// KeepGate makes c the one who prepares pages and frames. From now on another
// client's Runtime.runIfWaitingForDebugger waits for Ready of that target.
func (m *Mux) KeepGate(c *Client) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gate = &gate{keeper: c, ready: map[string]chan struct{}{}, sessions: map[string]string{}}
}

// Ready says that a target is prepared.
func (m *Mux) Ready(targetID string) {
	m.mu.Lock()
	g := m.gate
	m.mu.Unlock()
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.open(targetID):
	default:
		close(g.open(targetID))
	}
}

// AwaitReady waits until the keeper has prepared a target.
func (m *Mux) AwaitReady(ctx context.Context, targetID string) error {
	m.mu.Lock()
	g := m.gate
	m.mu.Unlock()
	if g == nil {
		return nil
	}
	g.mu.Lock()
	ready := g.open(targetID)
	g.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-m.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// open returns the channel of a target. g.mu is held.
func (g *gate) open(targetID string) chan struct{} {
	if g.ready[targetID] == nil {
		g.ready[targetID] = make(chan struct{})
	}
	return g.ready[targetID]
}

// attached notes which target another client's new session is of.
func (g *gate) attached(p *peer, params []byte) {
	if p == g.keeper.peer {
		return
	}
	var v struct {
		SessionID  string `json:"sessionId"`
		Waiting    bool   `json:"waitingForDebugger"`
		TargetInfo struct {
			TargetID string `json:"targetId"`
			Type     string `json:"type"`
		} `json:"targetInfo"`
	}
	if json.Unmarshal(params, &v, wire) != nil || !v.Waiting {
		return
	}
	if v.TargetInfo.Type == "page" || v.TargetInfo.Type == "iframe" {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.sessions[v.SessionID] = v.TargetInfo.TargetID
	}
}

func (g *gate) detached(session string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.sessions, session)
}

// hold returns what a session's start has to wait for, or nil.
func (g *gate) hold(session string) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	target, ok := g.sessions[session]
	if !ok {
		return nil
	}
	delete(g.sessions, session)
	ch := g.open(target)
	select {
	case <-ch:
		return nil
	default:
		return ch
	}
}
