package runner

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"sessionferry/runner/cdpmux"
	"sessionferry/session"
)

// settle is how long a page may go on drawing after it has loaded.
const settle = 500 * time.Millisecond

// Screenshot opens the root of the site in an ordinary page and returns a PNG
// of what it shows.
func (r *Restored) Screenshot(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, r.cfg.PageLoad)
	defer cancel()
	s, id, err := r.openPage(ctx)
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "opening a page").Because(err)
	}
	defer func() {
		_, _ = cdp.Call(ctx, r.tabs.client.Session(""), target.CloseTarget, target.CloseTargetParams{TargetID: id})
	}()
	loaded, stop := s.Subscribe("Page.loadEventFired")
	defer stop()
	res, err := cdp.Call(ctx, s, page.Navigate, page.NavigateParams{URL: rootOf(r.bundle.Site)})
	if err != nil || res.ErrorText != "" {
		return nil, session.Errorf(session.CodeAppUnreachable, "").Because(err)
	}
	select {
	case <-loaded:
	case <-ctx.Done():
		return nil, session.Errorf(session.CodeAppUnreachable, "its page does not finish loading").Because(ctx.Err())
	}
	time.Sleep(settle)
	shot, err := cdp.Call(ctx, s, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "the screenshot").Because(err)
	}
	return shot.Data, nil
}

// openPage makes an ordinary page and returns its session once it is prepared.
func (r *Restored) openPage(ctx context.Context) (*cdpmux.Session, target.ID, error) {
	made, err := cdp.Call(ctx, r.tabs.client.Session(""), target.CreateTarget, target.CreateTargetParams{URL: "about:blank"})
	if err != nil {
		return nil, "", err
	}
	if err := r.browser.mux.AwaitReady(ctx, string(made.TargetID)); err != nil {
		return nil, "", err
	}
	f := r.tabs.frameOf(made.TargetID)
	if f == nil {
		return nil, "", cdpmux.ErrClosed
	}
	select {
	case <-f.settled:
		return f.session, made.TargetID, nil
	case <-ctx.Done():
		return nil, "", ctx.Err()
	}
}
