package vault

import (
	"net"
	"sync"
)

// networkListener hangs up on connections of a network that has as many as it may
// hold, so that one network leaves room for the others.
type networkListener struct {
	net.Listener
	most int

	mu   sync.Mutex
	held map[string]int // connections by network
}

// Accept implements net.Listener.
func (l *networkListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := networkOf(c.RemoteAddr().String())
		if l.take(from) {
			return &heldConn{c, sync.OnceFunc(func() { l.release(from) })}, nil
		}
		_ = c.Close() // a flood is owed no answer
	}
}

func (l *networkListener) take(from string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[from] >= l.most {
		return false
	}
	l.held[from]++
	return true
}

func (l *networkListener) release(from string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[from]--; l.held[from] == 0 {
		delete(l.held, from)
	}
}

// heldConn is a connection that counts until it is closed.
type heldConn struct {
	net.Conn
	release func()
}

// Close implements net.Conn.
func (c *heldConn) Close() error {
	defer c.release()
	return c.Conn.Close()
}
