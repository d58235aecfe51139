package native

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/host"
	"sessionferry/session"
)

// fakeService answers what each test sets; what is not set must not be called.
type fakeService struct {
	Service
	accounts func(context.Context, string) (*host.Accounts, error)
	check    func(context.Context, session.ID, host.CaptureFunc) (*host.Checked, error)
	share    func(context.Context, host.ShareRequest) (*host.Shared, error)
}

func (f *fakeService) State(context.Context, bool) *host.State { return &host.State{Keyring: "ok"} }
func (f *fakeService) Accounts(ctx context.Context, c string) (*host.Accounts, error) {
	return f.accounts(ctx, c)
}
func (f *fakeService) Check(ctx context.Context, id session.ID, c host.CaptureFunc, _ *host.Observed) (*host.Checked, error) {
	return f.check(ctx, id, c)
}
func (f *fakeService) Share(ctx context.Context, r host.ShareRequest) (*host.Shared, error) {
	return f.share(ctx, r)
}

type answer struct {
	ID, Event, Stage string
	OK               bool
	Result           json.RawMessage
	Error            struct{ Code, Sentence, Next, Detail string }
	Done, Total      int
}

// port is a running server with the browser's two ends of its pipes.
type port struct {
	t    *testing.T
	in   *io.PipeWriter
	out  *Reader
	log  *bytes.Buffer
	done chan error
}

func open(t *testing.T, s Service) *port {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	p := &port{t: t, in: inW, out: NewReader(outR), log: &bytes.Buffer{}, done: make(chan error, 1)}
	server := &Server{Service: s, Version: "1.2.3", Log: zerolog.New(zerolog.SyncWriter(p.log))}
	go func() {
		p.done <- server.Serve(t.Context(), inR, outW)
		_ = outW.Close()
	}()
	return p
}

func (p *port) send(bodies ...string) {
	for _, b := range bodies {
		_, err := p.in.Write(frame(b))
		require.NoError(p.t, err)
	}
}

func (p *port) next() answer {
	body, err := p.out.Next()
	require.NoError(p.t, err)
	var a answer
	require.NoError(p.t, json.Unmarshal(body, &a))
	return a
}

// reply skips events.
func (p *port) reply() answer {
	for {
		if a := p.next(); a.Event == "" {
			return a
		}
	}
}

func (p *port) close() error {
	require.NoError(p.t, p.in.Close())
	go func() { _, _ = io.Copy(io.Discard, p.out.r) }()
	select {
	case err := <-p.done:
		return err
	case <-time.After(time.Minute):
		p.t.Fatal("the server did not end")
		return nil
	}
}

func TestHello(t *testing.T) {
	p := open(t, &fakeService{})
	p.send(`{"id":"1","type":"hello","protocol":[1,2],"extension":"0.1.0","from_the_future":{"x":1}}`)
	a := p.reply()
	assert.True(t, a.OK)
	assert.JSONEq(t, `{"protocol":1,"host":"1.2.3","capabilities":["check","share","delete","account_add","cancel"]}`, string(a.Result))
	p.send(`{"id":"2","type":"hello","protocol":[2]}`)
	assert.Equal(t, "version_unsupported", p.reply().Error.Code)
	assert.NoError(t, p.close())
}

