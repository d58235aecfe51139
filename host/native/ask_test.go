package native

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/host"
	"sessionferry/session"
)

// TestAsk is a share whose jar does not tell whose session it is.
func TestAsk(t *testing.T) {
	q := host.Question{Path: "/me?x=1", Bearer: &catalogue.Bearer{Store: catalogue.Local, Name: "token"}, Watch: []string{"sid"}, Headers: []string{"content-type"}}
	got := make(chan host.Reply, 1)
	asking := &fakeService{share: func(ctx context.Context, r host.ShareRequest) (*host.Shared, error) {
		reply, err := r.Ask(ctx, q)
		got <- reply
		return &host.Shared{}, err
	}}
	begin := func(t *testing.T) *port {
		p := open(t, asking)
		p.send(fmt.Sprintf(`{"id":"s","type":"share","account":%q,"size":3,"key":"k-1","consent":{"text":"2026-11","time":"2026-11-24T10:00:00Z","surface":"popup"}}`, session.NewID()))
		body, err := p.out.Next()
		require.NoError(t, err)
		assert.JSONEq(t, `{"id":"s","event":"ask","path":"/me?x=1","bearer":{"store":"local","name":"token"},"watch":["sid"],"headers":["content-type"]}`, string(body))
		return p
	}

	t.Run("the answer reaches the share", func(t *testing.T) {
		p := begin(t)
		p.send(`{"id":"s","type":"answer","status":200,"body":"{\"user\":\"Bob\"}","headers":{"content-type":"application/json"},"steady":true}`)
		assert.True(t, p.reply().OK)
		assert.Equal(t, host.Reply{Status: 200, Body: `{"user":"Bob"}`, Headers: map[string]string{"content-type": "application/json"}, Steady: true}, <-got)
		p.send(`{"id":"s","type":"answer","status":200,"body":"","steady":true}`, `{"id":"2","type":"state"}`)
		assert.Equal(t, "2", p.reply().ID, "one that nobody waits for is dropped")
		assert.NoError(t, p.close())
	})
	t.Run("one that cannot be read ends the share", func(t *testing.T) {
		p := begin(t)
		p.send(`{"id":"s","type":"answer","status":"200"}`)
		assert.EqualValues(t, session.CodeMessageInvalid, p.reply().Error.Code)
		<-got
		assert.NoError(t, p.close())
	})
	t.Run("cancel does not wait for it", func(t *testing.T) {
		p := begin(t)
		p.send(`{"id":"s","type":"cancel"}`)
		assert.EqualValues(t, session.CodeInterrupted, p.reply().Error.Code)
		<-got
		assert.NoError(t, p.close())
	})
	t.Run("neither does the end of the port", func(t *testing.T) {
		p := begin(t)
		assert.NoError(t, p.close())
		<-got
	})
}

// Without a bearer the event has no such field.
func TestAskWithoutBearer(t *testing.T) {
	data, err := json.Marshal(question{ID: "s", Event: "ask", Question: host.Question{Path: "/me", Watch: []string{}, Headers: []string{}}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"s","event":"ask","path":"/me","watch":[],"headers":[]}`, string(data))
}
