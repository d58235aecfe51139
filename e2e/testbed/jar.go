package testbed

import (
	"context"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Jar returns all cookies as the browser itself holds them.
func (c *Chromium) Jar(ctx context.Context) ([]*network.Cookie, error) {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	got, err := chromedp.CallBrowser(ctx, storage.GetCookies, storage.GetCookiesParams{})
	return got.Cookies, err
}
