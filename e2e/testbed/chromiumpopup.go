package testbed

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/chromedp/cdproto/extensions"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"sessionferry/manifest"
)

// Popup implements Browser. The popup is a page of its own.
func (c *Chromium) Popup(ctx context.Context, screens string) (*Popup, error) {
	p, err := c.openPopup(ctx)
	if err != nil {
		return nil, err
	}
	c.pages.add(p)
	popup := &Popup{page: p, screens: screens}
	return popup, popup.opened(ctx)
}

func (c *Chromium) openPopup(ctx context.Context) (*chromiumPage, error) {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	tab, err := c.tabTarget(ctx)
	if err != nil {
		return nil, err
	}
	trigger := extensions.TriggerActionParams{ID: manifest.ExtensionID, TargetID: string(tab)}
	if _, err := chromedp.CallBrowser(ctx, extensions.TriggerAction, trigger); err != nil {
		return nil, err
	}
	for {
		id, err := c.popupTarget(ctx)
		if err != nil {
			return nil, err
		}
		if id != "" {
			popup, closePopup := chromedp.NewContext(c.ctx, chromedp.WithTargetID(id))
			// Attached here, since the first context that runs anything owns the connection to the target.
			return &chromiumPage{ctx: popup, cancel: closePopup}, chromedp.Do(popup)
		}
		select {
		case <-ctx.Done():
			return nil, errors.New("the popup did not open")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// popupTarget finds the open popup; "" if there is none.
func (c *Chromium) popupTarget(ctx context.Context) (target.ID, error) {
	return c.extensionTarget(ctx, "/popup/")
}

// extensionTarget finds a page of the extension in one of its folders; "" if there is none.
func (c *Chromium) extensionTarget(ctx context.Context, folder string) (target.ID, error) {
	infos, err := chromedp.Targets(ctx)
	if err != nil {
		return "", err
	}
	for _, info := range infos {
		if info.Type == "page" && strings.HasPrefix(info.URL, "chrome-extension://"+manifest.ExtensionID+folder) {
			return info.TargetID, nil
		}
	}
	return "", nil
}

// tabTarget finds the target of type "tab" that holds the first page.
func (c *Chromium) tabTarget(ctx context.Context) (target.ID, error) {
	all, err := chromedp.CallBrowser(ctx, target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{}}})
	if err != nil {
		return "", err
	}
	for _, info := range all.TargetInfos {
		if info.Type == "tab" && strings.HasPrefix(info.URL, "http") {
			return info.TargetID, nil
		}
	}
	return "", errors.New("no tab is open")
}
