package testbed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/chromedp/cdproto/extensions"
	"github.com/chromedp/chromedp"

	"sessionferry/manifest"
)

// Chromium is a person's browser: a profile of its own with the extension, and
// the host registered for it.
type Chromium struct {
	Profile string
	ctx     context.Context // of the first tab
	pages   *pageList
	close   func()
}

// ChromiumConfig says how to start it.
type ChromiumConfig struct {
	Program   string // path or name of the browser
	Extension string // folder of the unpacked extension
	Headed    bool   // in windows instead of headless
}

// StartChromium registers the host for a fresh profile and starts the browser
// with the extension loaded.
func (b *Bed) StartChromium(ctx context.Context, name string, c ChromiumConfig) (*Chromium, error) {
	extension, err := filepath.Abs(c.Extension)
	if err != nil {
		return nil, err
	}
	profile := b.Path(name)
	if _, err := b.Sessionferry(ctx, "install", "--browser", "chromium", "--user-data-dir", profile); err != nil {
		return nil, err
	}
	log, err := os.Create(b.Path(name + ".log"))
	if err != nil {
		return nil, err
	}
	options := append(flags(c), chromedp.ExecPath(c.Program), chromedp.UserDataDir(profile), chromedp.Env(b.Env...), chromedp.NoInheritEnv, chromedp.CombinedOutput(log))
	alloc, cancelAlloc := chromedp.NewExecAllocator(ctx, options...)
	tab, cancelTab := chromedp.NewContext(alloc, quiet)
	br := &Chromium{Profile: profile, ctx: tab, pages: &pageList{}, close: sync.OnceFunc(func() {
		_ = chromedp.Cancel(tab) // a clean end, so that the profile is written and nothing is left in TMPDIR
		cancelTab()
		cancelAlloc()
		_ = log.Close()
	})}
	br.pages.add(br.tab())
	loaded, err := chromedp.CallBrowser(tab, extensions.LoadUnpacked, extensions.LoadUnpackedParams{Path: extension})
	if err == nil && loaded.ID != manifest.ExtensionID {
		err = fmt.Errorf("the extension has the id %s, not %s", loaded.ID, manifest.ExtensionID)
	}
	if err == nil {
		err = chromedp.Do(tab, chromedp.Navigate("about:blank"))
	}
	if err != nil {
		br.Close()
		return nil, err
	}
	return br, nil
}

// quiet drops the driver's remarks on events that it did not expect: a popup
// loads before it is attached to. What matters comes back as an error.
var quiet = chromedp.WithErrorf(func(string, ...any) {})

// flags start the browser as a person would have it, less what reaches for the
// network or waits for a display.
func flags(c ChromiumConfig) []chromedp.ExecAllocatorOption {
	f := []chromedp.ExecAllocatorOption{
		chromedp.NoFirstRun,
		chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("password-store", "basic"),            // the browser's own passwords are not the keyring's business here
		chromedp.Flag("force-prefers-reduced-motion", true), // so that nothing is seen in the middle of its way
		chromedp.Flag("enable-logging", "stderr"),           // with what pages and workers write to their consoles
		chromedp.WindowSize(1280, 800),
	}
	if !c.Headed {
		// A screen that a popup has room on: the default is one of 800x600.
		f = append(f, chromedp.Headless, chromedp.Flag("hide-scrollbars", false), chromedp.DisableGPU, chromedp.Flag("screen-info", "{1440x1000}"))
	}
	if os.Geteuid() == 0 {
		f = append(f, chromedp.NoSandbox)
	}
	return f
}

// Close ends the browser.
func (c *Chromium) Close() { c.close() }

// Visit implements Browser.
func (c *Chromium) Visit(ctx context.Context, url string) error {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Navigate(url))
}

// Fill implements Browser.
func (c *Chromium) Fill(ctx context.Context, selector, text string) error {
	return fill(ctx, c.tab(), selector, text)
}

// Click implements Browser.
func (c *Chromium) Click(ctx context.Context, selector string) error {
	return click(ctx, c.tab(), selector)
}

// WaitFor implements Browser.
func (c *Chromium) WaitFor(ctx context.Context, selector string) error {
	return waitVisible(ctx, c.tab(), selector)
}

// Eval implements Browser.
func (c *Chromium) Eval(ctx context.Context, expression string) (string, error) {
	return c.tab().Eval(ctx, expression)
}

func (c *Chromium) tab() *chromiumPage { return &chromiumPage{ctx: c.ctx, cancel: func() {}} }

// bound limits work in the first tab by ctx and by time.
func (c *Chromium) bound(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return merge(ctx, c.ctx, limit)
}

// Allow implements Browser. A headless Chromium has no way to answer the
// permission prompt, so this goes the way of the extensions page's own switch;
// after it the prompt answers itself.
func (c *Chromium) Allow(ctx context.Context, patterns ...string) error {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	page, cancelPage := chromedp.NewContext(ctx)
	defer cancelPage()
	if err := chromedp.Do(page, chromedp.Navigate("chrome://extensions")); err != nil {
		return err
	}
	for _, p := range patterns {
		grant := fmt.Sprintf("chrome.developerPrivate.addHostPermission(%q, %q)", manifest.ExtensionID, p)
		if _, err := chromedp.Run(page, chromedp.Evaluate[any](grant, chromedp.EvalAwaitPromise)); err != nil && !errors.Is(err, chromedp.ErrJSUndefined) && !errors.Is(err, chromedp.ErrJSNull) {
			return fmt.Errorf("grant %s: %w", p, err)
		}
	}
	return chromedp.Cancel(page)
}
