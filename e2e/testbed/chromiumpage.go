package testbed

import (
	"context"
	"errors"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// chromiumPage is a tab or the popup of a Chromium.
type chromiumPage struct {
	ctx    context.Context // of the page
	cancel context.CancelFunc
}

func (p *chromiumPage) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	return merge(ctx, p.ctx, pageWait)
}

// Eval implements page.
func (p *chromiumPage) Eval(ctx context.Context, expression string) (string, error) {
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
}

func (p *chromiumPage) press(ctx context.Context, x, y float64) error {
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return pressed(chromedp.Do(ctx, chromedp.MouseClickXY(x, y)))
}

// Type implements page.
func (p *chromiumPage) Type(ctx context.Context, text string) error {
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return pressed(chromedp.Do(ctx, chromedp.KeyEvent(text)))
}

// pressed is the outcome of a click or a key. A page that closes by it does not
// answer; what was to happen in that page does not either, as the test will find.
func pressed(err error) error {
	if errors.Is(err, chromedp.ErrTargetDetached) {
		return nil
	}
	return err
}

func (p *chromiumPage) dark(ctx context.Context, dark bool) error {
	value := "light"
	if dark {
		value = "dark"
	}
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		return err
	}))
}

func (p *chromiumPage) resize(ctx context.Context, width, height int64) error {
	return p.setScreen(ctx, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

func (p *chromiumPage) setScreen(ctx context.Context, screen emulation.SetDeviceMetricsOverrideParams) error {
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, screen)
		return err
	}))
}

func (p *chromiumPage) screenshot(ctx context.Context) ([]byte, error) {
	ctx, cancel := p.bound(ctx)
	defer cancel()
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

func (p *chromiumPage) close() { p.cancel() }

// merge is the context of a page that also ends with ctx and after limit.
func merge(ctx, page context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	out, cancel := context.WithTimeout(page, limit)
	stop := context.AfterFunc(ctx, cancel)
	return out, func() { stop(); cancel() }
}
