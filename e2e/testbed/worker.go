package testbed

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"sessionferry/manifest"
)

// KillWorker ends the extension's service worker, as the browser may at any
// time, and returns when it is gone. An open popup, which may wake the next one
// at once and under the same target id, tells the two apart; nil without one.
func (c *Chromium) KillWorker(ctx context.Context, popup *Popup) error {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	id, err := c.worker(ctx)
	if err != nil {
		return err
	}
	if id == "" {
		return errors.New("no service worker runs")
	}
	running := func() (string, error) {
		if popup == nil {
			now, err := c.worker(ctx)
			return string(now), err
		}
		return popup.Eval(ctx, `chrome.runtime.getContexts({ contextTypes: ["BACKGROUND"] }).then(([one]) => one?.contextId ?? "")`)
	}
	before, err := running()
	if err != nil {
		return err
	}
	if err := closeTarget(ctx, id); err != nil {
		return err
	}
	for {
		now, err := running()
		if err != nil || now != before {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("the service worker goes on")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// closeTarget closes a target of the browser that ctx is of.
func closeTarget(ctx context.Context, id target.ID) error {
	_, err := chromedp.CallBrowser(ctx, target.CloseTarget, target.CloseTargetParams{TargetID: id})
	return err
}

func (c *Chromium) worker(ctx context.Context) (target.ID, error) {
	infos, err := chromedp.Targets(ctx)
	if err != nil {
		return "", err
	}
	for _, info := range infos {
		if info.Type == "service_worker" && strings.Contains(info.URL, manifest.ExtensionID) {
			return info.TargetID, nil
		}
	}
	return "", nil
}

// Kill ends the browser as a crash would.
func (c *Chromium) Kill(ctx context.Context) error {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	info, err := chromedp.CallBrowser(ctx, systeminfo.GetProcessInfo, cdp.Empty{})
	if err != nil {
		return err
	}
	for _, p := range info.ProcessInfo {
		if p.Type == "browser" {
			return syscall.Kill(int(p.ID), syscall.SIGKILL)
		}
	}
	return errors.New("the browser does not name its process")
}

// Pages are the ids of the open pages.
func (c *Chromium) Pages(ctx context.Context) ([]string, error) {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	infos, err := chromedp.Targets(ctx)
	var out []string
	for _, info := range infos {
		if info.Type == "page" && !strings.HasPrefix(info.URL, "chrome-extension:") {
			out = append(out, string(info.TargetID))
		}
	}
	slices.Sort(out)
	return out, err
}

// CookieValues implements Browser.
func (c *Chromium) CookieValues(ctx context.Context, names ...string) ([]string, error) {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	all, err := chromedp.CallBrowser(ctx, storage.GetCookies, storage.GetCookiesParams{})
	if err != nil {
		return nil, err
	}
	var out []string
	for _, cookie := range all.Cookies {
		if slices.Contains(names, cookie.Name) {
			out = append(out, cookie.Value)
		}
	}
	return out, nil
}

// sitesData is what the browser keeps for sites besides cookies; the worker of
// the extension is of a kind that is not in it.
const sitesData = "file_systems,indexeddb,local_storage,websql,cache_storage"

// ClearData implements Browser.
func (c *Chromium) ClearData(ctx context.Context) error {
	if err := leave(ctx, c); err != nil {
		return err
	}
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	if _, err := chromedp.CallBrowser(ctx, storage.ClearCookies, storage.ClearCookiesParams{}); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: "*", StorageTypes: sitesData})
		return err
	}))
}
