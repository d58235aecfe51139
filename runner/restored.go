package runner

import (
	"context"

	"sessionferry/session"
)

// Restored is a browser that holds a session. Close ends it and removes every
// trace; until then programs may work in it by way of its DevTools.
type Restored struct {
	cfg     Config
	bundle  *session.Bundle
	browser *chromium
	tabs    *tabs
	cookies CookieCounts
	differ  []Difference // of cookies; those of storage are in tabs
}

// CookieCounts counts the cookies of a bundle and those that the browser holds
// with no difference.
type CookieCounts struct {
	Captured int `json:"captured"`
	Restored int `json:"restored"`
}

// Open starts a fresh browser and restores the bundle into it: cookies at once
// and compared, storage when a page or frame of its origin is first met, before
// any script of it runs. An origin that is never met costs nothing.
func Open(ctx context.Context, cfg Config, b *session.Bundle) (_ *Restored, err error) {
	cfg = cfg.WithDefaults()
	seeds, err := storageSeeds(b)
	if err != nil {
		return nil, err
	}
	browser, err := launch(ctx, cfg, b.Capture.Context)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			browser.close()
		}
	}()
	r := &Restored{cfg: cfg, bundle: b, browser: browser}
	if r.tabs, err = watchTabs(ctx, browser.mux, b.Capture.Context, seeds, originSeeds(b, seeds)); err != nil {
		return nil, err
	}
	now := float64(cfg.Now().UnixMicro()) / 1e6
	r.differ, err = restoreCookies(ctx, r.tabs.client.Session(""), "", b, now)
	if err != nil {
		return nil, err
	}
	r.cookies = CookieCounts{Captured: len(b.Capture.Cookies), Restored: len(b.Capture.Cookies) - differing(r.differ)}
	return r, nil
}

// differing counts the captured cookies that have a difference.
func differing(ds []Difference) int {
	seen := map[[2]string]bool{}
	for _, d := range ds {
		if d.Field != "extra" {
			seen[[2]string{d.Name, d.Where}] = true
		}
	}
	return len(seen)
}

// Verify meets every origin of the bundle in an empty page, so that all of its
// storage is written and compared now rather than when a task comes by. One page
// goes from origin to origin: each costs a renderer, and a page more.
func (r *Restored) Verify(ctx context.Context) error {
	var p *blank
	for _, o := range r.bundle.Capture.Origins {
		var err error
		if p == nil {
			if p, err = r.tabs.openBlank(ctx, o.Origin); err == nil {
				defer p.close(ctx)
			}
		} else {
			err = p.serve(ctx, rootOf(o.Origin))
		}
		if err != nil {
			return err
		}
		if err := r.tabs.meetIn(ctx, p, o.Origin); err != nil {
			return err
		}
	}
	return nil
}

// Differences returns what is known so far to be otherwise than captured.
func (r *Restored) Differences() []Difference {
	r.tabs.mu.Lock()
	defer r.tabs.mu.Unlock()
	return append(append([]Difference{}, r.differ...), r.tabs.differences...)
}

// Cookies returns the counts of the comparison right after the restore.
func (r *Restored) Cookies() CookieCounts { return r.cookies }

// Storage returns the counts of web storage and database records so far.
func (r *Restored) Storage() StorageCounts {
	r.tabs.mu.Lock()
	defer r.tabs.mu.Unlock()
	n := r.tabs.records
	for _, found := range r.tabs.restored {
		n += found
	}
	return StorageCounts{Captured: storageCount(r.bundle), Restored: n}
}

// Close ends the browser and removes its profile.
func (r *Restored) Close() { r.browser.close() }
