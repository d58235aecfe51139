package testbed

import (
	"context"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Tab is a further tab, behind the one that the person looks at.
type Tab struct{ page *chromiumPage }

// OpenTab opens an address in a new tab and waits until it has loaded.
func (c *Chromium) OpenTab(ctx context.Context, url string) (*Tab, error) {
	page, cancel := chromedp.NewContext(c.ctx)
	if err := chromedp.Do(page, chromedp.Navigate("about:blank")); err != nil { // the first to run anything owns the target
		cancel()
		return nil, err
	}
	ctx, stop := merge(ctx, page, pageWait)
	defer stop()
	tab := &chromiumPage{ctx: page, cancel: cancel}
	c.pages.add(tab)
	return &Tab{tab}, chromedp.Do(ctx, chromedp.Navigate(url))
}

// Beside opens a further tab in front; the browser is seen from it.
func (c *Chromium) Beside(ctx context.Context) (Browser, error) {
	tab, err := c.OpenTab(ctx, "about:blank")
	if err != nil {
		return nil, err
	}
	other := *c
	other.ctx = tab.page.ctx
	return &other, nil
}

// InTab implements Browser. The tab has the focus, as one that a person looks at.
func (c *Chromium) InTab(ctx context.Context, screens string) (*Popup, error) {
	p := c.tab()
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return &Popup{page: p, screens: screens}, chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	}))
}

// Front implements Browser. All tabs of a headless Chromium are seen at once, so
// the page is told what it would notice.
func (c *Chromium) Front(ctx context.Context) error {
	_, err := c.Eval(ctx, `(window.dispatchEvent(new Event("focus")), "")`)
	return err
}

// CallItself implements Browser.
func (c *Chromium) CallItself(ctx context.Context, userAgent string) error {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: userAgent})
		return err
	}))
}

// Eval evaluates an expression in the tab's page. The value must be a string.
func (t *Tab) Eval(ctx context.Context, expression string) (string, error) {
	return t.page.Eval(ctx, expression)
}

// Close closes the tab, whatever its page is doing.
func (t *Tab) Close(ctx context.Context) error {
	id := chromedp.FromContext(t.page.ctx).Target.TargetID
	ctx, stop := merge(ctx, t.page.ctx, pageWait)
	defer stop()
	return closeTarget(ctx, id)
}

// CloseTab closes the tab that Beside has opened, as a person does.
func (c *Chromium) CloseTab(ctx context.Context) error { return (&Tab{c.tab()}).Close(ctx) }
