package testbed

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"sessionferry/manifest"
)

// Look is how a person has set up their screen.
type Look struct {
	Dark   bool
	Forced bool // colours of their own, as high contrast has them
	Moving bool // with motion, which the bed's browsers do without
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
		feature("prefers-reduced-motion", l.Moving, "no-preference", "reduce"),
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

// Picture is Chromium.Picture of the popup.
func (p *Popup) Picture(ctx context.Context, width, height int64, scale float64) ([]byte, error) {
	c, ok := p.page.(*chromiumPage)
	if !ok {
		return nil, errors.New("this browser cannot be told so")
	}
	if err := c.setScreen(ctx, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: scale}); err != nil {
		return nil, err
	}
	return c.screenshot(ctx)
}

// Resize gives the page so many pixels, as a window of that size has.
func (p *Popup) Resize(ctx context.Context, width, height int64) error {
	return p.page.resize(ctx, width, height)
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

// PopupInTab is the popup's page in the first tab, where a picture can have more
// pixels than a popup's.
func (c *Chromium) PopupInTab(ctx context.Context) (*Popup, error) {
	return &Popup{page: c.tab()}, c.Visit(ctx, "chrome-extension://"+manifest.ExtensionID+"/popup/popup.html")
}

// Picture is a PNG of the first tab's page, of so many of the page's pixels wide
// and high and with so many of its own for each.
func (c *Chromium) Picture(ctx context.Context, width, height int64, scale float64) ([]byte, error) {
	return (&Popup{page: c.tab()}).Picture(ctx, width, height, scale)
}
