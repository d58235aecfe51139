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
// time, and returns when it is gone.
func (c *Chromium) KillWorker(ctx context.Context) error {
	ctx, cancel := c.bound(ctx, 20*time.Second)
	defer cancel()
	worker, err := c.worker(ctx)
	if err != nil {
		return err
	}
	if worker == "" {
		return errors.New("no service worker runs")
	}
	if _, err := chromedp.CallBrowser(ctx, target.CloseTarget, target.CloseTargetParams{TargetID: worker}); err != nil {
		return err
	}
	for {
		now, err := c.worker(ctx)
		if err != nil || now != worker {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("the service worker goes on")
		case <-time.After(20 * time.Millisecond):
		}
	}
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
	ctx, cancel := c.bound(ctx, 20*time.Second)
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
	ctx, cancel := c.bound(ctx, 20*time.Second)
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
	ctx, cancel := c.bound(ctx, 20*time.Second)
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
	ctx, cancel := c.bound(ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.CallBrowser(ctx, storage.ClearCookies, storage.ClearCookiesParams{}); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: "*", StorageTypes: sitesData})
		return err
	}))
}
