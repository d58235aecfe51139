package testbed

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Look is how a person has set up their screen.
type Look struct {
	Dark   bool
	Forced bool // colours of their own, as high contrast has them
	Still  bool // less motion
	Text   int  // size of plain text in pixels; 0 is what browsers come with, 16
}

// Look shows the popup as it looks so. It is Chromium's alone.
func (p *Popup) Look(ctx context.Context, l Look) error {
	c, ok := p.page.(*chromiumPage)
	if !ok {
		return errors.New("this browser cannot be told so")
	}
	feature := func(name string, is bool, yes, no string) *emulation.MediaFeature {
		if is {
			no = yes
		}
		return &emulation.MediaFeature{Name: name, Value: no}
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		feature("prefers-color-scheme", l.Dark, "dark", "light"),
		feature("forced-colors", l.Forced, "active", "none"),
		feature("prefers-reduced-motion", l.Still, "reduce", "no-preference"),
	}}
	if l.Text == 0 {
		l.Text = 16
	}
	ctx, cancel := c.bound(ctx)
	defer cancel()
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, cdppage.SetFontSizes, cdppage.SetFontSizesParams{FontSizes: &cdppage.FontSizes{Standard: int64(l.Text)}})
		return err
	}))
}

// Reload opens the popup's page anew, in the same popup.
func (p *Popup) Reload(ctx context.Context) error {
	if _, err := p.Eval(ctx, `(window.before = true, setTimeout(() => location.reload()), "")`); err != nil {
		return err
	}
	return poll(ctx, "the popup's page", func(ctx context.Context) (bool, error) {
		// An empty page is between the two.
		fresh, err := p.Eval(ctx, `String(!window.before && document.querySelector("h1") !== null)`)
		return fresh == "true", err
	})
}

// Picture is a PNG of the popup's upper left corner, with so many pixels for
// each of its own. It is Chromium's alone.
func (p *Popup) Picture(ctx context.Context, width, height, scale float64) ([]byte, error) {
	c, ok := p.page.(*chromiumPage)
	if !ok {
		return nil, errors.New("this browser cannot do so")
	}
	return c.picture(ctx, width, height, scale)
}

// Picture is a PNG of the first tab's page, likewise.
func (c *Chromium) Picture(ctx context.Context, width, height, scale float64) ([]byte, error) {
	return c.tab().picture(ctx, width, height, scale)
}

func (p *chromiumPage) picture(ctx context.Context, width, height, scale float64) ([]byte, error) {
	ctx, cancel := p.bound(ctx)
	defer cancel()
	shot := cdppage.CaptureScreenshotParams{Clip: &cdppage.Viewport{Width: width, Height: height, Scale: scale}}
	return chromedp.Run[[]byte](ctx, func(ctx context.Context, _ *chromedp.Target) ([]byte, error) {
		got, err := chromedp.Call(ctx, cdppage.CaptureScreenshot, shot)
		if err != nil {
			return nil, err
		}
		return got.Data, nil
	})
}
