package cdpmux

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/go-json-experiment/json/jsontext"
)

// Client is a client in this process.
type Client struct {
	mux    *Mux
	peer   *peer
	next   atomic.Int64
	events *queue[event]

	mu      sync.Mutex
	waiting map[int64]chan message
	subs    map[subscription]bool
}

type event struct {
	session, method string
	params          jsontext.Value
}

type subscription struct {
	session, method string
	queue           *queue[jsontext.Value]
}

// Handler is told of every event of the client's sessions, in order, from one
// goroutine. session is "" for events of the browser session. It may call
// Session.Begin but must not wait for answers.
type Handler func(session, method string, params jsontext.Value)

// NewClient opens a client. handler may be nil. The client ends with the
// browser, or at Close.
func (m *Mux) NewClient(ctx context.Context, handler Handler) (*Client, error) {
	c := &Client{mux: m, events: newQueue[event](), waiting: map[int64]chan message{}, subs: map[subscription]bool{}}
	p, err := m.join(ctx, c.deliver, c.ended)
	if err != nil {
		return nil, err
	}
	c.peer = p
	go func() {
		for {
			ev, ok := c.events.pop()
			if !ok {
				return
			}
			if handler != nil {
				handler(ev.session, ev.method, ev.params)
			}
		}
	}()
	return c, nil
}

// Close gives up the client's sessions.
func (c *Client) Close() {
	c.mux.leave(c.peer)
	c.ended()
}

// Session returns the client's session of that id; "" is the browser session.
func (c *Client) Session(id string) *Session { return &Session{c, id} }

func (c *Client) deliver(msg message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if msg.ID != nil {
		if ch, ok := c.waiting[*msg.ID]; ok {
			delete(c.waiting, *msg.ID)
			ch <- msg // has room for one
		}
		return
	}
	for s := range c.subs {
		if s.session == msg.SessionID && s.method == msg.Method {
			s.queue.push(msg.Params, len(msg.Params))
		}
	}
	c.events.push(event{msg.SessionID, msg.Method, msg.Params}, len(msg.Params))
}

func (c *Client) ended() {
	c.events.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.subs {
		s.queue.close()
	}
}

// Session is one session of a Client. It implements cdp.Session, so that the
// typed commands of cdproto can be called on it.
type Session struct {
	client *Client
	id     string
}

var _ cdp.Session = (*Session)(nil)

// ID returns the session's id, "" for the browser session.
func (s *Session) ID() string { return s.id }

// Pending is a command that was issued and not yet answered.
type Pending struct {
	client *Client
	id     int64
	reply  chan message
}

// Begin issues a command. Commands of one session take effect in the order of
// their Begin.
func (s *Session) Begin(method string, params any) (*Pending, error) {
	id := s.client.next.Add(1)
	msg := message{ID: &id, SessionID: s.id, Method: method}
	if params != nil {
		body, err := jsonv2.Marshal(params, wire)
		if err != nil {
			return nil, err
		}
		msg.Params = body
	}
	p := &Pending{s.client, id, make(chan message, 1)}
	s.client.mu.Lock()
	s.client.waiting[id] = p.reply
	s.client.mu.Unlock()
	return p, s.client.mux.submit(s.client.peer, msg)
}

// Wait waits for the answer and decodes it into result, which may be nil. A
// refusal of the browser is a *cdproto.Error, the end of the connection
// ErrClosed.
func (p *Pending) Wait(ctx context.Context, result any) error {
	select {
	case msg := <-p.reply:
		if msg.Error != nil {
			refusal := new(cdproto.Error)
			if err := jsonv2.Unmarshal(msg.Error, refusal, wire); err != nil {
				return err
			}
			return refusal
		}
		if result == nil {
			return nil
		}
		return jsonv2.Unmarshal(msg.Result, result, wire)
	case <-p.client.mux.done:
		p.forget()
		return ErrClosed
	case <-ctx.Done():
		p.forget()
		return ctx.Err()
	}
}

func (p *Pending) forget() {
	p.client.mu.Lock()
	defer p.client.mu.Unlock()
	delete(p.client.waiting, p.id)
}

// Call implements cdp.Session: Begin and Wait.
func (s *Session) Call(ctx context.Context, method string, params, result any) error {
	p, err := s.Begin(method, params)
	if err != nil {
		return err
	}
	return p.Wait(ctx, result)
}

// Subscribe implements cdp.Session.
func (s *Session) Subscribe(method string) (<-chan jsonv2.Value, func()) {
	sub := subscription{s.id, method, newQueue[jsontext.Value]()}
	s.client.mu.Lock()
	s.client.subs[sub] = true
	s.client.mu.Unlock()
	out, stop := make(chan jsonv2.Value), make(chan struct{})
	go func() {
		defer close(out)
		for {
			v, ok := sub.queue.pop()
			if !ok {
				return
			}
			select {
			case out <- v:
			case <-stop:
				return
			}
		}
	}()
	return out, sync.OnceFunc(func() {
		s.client.mu.Lock()
		delete(s.client.subs, sub)
		s.client.mu.Unlock()
		close(stop)
		sub.queue.close()
	})
}
