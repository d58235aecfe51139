package runner

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"sessionferry/e2e/testbed/failures"
	"sessionferry/runner/cdpmux"
)

// keepIfFailed has a test that fails leave pictures and documents of the browser's
// pages, and what the browser wrote last, with the pages' consoles.
func keepIfFailed(t *testing.T, r *Restored) {
	failures.Keep(t, "../bin", func(folder string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		r.browser.output.mu.Lock()
		err := failures.Write(folder, filepath.Base(r.browser.profile.dir)+".log", r.browser.output.buf)
		r.browser.output.mu.Unlock()
		client, failed := r.browser.mux.NewClient(ctx, nil)
		if failed != nil {
			return errors.Join(err, failed)
		}
		defer client.Close()
		open, failed := cdp.Call(ctx, client.Session(""), target.GetTargets, target.GetTargetsParams{})
		err = errors.Join(err, failed)
		for _, info := range open.TargetInfos {
			if info.Type == "page" {
				err = errors.Join(err, keepPage(ctx, client, info.TargetID, folder))
			}
		}
		return err
	})
}

// keepPage keeps one page; it waits for one that hangs only so long.
func keepPage(ctx context.Context, client *cdpmux.Client, id target.ID, folder string) error {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	flat := true
	at, err := cdp.Call(ctx, client.Session(""), target.AttachToTarget, target.AttachToTargetParams{TargetID: id, Flatten: &flat})
	if err != nil {
		return err
	}
	s := client.Session(string(at.SessionID))
	picture, err := cdp.Call(ctx, s, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err == nil {
		err = failures.Write(folder, string(id)+".png", picture.Data)
	}
	document, failed := evaluate(ctx, s, "document.documentElement.outerHTML")
	if failed == nil {
		failed = failures.Write(folder, string(id)+".tree.html", []byte(document))
	}
	return errors.Join(err, failed)
}
