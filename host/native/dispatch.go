package native

import (
	"context"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/host"
	"sessionferry/session"
)

// Protocol is the version that this server speaks.
const Protocol = 1

// capabilities are the words of hello; a client may ask for what they name.
var capabilities = []string{"check", "share", "delete", "account_add", "cancel"}

// Service is what the server serves; host.Service implements it.
type Service interface {
	State(ctx context.Context, unlock bool) *host.State
	Apps(ctx context.Context) (*host.Apps, error)
	Accounts(ctx context.Context, cursor string) (*host.Accounts, error)
	Account(ctx context.Context, id session.ID) (*host.Detail, error)
	AddAccount(ctx context.Context, app, site, username string) (*host.Card, error)
	RemoveAccount(ctx context.Context, id session.ID) error
	Check(ctx context.Context, id session.ID, capture host.CaptureFunc, observed *host.Observed) (*host.Checked, error)
	Share(ctx context.Context, r host.ShareRequest) (*host.Shared, error)
	Status(ctx context.Context, id session.ID, key string) (*host.StatusReport, error)
	Delete(ctx context.Context, id session.ID) (*host.StatusReport, error)
}

type noFields struct{}

type accountFields struct {
	Account session.ID `json:"account"`
}

// prepare decodes the fields of a request in the reader's turn, since they lie
// in the reader's buffer, and returns the call that answers it. A nil call needs
// no answer.
func (s *Server) prepare(ctx context.Context, m message) (func() (any, error), error) {
	switch m.Type {
	case "chunk":
		return nil, s.chunk(m)
	case "answer":
		s.answer(m)
		return nil, nil
	case "cancel":
		s.cancel(m.ID)
		return nil, fields(m, &noFields{})
	case "hello":
		return s.hello(m)
	}
	ctx, err := s.open(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	call, err := s.route(ctx, m)
	if err != nil {
		s.forget(m.ID)
	}
	return call, err
}

func (s *Server) route(ctx context.Context, m message) (func() (any, error), error) {
	switch m.Type {
	case "state":
		var f struct {
			Unlock bool `json:"unlock"`
		}
		return func() (any, error) { return s.Service.State(ctx, f.Unlock), nil }, fields(m, &f)
	case "apps":
		return func() (any, error) { return s.Service.Apps(ctx) }, fields(m, &noFields{})
	case "accounts":
		var f struct {
			Cursor string `json:"cursor"`
		}
		return func() (any, error) { return s.Service.Accounts(ctx, f.Cursor) }, fields(m, &f)
	case "account_add":
		var f struct {
			App      string `json:"app"`
			Site     string `json:"site"`
			Username string `json:"username"`
		}
		return func() (any, error) {
			card, err := s.Service.AddAccount(ctx, f.App, f.Site, f.Username)
			return map[string]any{"card": card}, err
		}, fields(m, &f)
	case "account":
		var f accountFields
		return func() (any, error) { return s.Service.Account(ctx, f.Account) }, fields(m, &f)
	case "account_remove":
		var f accountFields
		return func() (any, error) { return noFields{}, s.Service.RemoveAccount(ctx, f.Account) }, fields(m, &f)
	case "delete":
		var f accountFields
		return func() (any, error) { return s.Service.Delete(ctx, f.Account) }, fields(m, &f)
	case "status":
		var f struct {
			accountFields
			Key string `json:"key"`
		}
		return func() (any, error) { return s.Service.Status(ctx, f.Account, f.Key) }, fields(m, &f)
	case "check":
		return s.check(ctx, m)
	case "share":
		return s.share(ctx, m)
	}
	return nil, session.Errorf(session.CodeMessageUnknown, "")
}

func fields(m message, v any) error { return session.Unmarshal(m.Rest, v, session.CodeMessageInvalid) }

func (s *Server) hello(m message) (func() (any, error), error) {
	var f struct {
		Protocol  []int  `json:"protocol"`
		Extension string `json:"extension"`
	}
	if err := session.UnmarshalLoose(m.Rest, &f, session.CodeMessageInvalid); err != nil {
		return nil, err
	}
	if !slices.Contains(f.Protocol, Protocol) {
		return nil, session.Errorf(session.CodeVersionUnsupported, "this program speaks protocol %d", Protocol)
	}
	return func() (any, error) {
		return map[string]any{"protocol": Protocol, "host": s.Version, "capabilities": capabilities}, nil
	}, nil
}

func (s *Server) check(ctx context.Context, m message) (func() (any, error), error) {
	var f struct {
		accountFields
		Size     int            `json:"size"`
		Observed *host.Observed `json:"observed"`
	}
	if err := fields(m, &f); err != nil {
		return nil, err
	}
	t, err := s.receive(m.ID, f.Size)
	if err != nil {
		return nil, err
	}
	return func() (any, error) { return s.Service.Check(ctx, f.Account, s.capture(m.ID, t), f.Observed) }, nil
}

func (s *Server) share(ctx context.Context, m message) (func() (any, error), error) {
	var f struct {
		accountFields
		Size     int              `json:"size"`
		Key      string           `json:"key"`
		Consent  *session.Consent `json:"consent"`
		Named    bool             `json:"named"`
		Observed *host.Observed   `json:"observed"`
		Lossy    bool             `json:"lossy"`
		Accepted []string         `json:"accepted"`
	}
	if err := fields(m, &f); err != nil {
		return nil, err
	}
	if !session.IsKey(f.Key) {
		return nil, session.Errorf(session.CodeMessageInvalid, "the key")
	}
	t, err := s.receive(m.ID, f.Size)
	if err != nil {
		return nil, err
	}
	r := host.ShareRequest{Account: f.Account, Key: f.Key, Consent: f.Consent, Capture: s.capture(m.ID, t), Ask: s.ask(m.ID),
		Named: f.Named, Observed: f.Observed, Lossy: f.Lossy, Accepted: f.Accepted,
		Progress: func(stage string, done, total int) {
			s.progress(m.ID, Progress{Stage: stage, Done: done, Total: total})
		}}
	return func() (any, error) {
		shared, err := s.Service.Share(ctx, r)
		if err != nil {
			return nil, err
		}
		return timed{shared, t.took}, nil
	}, nil
}

// timed is a share's result, with the time that its parts took for the log.
type timed struct {
	*host.Shared
	port time.Duration
}

// MarshalZerologObject adds milliseconds to a line of the log.
func (t timed) MarshalZerologObject(e *zerolog.Event) {
	e.Dur("port_ms", t.port).Dur("decode_ms", t.Took.Decode).Dur("proof_ms", t.Took.Proof).Dur("seal_ms", t.Took.Seal).Dur("upload_ms", t.Took.Upload)
}

func (s *Server) progress(id string, p Progress) {
	_ = s.write(event{ID: id, Event: "progress", Progress: p}) // who does not read is noticed there
}

// receive opens the transfer of a request's bundle.
func (s *Server) receive(id string, size int) (*transfer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.transfers) >= maxTransfers {
		return nil, session.Errorf(session.CodeBusy, "")
	}
	t, err := newTransfer(size)
	if err != nil {
		return nil, err
	}
	s.transfers[id] = t
	return t, nil
}

