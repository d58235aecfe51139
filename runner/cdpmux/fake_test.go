package cdpmux

import (
	"bufio"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeBrowser is the other end of the pipe: it gives browser sessions ("root-1",
// "root-2", …), answers the mux's own questions, and leaves every other command to
// the test.
type fakeBrowser struct {
	t        *testing.T
	conn     net.Conn
	write    sync.Mutex
	commands chan message
}

func newFakeBrowser(t *testing.T) (*Mux, *fakeBrowser) {
	t.Helper()
	ours, theirs := net.Pipe()
	b := &fakeBrowser{t: t, conn: theirs, commands: make(chan message, 100)}
	m := New(ours)
	t.Cleanup(func() { _ = m.Close() })
	go b.read()
	return m, b
}

func (b *fakeBrowser) read() {
	in, roots := bufio.NewReader(b.conn), 0
	for {
		data, err := in.ReadBytes(0)
		if err != nil {
			return
		}
		msg, err := decode(data[:len(data)-1])
		if err != nil {
			return
		}
		if msg.Method == "Target.attachToBrowserTarget" && msg.SessionID == "" {
			roots++
			b.send(message{ID: msg.ID, Result: []byte(`{"sessionId":"root-` + string(rune('0'+roots)) + `"}`)})
			continue
		}
		if msg.Method == "Browser.getVersion" && msg.SessionID == "" {
			b.send(message{ID: msg.ID, Result: []byte(`{"protocolVersion":"1.3","product":"Fake/1","revision":"@abc","userAgent":"agent","jsVersion":"2"}`)})
			continue
		}
		b.commands <- msg
	}
}

func (b *fakeBrowser) send(m message) {
	data, err := m.encode()
	if err == nil {
		b.raw(string(data))
	}
}

// raw sends a message as it is.
func (b *fakeBrowser) raw(text string) {
	b.write.Lock()
	defer b.write.Unlock()
	_, _ = io.WriteString(b.conn, text+"\x00")
}

// attached says that a target was attached to in a session.
func (b *fakeBrowser) attached(in, session, target, kind string, waiting string) {
	b.raw(`{"method":"Target.attachedToTarget","sessionId":"` + in + `","params":{"sessionId":"` + session +
		`","targetInfo":{"targetId":"` + target + `","type":"` + kind + `"},"waitingForDebugger":` + waiting + `}}`)
}

// next returns the next command that reaches the browser.
func (b *fakeBrowser) next() message {
	b.t.Helper()
	m, ok := <-b.commands
	require.True(b.t, ok)
	return m
}