func TestRefusals(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for name, c := range map[string]struct{ body, id, code string }{
		"not JSON":             {`hello`, "", "message_invalid"},
		"null":                 {`null`, "", "message_invalid"},
		"a number":             {`42`, "", "message_invalid"},
		"an array":             {`[]`, "", "message_invalid"},
		"no id":                {`{"type":"state"}`, "", "message_invalid"},
		"an odd id":            {`{"id":"a b","type":"state"}`, "", "message_invalid"},
		"an id with NUL":       {`{"id":"a\u0000","type":"state"}`, "", "message_invalid"},
		"no type":              {`{"id":"1"}`, "1", "message_invalid"},
		"an unknown type":      {`{"id":"1","type":"dance"}`, "1", "message_unknown"},
		"an unknown field":     {`{"id":"1","type":"state","vault":"http://evil.example"}`, "1", "message_invalid"},
		"a duplicate key":      {`{"id":"1","id":"2","type":"state"}`, "", "message_invalid"},
		"a case variant":       {`{"id":"1","type":"accounts","CURSOR":"x"}`, "1", "message_invalid"},
		"a case-variant type":  {`{"id":"1","TYPE":"state"}`, "1", "message_invalid"},
		"trailing bytes":       {`{"id":"1","type":"state"} x`, "", "message_invalid"},
		"two values":           {`{"id":"1","type":"state"}{}`, "", "message_invalid"},
		"invalid UTF-8":        {"{\"id\":\"1\",\"type\":\"accounts\",\"cursor\":\"\xff\"}", "", "message_invalid"},
		"a lone surrogate":     {`{"id":"1","type":"accounts","cursor":"\ud800"}`, "", "message_invalid"},
		"a deep nest":          {`{"id":"1","type":"accounts","cursor":` + deep + `}`, "", "message_invalid"},
		"a huge number":        {`{"id":"1","type":"check","account":"` + session.NewID().String() + `","size":1e400}`, "1", "message_invalid"},
		"a fraction":           {`{"id":"1","type":"check","account":"` + session.NewID().String() + `","size":1.5}`, "1", "message_invalid"},
		"a negative size":      {`{"id":"1","type":"check","account":"` + session.NewID().String() + `","size":-1}`, "1", "message_invalid"},
		"a bundle of 32 MiB+1": {`{"id":"1","type":"check","account":"` + session.NewID().String() + `","size":33554433}`, "1", "bundle_too_large"},
		"a site in a share":    {`{"id":"1","type":"share","account":"` + session.NewID().String() + `","size":1,"key":"k","site":"https://x.example"}`, "1", "message_invalid"},
		"a share without key":  {`{"id":"1","type":"share","account":"` + session.NewID().String() + `","size":1}`, "1", "message_invalid"},
		"an odd account":       {`{"id":"1","type":"delete","account":"../x"}`, "1", "message_invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, &fakeService{})
			p.send(c.body)
			a := p.reply()
			assert.Equal(t, c.id, a.ID)
			assert.Equal(t, c.code, a.Error.Code)
			assert.NotEmpty(t, a.Error.Sentence)
			assert.NotEmpty(t, a.Error.Next)
			p.send(`{"id":"after","type":"state"}`)
			assert.True(t, p.reply().OK, "the port survives")
			assert.NoError(t, p.close())
			assert.NotContains(t, p.log.String(), "evil", "what came in is not logged")
		})
	}
}

func TestEmptyFrameIsAnsweredAndTooLargeEndsTheStream(t *testing.T) {
	p := open(t, &fakeService{})
	_, _ = p.in.Write(header(0))
	assert.Equal(t, "frame_empty", p.reply().Error.Code)
	_, _ = p.in.Write(header(MaxFrame + 1))
	assert.Equal(t, "frame_too_large", p.reply().Error.Code)
	assert.Equal(t, session.CodeFrameTooLarge, session.CodeOf(<-p.done))
}

func TestTwoHundredPipelinedRequests(t *testing.T) {
	p := open(t, &fakeService{})
	var all []byte
	for i := range 200 {
		all = append(all, frame(fmt.Sprintf(`{"id":"r%d","type":"state"}`, i))...)
	}
	go func() { _, _ = p.in.Write(all) }()
	seen := map[string]bool{}
	for range 200 {
		a := p.reply()
		assert.True(t, a.OK)
		seen[a.ID] = true
	}
	assert.Len(t, seen, 200)
	assert.NoError(t, p.close())
}

