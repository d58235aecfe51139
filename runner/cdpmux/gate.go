package cdpmux

import (
	"context"

	"github.com/go-json-experiment/json"
)

// resumeMethod lets a target start that waits for a debugger.
const resumeMethod = "Runtime.runIfWaitingForDebugger"

// gate keeps a target that waits for a debugger from starting until each session
// that the browser reported the wait to has resumed it. The browser itself does so
// for workers and frames; popups and shared workers it starts at the first resume.
// Its fields are guarded by Mux.mu.
type gate struct {
	keeper   *peer // prepares pages and frames and resumes each when it is done; nil without one
	targets  map[string]*pausedTarget
	sessions map[string]pausedSession
}

// pausedTarget is a target that waits, or that the keeper has a session of.
type pausedTarget struct {
	reports   int             // reports of the wait after which others may follow
	waits     map[string]bool // sessions that have not resumed it
	held      []command       // resumes that wait for those of other sessions
	kept      int             // sessions of the keeper
	prepared  bool            // the keeper has resumed it
	ready     chan struct{}   // closed once the keeper's resume has passed, or waits for other clients only
	announced bool            // ready is closed, or about to be
}

// pausedSession is a session of a target of the gate.
type pausedSession struct {
	peer   *peer
	target string
}

// command is a message on its way to the browser.
type command struct {
	from *peer
	msg  message
}

func newGate() *gate {
	return &gate{targets: map[string]*pausedTarget{}, sessions: map[string]pausedSession{}}
}

// target returns the entry of a target, which it makes if need be.
func (g *gate) target(id string) *pausedTarget {
	if g.targets[id] == nil {
		g.targets[id] = &pausedTarget{waits: map[string]bool{}, ready: make(chan struct{})}
	}
	return g.targets[id]
}

// attached takes note of a new session of p. It returns the target that waits for
// the session, or "".
func (g *gate) attached(p *peer, params []byte) string {
	var v struct {
		SessionID  string `json:"sessionId"`
		Waiting    bool   `json:"waitingForDebugger"`
		TargetInfo struct {
			TargetID string `json:"targetId"`
		} `json:"targetInfo"`
	}
	if json.Unmarshal(params, &v, wire) != nil || !v.Waiting && p != g.keeper {
		return ""
	}
	id := v.TargetInfo.TargetID
	t := g.target(id)
	g.sessions[v.SessionID] = pausedSession{p, id}
	if p == g.keeper {
		t.kept++
	}
	if !v.Waiting {
		return ""
	}
	t.waits[v.SessionID] = true
	t.reports++
	return id
}

// resumes returns the session that a command resumes. Without flattened sessions
// the resume is inside the command.
func resumes(msg message) (session string, ok bool) {
	switch msg.Method {
	case resumeMethod:
		return msg.SessionID, true
	case "Target.sendMessageToTarget":
		var v struct {
			SessionID string `json:"sessionId"`
			Message   string `json:"message"`
		}
		if json.Unmarshal(msg.Params, &v, wire) != nil {
			return "", false
		}
		inner, err := decode([]byte(v.Message))
		return v.SessionID, err == nil && inner.Method == resumeMethod
	}
	return "", false
}

// resume keeps a resume until its target is released, and returns the target. A
// resume that no target waits for is not kept.
func (g *gate) resume(session string, c command) (target string, kept bool) {
	s, ok := g.sessions[session]
	if !ok || s.peer != c.from {
		return "", false
	}
	t := g.targets[s.target]
	delete(t.waits, session)
	t.held = append(t.held, c)
	if c.from == g.keeper {
		t.prepared = true
	} else {
		delete(g.sessions, session)
	}
	return s.target, true
}

// detached forgets a session, and returns the target that it may have held up.
func (g *gate) detached(session string) string {
	s, ok := g.sessions[session]
	if !ok {
		return ""
	}
	delete(g.sessions, session)
	t := g.targets[s.target]
	delete(t.waits, session)
	if s.peer == g.keeper {
		t.kept--
	}
	return s.target
}

// left forgets the sessions of a client, and returns the targets that they may
// have held up.
func (g *gate) left(p *peer) []string {
	var targets []string
	for session, s := range g.sessions {
		if s.peer == p {
			targets = append(targets, g.detached(session))
		}
	}
	return targets
}

// release returns the resumes of a target that may pass, and the channel to close
// after them, if any.
func (g *gate) release(id string) (passed []command, ready chan struct{}) {
	t := g.targets[id]
	if t == nil || t.reports > 0 {
		return nil, nil
	}
	if t.prepared && !t.announced {
		t.announced, ready = true, t.ready
	}
	if len(t.waits) == 0 {
		passed, t.held = t.held, nil
		if t.kept == 0 {
			delete(g.targets, id)
		}
	}
	return passed, ready
}

// KeepGate makes c the client that prepares pages and frames: it resumes each of
// them once it is prepared.
func (m *Mux) KeepGate(c *Client) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gate.keeper = c.peer
}

// AwaitReady waits until the keeper has prepared a target.
func (m *Mux) AwaitReady(ctx context.Context, targetID string) error {
	m.mu.Lock()
	ready := m.gate.target(targetID).ready
	m.mu.Unlock()
	select {
	case <-ready:
		return nil
	case <-m.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// settle passes a target's resumes once the browser has reported the wait to every
// client: it reports to all of them before it answers a later command.
func (m *Mux) settle(target string) {
	if _, err := m.ask(context.Background(), "Browser.getVersion"); err != nil {
		return // the browser is gone
	}
	m.mu.Lock()
	m.gate.target(target).reports--
	m.mu.Unlock()
	m.pass(target)
}

// pass sends the resumes of a target that nobody is waited for any more.
func (m *Mux) pass(target string) {
	m.mu.Lock()
	passed, ready := m.gate.release(target)
	m.mu.Unlock()
	for _, c := range passed {
		_ = m.send(c.from, c.msg, true) // a client that is gone wants no answer
	}
	if ready != nil {
		close(ready)
	}
}
