package vault_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// bubble runs a test of a whole vault by a fake clock, which moves on only while all
// goroutines wait. So no result depends on how busy the machine is.
func bubble(t *testing.T, o vaulttest.Options, test func(t *testing.T, s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{listeners: map[string]*listener{}}
		m.comeFrom("127.0.0.1")
		o.Network = m
		if o.ConnectionUser == nil { // the kernel does not know these connections
			o.ConnectionUser = new(localUser).of
		}
		s := newScene(t, o)
		s.memory = m
		test(t, s)
	})
}

// memory is a network inside of this process: the system's would stop the clock.
type memory struct {
	vaults    atomic.Int64
	from      atomic.Pointer[net.TCPAddr] // where new connections come from
	mu        sync.Mutex
	listeners map[string]*listener
}

// Run implements vaulttest.Network.
func (m *memory) Run(ctx context.Context, server *vault.Server) error {
	listen := func(at net.Addr) *listener {
		l := &listener{at: at, coming: make(chan net.Conn), closed: make(chan struct{})}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.listeners[at.String()] = l
		return l
	}
	port := int(m.vaults.Add(1)) * 10
	return server.RunOn(ctx, listen(local(port)), listen(&net.UnixAddr{Name: fmt.Sprint("/enrol-", port)}), listen(local(port+1)))
}

// local is an address of this computer.
func local(port int) net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port} }

// DialContext implements vaulttest.Network.
func (m *memory) DialContext(ctx context.Context, _, address string) (net.Conn, error) {
	m.mu.Lock()
	l := m.listeners[address]
	m.mu.Unlock()
	if l == nil {
		return nil, fmt.Errorf("nobody listens on %s", address)
	}
	near, far := net.Pipe()
	remote, ok := ctx.Value(from{}).(net.Addr)
	if !ok {
		remote = m.from.Load()
	}
	select {
	case l.coming <- conn{far, l.at, remote}:
		return near, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// from is the key of the address that a context's connections come from, as a
// net.Addr, where it is not that of comeFrom.
type from struct{}

// comeFrom lets new connections come from an address.
func (m *memory) comeFrom(ip string) {
	m.from.Store(&net.TCPAddr{IP: net.ParseIP(ip), Port: 50_000})
}

// listener is one place of a memory network.
type listener struct {
	at     net.Addr
	coming chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.coming:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return l.at }

// conn is the vault's end of a connection, with addresses as those of a network.
type conn struct {
	net.Conn
	at, from net.Addr
}

func (c conn) LocalAddr() net.Addr  { return c.at }
func (c conn) RemoteAddr() net.Addr { return c.from }
