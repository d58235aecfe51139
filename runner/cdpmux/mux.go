package cdpmux

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// ErrClosed is the end of the connection to the browser.
var ErrClosed = errors.New("the connection to the browser has ended")

// noSession is the browser's own code for a session that is not there.
const noSession = -32001

// preparedLimit bounds how long the reply to a Target.createTarget is kept back: a
// page that its keeper never prepares must not stop a task for ever.
const preparedLimit = 30 * time.Second

// Mux is the shared connection. Its methods are safe for concurrent use.
type Mux struct {
	conn io.ReadWriteCloser

	write sync.Mutex // one message at a time onto the pipe

	mu       sync.Mutex
	next     int64
	calls    map[int64]call   // commands that wait for their reply
	sessions map[string]*peer // who owns which session
	gate     *gate
	done     chan struct{}
	closed   bool
}

// call remembers where a reply goes and under which id.
type call struct {
	from    *peer
	id      int64
	session string // as the client named it
	opens   bool   // it makes a page, which must be prepared before the client hears of it
}

// peer is one client as the mux sees it.
type peer struct {
	root    string // its own browser session
	deliver func(message)
	closed  func() // the browser is gone
}

// New takes over conn, on which messages end with a zero byte
// (--remote-debugging-pipe), and serves until it ends.
func New(conn io.ReadWriteCloser) *Mux {
	m := &Mux{conn: conn, calls: map[int64]call{}, sessions: map[string]*peer{}, gate: newGate(), done: make(chan struct{})}
	go m.read()
	return m
}

// Done is closed when the connection to the browser has ended.
func (m *Mux) Done() <-chan struct{} { return m.done }

// Close ends the connection, upon which the browser exits.
func (m *Mux) Close() error { return m.conn.Close() }

// join gives a peer its browser session. deliver and closed are called from the
// reading goroutine and must not block.
func (m *Mux) join(ctx context.Context, deliver func(message), closed func()) (*peer, error) {
	r, err := m.ask(ctx, "Target.attachToBrowserTarget")
	if err != nil {
		return nil, err
	}
	root := sessionIn(r.Result)
	if root == "" {
		return nil, errors.New("the browser gave no session")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return nil, ErrClosed
	}
	p := &peer{root: root, deliver: deliver, closed: closed}
	m.sessions[root] = p
	return p, nil
}

// ask sends a command of the mux itself and returns the reply.
func (m *Mux) ask(ctx context.Context, method string) (message, error) {
	reply := make(chan message, 1)
	host := &peer{deliver: func(r message) { reply <- r }}
	if err := m.send(host, message{ID: new(int64), Method: method}, false); err != nil {
		return message{}, err
	}
	select {
	case r := <-reply:
		return r, nil
	case <-m.done:
		return message{}, ErrClosed
	case <-ctx.Done():
		return message{}, ctx.Err()
	}
}

// leave ends a peer: its sessions are detached, its replies dropped.
func (m *Mux) leave(p *peer) {
	m.mu.Lock()
	for s, owner := range m.sessions {
		if owner == p {
			delete(m.sessions, s)
		}
	}
	for id, c := range m.calls {
		if c.from == p {
			delete(m.calls, id)
		}
	}
	freed := m.gate.left(p)
	m.mu.Unlock()
	for _, target := range freed {
		m.pass(target)
	}
	params, _ := json.Marshal(struct {
		SessionID string `json:"sessionId"`
	}{p.root}) // a string: cannot fail
	nobody := &peer{deliver: func(message) {}}
	_ = m.send(nobody, message{ID: new(int64), Method: "Target.detachFromTarget", Params: params}, false)
}

// submit sends a peer's command, within its own sessions only.
func (m *Mux) submit(p *peer, msg message) error {
	if msg.ID == nil || msg.Method == "" {
		return errors.New("a command has an id and a method")
	}
	if session, ok := resumes(msg); ok {
		m.mu.Lock()
		target, kept := m.gate.resume(session, command{p, msg})
		m.mu.Unlock()
		if kept {
			m.pass(target)
			return nil
		}
	}
	return m.send(p, msg, true)
}

// send renumbers a command and writes it. own says that an absent session means
// the peer's browser session and any other must be the peer's.
func (m *Mux) send(p *peer, msg message, own bool) error {
	c := call{from: p, id: *msg.ID, session: msg.SessionID}
	m.mu.Lock()
	c.opens = m.gate.keeper != nil && m.gate.keeper != p && opensPage(msg)
	switch {
	case m.closed:
		m.mu.Unlock()
		return ErrClosed
	case own && msg.SessionID == "":
		msg.SessionID = p.root
	case own && m.sessions[msg.SessionID] != p:
		m.mu.Unlock()
		p.deliver(failure(c.id, "", noSession, "Session with given id not found."))
		return nil
	}
	m.next++
	id := m.next
	m.calls[id] = c
	m.mu.Unlock()

	msg.ID = &id
	data, err := msg.encode()
	if err != nil {
		m.mu.Lock()
		delete(m.calls, id)
		m.mu.Unlock()
		return err
	}
	m.write.Lock()
	defer m.write.Unlock()
	_, err = m.conn.Write(append(data, 0))
	return err
}

