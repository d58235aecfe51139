package cdpmux

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"
)

// Server lets other programs of this machine be clients of a Mux. A program that
// has its address controls the browser, so the address is a secret.
type Server struct {
	mux    *Mux
	secret string // the path that everything but the protocol's description lies below
	id     string // the browser's, in the address
	listen net.Listener
	http   http.Server
	ctx    context.Context // ends with the server, and every client with it
	cancel context.CancelFunc
}

// Serve listens on a free port of 127.0.0.1.
func Serve(m *Mux) (*Server, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{mux: m, listen: l, secret: "/" + rand.Text() + rand.Text(), id: rand.Text()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.http.Serve(l) }()
	return s, nil
}

// URL returns the address: ws://127.0.0.1:PORT/SECRET/devtools/browser/ID.
func (s *Server) URL() string { return "ws://" + s.listen.Addr().String() + s.browserPath() }

func (s *Server) browserPath() string { return s.secret + "/devtools/browser/" + s.id }

// Close ends the server and its clients.
func (s *Server) Close() {
	s.cancel()
	_ = s.http.Close()
}

// ServeHTTP answers what Chromium answers at its debugging port and tools ask for,
// below the secret path. The protocol's description holds nothing of this browser
// and is also at the root, where chrome-remote-interface asks for it. Pages of a
// browser send an Origin, or the name of a host of theirs; programs do not.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "" || r.Host != s.listen.Addr().String() {
		http.NotFound(w, r)
		return
	}
	path := strings.TrimSuffix(r.URL.Path, "/") // which Playwright appends
	switch {
	case path == "/json/protocol", same(path, s.secret+"/json/protocol"):
		writeProtocol(w)
	case same(path, s.secret+"/json/version"):
		s.writeVersion(w, r)
	case same(r.URL.Path, s.browserPath()):
		s.connect(w, r)
	default:
		http.NotFound(w, r)
	}
}

// same compares with a secret in a time that depends on the lengths alone.
func same(given, secret string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(secret)) == 1
}

func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // Accept has answered
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(maxMessage)
	s.serve(ws)
}

func (s *Server) serve(ws *websocket.Conn) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	out := newQueue[message]()
	defer out.close()
	p, err := s.mux.join(ctx, func(m message) {
		out.push(m, len(m.Params)+len(m.Result)+len(m.Error)+64)
	}, out.close)
	if err != nil {
		return
	}
	defer s.mux.leave(p)
	go func() {
		defer cancel() // too slow, or the browser is gone: the reader must end too
		for {
			m, ok := out.pop()
			if !ok {
				return
			}
			data, err := m.encode()
			if err != nil || ws.Write(ctx, websocket.MessageText, data) != nil {
				return
			}
		}
	}()
	for {
		_, data, err := ws.Read(ctx)
		if err != nil {
			return
		}
		msg, err := decode(data)
		if err != nil || msg.ID == nil {
			_ = ws.Close(websocket.StatusInvalidFramePayloadData, "not a DevTools command")
			return
		}
		if msg.Method == "Browser.close" && msg.SessionID == "" {
			// The browser is the runner's to end; the client only leaves.
			out.push(message{ID: msg.ID, Result: []byte("{}")}, 2)
			out.close()
			<-ctx.Done()
			return
		}
		if s.mux.submit(p, msg) != nil {
			return
		}
	}
}
