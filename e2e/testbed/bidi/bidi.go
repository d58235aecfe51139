// Package bidi speaks WebDriver BiDi, the protocol by which Firefox is driven:
// commands with one answer each over a web socket. Events are passed over.
// Source: https://w3c.github.io/webdriver-bidi/
package bidi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/coder/websocket"
)

// maxMessage is the longest message that is taken, in bytes: pictures are long.
const maxMessage = 64 << 20

// Conn is a session with a browser.
type Conn struct {
	ws   *websocket.Conn
	done chan struct{} // closed when nothing more comes

	mu    sync.Mutex
	last  uint64
	open  map[uint64]chan *reply
	ended error // why nothing more comes
}

type command struct {
	ID     uint64 `json:"id"`
	Method string `json:"method"`
	Params any    `json:"params"`
}

type reply struct {
	ID      uint64          `json:"id"`
	Type    string          `json:"type"` // "success", "error" or "event"
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
}

// Error is a command that the browser refused.
type Error struct{ Method, Code, Message string }

func (e *Error) Error() string { return e.Method + ": " + e.Code + ": " + e.Message }

// Dial begins a session at the browser's address, e.g. "ws://127.0.0.1:9222".
func Dial(ctx context.Context, address string) (*Conn, error) {
	ws, _, err := websocket.Dial(ctx, address+"/session", nil)
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(maxMessage)
	c := &Conn{ws: ws, done: make(chan struct{}), open: map[uint64]chan *reply{}}
	go c.read()
	if _, err := Call[struct{}](ctx, c, "session.new", map[string]any{"capabilities": map[string]any{}}); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Close ends the connection, and with it every call that waits.
func (c *Conn) Close() {
	_ = c.ws.CloseNow()
	<-c.done
}

// Call sends a command and decodes its result.
func Call[T any](ctx context.Context, c *Conn, method string, params any) (T, error) {
	var out T
	r, err := c.send(ctx, method, params)
	if err != nil {
		return out, err
	}
	if r.Type != "success" {
		return out, &Error{Method: method, Code: r.Error, Message: r.Message}
	}
	if err := json.Unmarshal(r.Result, &out); err != nil {
		return out, fmt.Errorf("%s: %w", method, err)
	}
	return out, nil
}

func (c *Conn) send(ctx context.Context, method string, params any) (*reply, error) {
	answer := make(chan *reply, 1)
	c.mu.Lock()
	c.last++
	id := c.last
	c.open[id] = answer
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.open, id)
		c.mu.Unlock()
	}()
	data, err := json.Marshal(command{ID: id, Method: method, Params: params})
	if err != nil {
		return nil, err
	}
	// Not by the caller's context, whose end within a write would end the connection for everyone.
	if err := c.ws.Write(context.WithoutCancel(ctx), websocket.MessageText, data); err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	select {
	case r := <-answer:
		return r, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: %w", method, ctx.Err())
	case <-c.done:
		return nil, fmt.Errorf("%s: %w", method, errors.Join(errors.New("the browser has ended the session"), c.ended))
	}
}

// read hands out answers until the connection ends.
func (c *Conn) read() {
	defer close(c.done)
	for {
		_, data, err := c.ws.Read(context.Background())
		if err != nil {
			c.ended = err
			return
		}
		var r reply
		if err := json.Unmarshal(data, &r); err != nil {
			c.ended = err
			return
		}
		c.mu.Lock()
		answer := c.open[r.ID]
		c.mu.Unlock()
		if answer != nil && r.Type != "event" {
			answer <- &r
		}
	}
}