// read routes what the browser says until it says no more.
func (m *Mux) read() {
	in := bufio.NewReaderSize(m.conn, 64<<10)
	for {
		data, err := readMessage(in)
		if err != nil {
			break
		}
		if msg, err := decode(data); err == nil {
			m.route(msg)
		}
	}
	m.mu.Lock()
	m.closed = true
	peers := map[*peer]bool{}
	for _, p := range m.sessions {
		peers[p] = true
	}
	m.mu.Unlock()
	close(m.done)
	for p := range peers {
		p.closed()
	}
}

// readMessage reads up to a zero byte, at most maxMessage.
func readMessage(in *bufio.Reader) ([]byte, error) {
	var data []byte
	for {
		part, err := in.ReadSlice(0)
		data = append(data, part...)
		switch {
		case err == nil:
			return bytes.TrimSuffix(data, []byte{0}), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case len(data) > maxMessage:
			return nil, errors.New("a message of the browser is too large")
		}
	}
}

func (m *Mux) route(msg message) {
	if msg.ID != nil {
		m.reply(msg)
		return
	}
	var paused, freed string
	m.mu.Lock()
	p := m.sessions[msg.SessionID]
	if p != nil {
		paused, freed = m.learn(p, msg)
		if msg.SessionID == p.root {
			msg.SessionID = ""
		}
	}
	m.mu.Unlock()
	if p != nil {
		p.deliver(msg)
	}
	// The reading goroutine must not write: the browser may read nothing until its own
	// output is read.
	if paused != "" {
		go m.settle(paused)
	}
	if freed != "" {
		go m.pass(freed)
	}
}

func (m *Mux) reply(msg message) {
	m.mu.Lock()
	c, ok := m.calls[*msg.ID]
	delete(m.calls, *msg.ID)
	if ok && c.from.root != "" {
		if s := sessionIn(msg.Result); s != "" && m.sessions[s] == nil {
			m.sessions[s] = c.from // Target.attachToTarget and its kin
		}
	}
	m.mu.Unlock()
	if !ok {
		return
	}
	msg.ID, msg.SessionID = &c.id, c.session
	if c.opens {
		go m.deliverPrepared(c.from, msg)
		return
	}
	c.from.deliver(msg)
}

// deliverPrepared delivers the reply to a Target.createTarget once the page is
// prepared and runs: a client that went on at once would navigate a page that
// still waits, and never hear of it again.
func (m *Mux) deliverPrepared(p *peer, msg message) {
	var made struct {
		TargetID string `json:"targetId"`
	}
	if json.Unmarshal(msg.Result, &made, wire) == nil && made.TargetID != "" {
		ctx, cancel := context.WithTimeout(context.Background(), preparedLimit)
		_ = m.AwaitReady(ctx, made.TargetID) // afterwards the client may as well go on
		cancel()
	}
	p.deliver(msg)
}

// opensPage reports whether a command makes a page that the keeper prepares.
func opensPage(msg message) bool {
	if msg.Method != "Target.createTarget" {
		return false
	}
	var v struct {
		Hidden bool `json:"hidden"`
		ForTab bool `json:"forTab"`
	}
	return json.Unmarshal(msg.Params, &v, wire) == nil && !v.Hidden && !v.ForTab
}

// learn follows the events that begin and end sessions. It returns the target that
// waits for a new session, and the one that an ended session no longer holds up.
// m.mu is held.
func (m *Mux) learn(p *peer, msg message) (paused, freed string) {
	switch msg.Method {
	case "Target.attachedToTarget":
		if s := sessionIn(msg.Params); s != "" {
			m.sessions[s] = p
			paused = m.gate.attached(p, msg.Params)
		}
	case "Target.detachedFromTarget":
		if s := sessionIn(msg.Params); m.sessions[s] == p && s != p.root {
			delete(m.sessions, s)
			freed = m.gate.detached(s)
		}
	}
	return paused, freed
}

// sessionIn returns the sessionId that parameters or a result name, or "".
func sessionIn(body []byte) string {
	if len(body) == 0 || !bytes.Contains(body, []byte(`"sessionId"`)) {
		return ""
	}
	var v struct {
		SessionID string `json:"sessionId"`
	}
	if json.Unmarshal(body, &v, wire) != nil {
		return ""
	}
	return v.SessionID
}