func (s *Server) chunk(m message) error {
	s.mu.Lock()
	t := s.transfers[m.ID]
	s.mu.Unlock()
	if t == nil {
		return nil // it may have crossed the reply that ended its request
	}
	var f struct {
		Seq  int    `json:"seq"`
		Data string `json:"data"`
	}
	if err := fields(m, &f); err != nil {
		t.fail(session.Errorf(session.CodeBundleIncomplete, "an unreadable chunk"))
		return nil
	}
	t.add(f.Seq, f.Data)
	return nil
}

// capture returns what waits for the whole bundle, reporting how far it is.
func (s *Server) capture(id string, t *transfer) host.CaptureFunc {
	return func(ctx context.Context) ([]byte, error) {
		s.progress(id, Progress{Stage: "reading", Done: t.received(), Total: t.size})
		for {
			select {
			case <-t.done:
				s.progress(id, Progress{Stage: "reading", Done: t.received(), Total: t.size})
				return t.take()
			case <-t.alive:
				s.progress(id, Progress{Stage: "reading", Done: t.received(), Total: t.size})
			case <-ctx.Done():
				return nil, session.Errorf(session.CodeInterrupted, "")
			case <-time.After(chunkWait):
				return nil, session.Errorf(session.CodeBundleIncomplete, "no chunk for %s", chunkWait)
			}
		}
	}
}