func TestRepliesMayOvertake(t *testing.T) {
	release := make(chan struct{})
	p := open(t, &fakeService{accounts: func(context.Context, string) (*host.Accounts, error) {
		<-release
		return &host.Accounts{}, nil
	}})
	p.send(`{"id":"slow","type":"accounts"}`, `{"id":"quick","type":"state"}`)
	assert.Equal(t, "quick", p.reply().ID)
	p.send(`{"id":"slow","type":"state"}`)
	assert.Equal(t, "message_invalid", p.reply().Error.Code, "the id is in use")
	close(release)
	assert.Equal(t, "slow", p.reply().ID)
	assert.NoError(t, p.close())
}

func TestPanicAndHugeReply(t *testing.T) {
	p := open(t, &fakeService{accounts: func(_ context.Context, cursor string) (*host.Accounts, error) {
		if cursor == "panic" {
			panic("secret-value")
		}
		return &host.Accounts{Next: strings.Repeat("x", MaxFrame)}, nil
	}})
	p.send(`{"id":"1","type":"accounts","cursor":"panic"}`)
	assert.Equal(t, "internal", p.reply().Error.Code)
	p.send(`{"id":"2","type":"accounts"}`)
	assert.Equal(t, "reply_too_large", p.reply().Error.Code)
	assert.NoError(t, p.close())
	assert.NotContains(t, p.log.String(), "secret-value")
}

// bundle sends a text of ASCII as chunks of a request.
func (p *port) bundle(id string, data []byte) {
	for seq := 0; len(data) > 0; seq++ {
		n := min(MaxChunk, len(data))
		p.send(fmt.Sprintf(`{"id":%q,"type":"chunk","seq":%d,"data":%q}`, id, seq, data[:n]))
		data = data[n:]
	}
}

func receiver(got *[]byte) *fakeService {
	return &fakeService{check: func(ctx context.Context, _ session.ID, wait host.CaptureFunc) (*host.Checked, error) {
		data, err := wait(ctx)
		*got = data
		return &host.Checked{}, err
	}}
}

func startCheck(id string, size int) string {
	return fmt.Sprintf(`{"id":%q,"type":"check","account":%q,"size":%d}`, id, session.NewID(), size)
}

func TestChunks(t *testing.T) {
	t.Run("arrive whole", func(t *testing.T) {
		var got []byte
		p := open(t, receiver(&got))
		want := bytes.Repeat([]byte("0123456789"), 50_000) // three chunks and a part
		p.send(startCheck("b", len(want)))
		go p.bundle("b", want)
		assert.True(t, p.reply().OK)
		assert.Equal(t, want, got)
		assert.NoError(t, p.close())
	})
	for name, chunk := range map[string]string{
		"out of order":       `{"id":"b","type":"chunk","seq":1,"data":"xxx"}`,
		"longer than it all": `{"id":"b","type":"chunk","seq":0,"data":"xxxx"}`,
		"longer in UTF-16":   `{"id":"b","type":"chunk","seq":0,"data":"😀😀"}`,
		"empty":              `{"id":"b","type":"chunk","seq":0,"data":""}`,
		"no text":            `{"id":"b","type":"chunk","seq":0,"data":7}`,
		"no data":            `{"id":"b","type":"chunk","seq":0}`,
	} {
		t.Run(name, func(t *testing.T) {
			var got []byte
			p := open(t, receiver(&got))
			p.send(startCheck("b", 3), chunk)
			assert.Equal(t, "bundle_incomplete", p.reply().Error.Code)
			p.send(chunk, `{"id":"s","type":"state"}`)
			assert.Equal(t, "s", p.reply().ID, "a late chunk is passed over")
			assert.NoError(t, p.close())
		})
	}
	t.Run("count as browsers do", func(t *testing.T) {
		var got []byte
		p := open(t, receiver(&got))
		p.send(startCheck("b", 5), `{"id":"b","type":"chunk","seq":0,"data":"é"}`, `{"id":"b","type":"chunk","seq":1,"data":"\u20ac\ud83d\ude00x"}`)
		assert.True(t, p.reply().OK)
		assert.Equal(t, "é€😀x", string(got))
		assert.NoError(t, p.close())
	})
	t.Run("one transfer at a time", func(t *testing.T) {
		var got []byte
		p := open(t, receiver(&got))
		p.send(startCheck("b", 3), startCheck("c", 3))
		a := p.reply()
		assert.Equal(t, "c", a.ID)
		assert.Equal(t, "busy", a.Error.Code)
		p.bundle("b", []byte("abc"))
		assert.True(t, p.reply().OK)
		assert.NoError(t, p.close())
	})
	t.Run("cancel", func(t *testing.T) {
		var got []byte
		p := open(t, receiver(&got))
		p.send(startCheck("b", 3))
		assert.Equal(t, "reading", p.next().Stage)
		p.send(`{"id":"b","type":"cancel"}`)
		assert.Equal(t, "interrupted", p.reply().Error.Code)
		assert.NoError(t, p.close())
	})
}

