package vaultapitest

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
)

// Proxy is a company's proxy for CONNECT. It takes every name for one server, and
// records the requests.
type Proxy struct {
	To     string // address of that server
	Answer string // bytes to send in place of a connection, if not ""

	mu    sync.Mutex
	asked []string
}

// Requests returns the method, host and credentials of each request so far.
func (p *Proxy) Requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.asked...)
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, strings.TrimSpace(r.Method+" "+r.Host+" "+r.Header.Get("Proxy-Authorization")))
	p.mu.Unlock()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	if p.Answer != "" {
		_, _ = io.WriteString(conn, p.Answer)
		return
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
	Connect(conn, p.To)
}

// Connect passes bytes both ways between a connection and a server until one side
// ends.
func Connect(conn net.Conn, to string) {
	up, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = up.Close() }()
	go func() { _, _ = io.Copy(up, conn); _ = up.Close() }()
	_, _ = io.Copy(conn, up)
}
