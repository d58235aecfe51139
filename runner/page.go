package runner

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"sessionferry/runner/cdpmux"
	"sessionferry/session"
)

// blank is a hidden page at the root of an origin whose document is ours and
// empty: its scripts have the origin's cookies and storage, and nothing of the
// app has run. Other clients of the browser do not take it for a page.
type blank struct {
	session *cdpmux.Session
	frame   *frame
	tabs    *tabs
}

// The target type of a blank page is "other", like that of every hidden page;
// typeBlank stands for it where the difference matters.
const (
	typeHidden = "other"
	typeBlank  = "blank"
)

// openBlank makes a blank page of origin.
func (t *tabs) openBlank(ctx context.Context, origin string) (*blank, error) {
	root := t.client.Session("")
	hidden, flatten := true, true
	made, err := cdp.Call(ctx, root, target.CreateTarget, target.CreateTargetParams{URL: "about:blank", Hidden: &hidden})
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "opening a page").Because(err)
	}
	attached, err := cdp.Call(ctx, root, target.AttachToTarget, target.AttachToTargetParams{TargetID: made.TargetID, Flatten: &flatten})
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "opening a page").Because(err)
	}
	f := t.adopt("", string(attached.SessionID), &target.Info{TargetID: made.TargetID, Type: typeBlank})
	p := &blank{session: f.session, frame: f, tabs: t}
	settle, err := t.prepare(f)
	if err == nil {
		err = settle()
	}
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "opening a page").Because(err)
	}
	if err := p.serve(ctx, rootOf(origin)); err != nil {
		p.close(ctx)
		return nil, err
	}
	return p, nil
}

// serve goes to the address and answers its request with an empty document.
func (p *blank) serve(ctx context.Context, address string) error {
	failed := func(err error) error {
		return session.Errorf(session.CodeBrowserFailed, "serving an empty page").Because(err)
	}
	paused, stop := p.session.Subscribe("Fetch.requestPaused")
	defer stop()
	loaded, stopLoaded := p.session.Subscribe("Page.loadEventFired")
	defer stopLoaded()
	if _, err := cdp.Call(ctx, p.session, fetch.Enable, fetch.EnableParams{Patterns: []*fetch.RequestPattern{{URLPattern: "*"}}}); err != nil {
		return failed(err)
	}
	going, err := p.session.Begin(page.CommandNavigate, page.NavigateParams{URL: address})
	if err != nil {
		return failed(err)
	}
	var e fetch.EventRequestPaused
	select {
	case raw := <-paused:
		if err := jsonv2.Unmarshal(raw, &e); err != nil {
			return failed(err)
		}
	case <-ctx.Done():
		return failed(ctx.Err())
	case <-p.tabs.mux.Done():
		return failed(cdpmux.ErrClosed)
	}
	_, err = cdp.Call(ctx, p.session, fetch.FulfillRequest, fetch.FulfillRequestParams{
		RequestID: e.RequestID, ResponseCode: 200,
		ResponseHeaders: []*fetch.HeaderEntry{{Name: "Content-Type", Value: "text/html; charset=utf-8"}, {Name: "Cache-Control", Value: "no-store"}},
		Body:            []byte("<!doctype html><link rel=icon href=data:,>"),
	})
	if err != nil {
		return failed(err)
	}
	if err := going.Wait(ctx, nil); err != nil {
		return failed(err)
	}
	select {
	case <-loaded:
	case <-ctx.Done():
		return failed(ctx.Err())
	case <-p.tabs.mux.Done():
		return failed(cdpmux.ErrClosed)
	}
	// From here on requests are real.
	if _, err := cdp.Call(ctx, p.session, fetch.Disable, cdp.Empty{}); err != nil {
		return failed(err)
	}
	return nil
}

// fillStorage fills the web storage of the origin that the page is at.
func (p *blank) fillStorage(ctx context.Context, origin string) error {
	for _, s := range p.tabs.missing(p.frame, func(s *storageSeed) bool { return s.origin == origin && !s.framed }) {
		said, err := p.eval(ctx, s.now())
		if err != nil {
			return err
		}
		p.tabs.reported(p.session.ID(), said)
	}
	return nil
}

// eval runs an expression that gives a string or a promise of one.
func (p *blank) eval(ctx context.Context, expression string) (string, error) {
	return evaluate(ctx, p.session, expression)
}

// evaluate runs an expression in a page. The exception's text stays hidden,
// since it may quote the page.
func evaluate(ctx context.Context, s cdp.Session, expression string) (string, error) {
	yes := true
	res, err := cdp.Call(ctx, s, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, AwaitPromise: &yes, ReturnByValue: &yes})
	if err != nil {
		return "", session.Errorf(session.CodeBrowserFailed, "running a script in a page").Because(err)
	}
	var out string
	if res.ExceptionDetails != nil || res.Result == nil || jsonv2.Unmarshal(res.Result.Value, &out, jsonv2.AllowInvalidUTF8(true)) != nil {
		return "", session.Errorf(session.CodeBrowserFailed, "a script in a page gave no answer")
	}
	return out, nil
}

// close removes the page.
func (p *blank) close(ctx context.Context) {
	_, _ = cdp.Call(ctx, p.tabs.client.Session(""), target.CloseTarget, target.CloseTargetParams{TargetID: p.frame.target})
}