func TestShareReportsProgress(t *testing.T) {
	p := open(t, &fakeService{share: func(ctx context.Context, r host.ShareRequest) (*host.Shared, error) {
		if _, err := r.Capture(ctx); err != nil {
			return nil, err
		}
		r.Progress("uploading", 5, 10)
		return &host.Shared{Counts: session.Counts{Cookies: 3}}, nil
	}})
	p.send(fmt.Sprintf(`{"id":"s","type":"share","account":%q,"size":3,"key":"k-1","consent":{"text":"2026-11","time":"2026-11-24T10:00:00Z","surface":"popup"}}`, session.NewID()))
	assert.Equal(t, "reading", p.next().Stage)
	go p.bundle("s", []byte("abc"))
	for {
		a := p.next()
		if a.Stage == "uploading" {
			assert.Equal(t, []int{5, 10}, []int{a.Done, a.Total})
			break
		}
	}
	assert.True(t, p.reply().OK)
	assert.NoError(t, p.close())
}

func TestEndOfInput(t *testing.T) {
	t.Run("between frames aborts what runs", func(t *testing.T) {
		aborted := make(chan struct{})
		p := open(t, &fakeService{accounts: func(ctx context.Context, _ string) (*host.Accounts, error) {
			<-ctx.Done()
			close(aborted)
			return nil, ctx.Err()
		}})
		p.send(`{"id":"1","type":"accounts"}`)
		assert.NoError(t, p.close())
		<-aborted
	})
	t.Run("inside a frame is an error and is logged", func(t *testing.T) {
		p := open(t, &fakeService{})
		_, _ = p.in.Write(frame(`{"id":"1","type":"state"}`)[:9])
		assert.ErrorIs(t, p.close(), ErrTruncated)
		assert.Contains(t, p.log.String(), "truncated")
	})
	t.Run("does not wait for a stuck request beyond the browser's grace", func(t *testing.T) {
		p := open(t, &fakeService{accounts: func(context.Context, string) (*host.Accounts, error) { select {} }})
		p.send(`{"id":"1","type":"accounts"}`)
		assert.NoError(t, p.close())
	})
}

func FuzzMessage(f *testing.F) {
	id := session.NewID()
	for _, s := range []string{`{"id":"1","type":"state"}`, startCheck("1", 3), `{"id":"1","type":"chunk","seq":0,"data":"xxx"}`,
		fmt.Sprintf(`{"id":"1","type":"account_add","app":"mediawiki","site":"https://x.example","username":"Bob","x":%q}`, id), `{`, `null`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := &Server{Service: &fakeService{}, Log: zerolog.Nop(), writer: NewWriter(io.Discard),
			cancels: map[string]context.CancelFunc{}, transfers: map[string]*transfer{}}
		if m, err := parseMessage(body); err == nil {
			if _, err := s.prepare(t.Context(), m); err != nil && !session.CodeOf(err).Known() {
				t.Fatal("an error without a code")
			}
		}
	})
}
