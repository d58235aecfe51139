package testbed

import (
	"context"
	"strings"

	"github.com/chromedp/chromedp"

	"sessionferry/e2e/testbed/bidi"
	"sessionferry/manifest"
)

// ownPage is where the extension's own window lies in it.
const ownPage = "/confirm/"

// OwnWindow implements Browser. Closing it is what a person does who answers nothing.
func (c *Chromium) OwnWindow(ctx context.Context, screens string) (*Popup, error) {
	var page *chromiumPage
	err := poll(ctx, "the extension's own window", func(ctx context.Context) (bool, error) {
		ctx, cancel := c.bound(ctx, pageWait)
		defer cancel()
		id, err := c.extensionTarget(ctx, ownPage)
		if err != nil || id == "" {
			return false, err
		}
		own, closeOwn := chromedp.NewContext(c.ctx, chromedp.WithTargetID(id))
		page = &chromiumPage{ctx: own, cancel: func() { _ = closeTarget(own, id); closeOwn() }}
		return true, chromedp.Do(own)
	})
	c.pages.add(page)
	return &Popup{page: page, screens: screens}, err
}

// OwnWindows is how many windows of the extension's own are open.
func (c *Chromium) OwnWindows(ctx context.Context) (int, error) {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	infos, err := chromedp.Targets(ctx)
	n := 0
	for _, info := range infos {
		if info.Type == "page" && strings.HasPrefix(info.URL, "chrome-extension://"+manifest.ExtensionID+ownPage) {
			n++
		}
	}
	return n, err
}

// ownContexts are the ids of the tabs in which the extension's own window is.
func (f *Firefox) ownContexts(ctx context.Context) ([]string, error) {
	all, err := f.conn.Addresses(ctx)
	var out []string
	for id, address := range all {
		if strings.HasPrefix(address, "moz-extension://"+addonHost+ownPage) {
			out = append(out, id)
		}
	}
	return out, err
}

// OwnWindow implements Browser.
func (f *Firefox) OwnWindow(ctx context.Context, screens string) (*Popup, error) {
	var own []string
	err := poll(ctx, "the extension's own window", func(ctx context.Context) (bool, error) {
		var err error
		own, err = f.ownContexts(ctx)
		return len(own) > 0, err
	})
	if err != nil {
		return nil, err
	}
	return &Popup{page: &firefoxOwnPage{firefoxPage{f: f, context: own[0]}}, screens: screens}, nil
}

// OwnWindows is how many windows of the extension's own are open.
func (f *Firefox) OwnWindows(ctx context.Context) (int, error) {
	own, err := f.ownContexts(ctx)
	return len(own), err
}

// AnswerIn is Answer for a prompt in the extension's own window.
func (f *Firefox) AnswerIn(ctx context.Context, p *Popup, allow bool) error {
	return f.at(p.page.(*firefoxOwnPage).context).Answer(ctx, allow)
}

// firefoxOwnPage is a page in a window of its own.
type firefoxOwnPage struct{ firefoxPage }

func (p *firefoxOwnPage) close() {
	ctx, cancel := context.WithTimeout(context.Background(), pageWait)
	defer cancel()
	// A window that is gone is closed.
	_, _ = bidi.Call[struct{}](ctx, p.f.conn, "browsingContext.close", map[string]any{"context": p.context})
}
