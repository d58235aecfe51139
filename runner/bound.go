package runner

import (
	"context"
	"strings"
	"sync/atomic"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/network"

	"sessionferry/session"
)

// bindingHeader is how an app asks a browser to tie the session to its device. A
// session that is tied ends elsewhere within minutes.
const bindingHeader = "Secure-Session-Registration"

// watchBinding listens to what the page is answered, redirections included. The
// function that it returns is called once: it ends the listening and reports
// whether an answer has asked for a tie.
func (p *blank) watchBinding(ctx context.Context) (bound func(context.Context) bool, err error) {
	answers, stop := p.session.Subscribe("Network.responseReceivedExtraInfo")
	if _, err := cdp.Call(ctx, p.session, network.Enable, network.EnableParams{}); err != nil {
		stop()
		return nil, session.Errorf(session.CodeBrowserFailed, "listening to an app's answers").Because(err)
	}
	var seen atomic.Bool
	go func() {
		for raw := range answers {
			if asksForTie(raw) {
				seen.Store(true)
			}
		}
	}()
	return func(ctx context.Context) bool {
		defer stop()
		// What the page has been answered was told before this.
		_, _ = p.eval(ctx, "''") // a page that is gone will be told no more
		return seen.Load()
	}, nil
}

// asksForTie reads one event.
func asksForTie(raw jsonv2.Value) bool {
	var e network.EventResponseReceivedExtraInfo
	if jsonv2.Unmarshal(raw, &e, jsonv2.AllowInvalidUTF8(true)) != nil {
		return false
	}
	for name := range e.Headers {
		if strings.EqualFold(name, bindingHeader) {
			return true
		}
	}
	return false
}
