package native

import (
	"context"
	"time"

	"sessionferry/host"
	"sessionferry/session"
)

// askWait is how long an app may take to answer the person's browser, a page
// that has to be opened first included.
const askWait = 60 * time.Second

// question is the event that puts a question to the app.
type question struct {
	ID    string `json:"id"`
	Event string `json:"event"`
	host.Question
}

type answered struct {
	reply host.Reply
	err   error
}

// ask returns what puts a question to the app and waits for the answer. A
// request has one question open at a time.
func (s *Server) ask(id string) host.AskFunc {
	return func(ctx context.Context, q host.Question) (host.Reply, error) {
		reply := make(chan answered, 1)
		s.mu.Lock()
		s.asks[id] = reply
		s.mu.Unlock()
		if err := s.write(question{ID: id, Event: "ask", Question: q}); err != nil {
			return host.Reply{}, session.Errorf(session.CodeInterrupted, "").Because(err)
		}
		select {
		case a := <-reply:
			return a.reply, a.err
		case <-ctx.Done():
			return host.Reply{}, session.Errorf(session.CodeInterrupted, "")
		case <-time.After(askWait):
			return host.Reply{}, session.Errorf(session.CodeCaptureFailed, "the app was not asked within %s", askWait)
		}
	}
}

// answer hands over the app's answer, or that it cannot be read. One that nobody
// waits for may have crossed the reply that ended its request.
func (s *Server) answer(m message) {
	var a answered
	a.err = fields(m, &a.reply)
	s.mu.Lock()
	defer s.mu.Unlock()
	if reply := s.asks[m.ID]; reply != nil {
		reply <- a
		delete(s.asks, m.ID)
	}
}
