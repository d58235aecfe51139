package runner

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"sessionferry/session"
)

// originSeed is what of an origin is filled when a document of it is first asked
// for: IndexedDB, which no script of a new document can fill in time, and
// localStorage that is too large to be in every one.
type originSeed struct {
	storage session.OriginStorage
	once    sync.Once
	filled  bool // guarded by tabs.mu
	err     error
}

// originSeeds lists the origins of a bundle that have such storage.
func originSeeds(b *session.Bundle, seeds []*storageSeed) []*originSeed {
	var out []*originSeed
	for _, o := range b.Capture.Origins {
		large := slices.ContainsFunc(seeds, func(s *storageSeed) bool { return s.large && s.origin == o.Origin })
		if large || len(o.Databases) > 0 {
			out = append(out, &originSeed{storage: o})
		}
	}
	return out
}

// held are the requests that wait for storage: documents, of pages and frames,
// of the origins that are not filled yet. It is nil when there are none.
func (t *tabs) held() *fetch.EnableParams {
	t.mu.Lock()
	defer t.mu.Unlock()
	var p fetch.EnableParams
	for _, d := range t.origins {
		if !d.filled {
			p.Patterns = append(p.Patterns, &fetch.RequestPattern{URLPattern: d.storage.Origin + "/*", ResourceType: network.ResourceTypeDocument})
		}
	}
	if p.Patterns == nil {
		return nil
	}
	return &p
}

// meet fills the storage of the origin that a held request goes to, in a hidden
// page, and lets the request through. The page that asks sees nothing of that but
// the time it takes: no request or navigation is added to its own.
func (t *tabs) meet(in string, params jsonv2.Value) {
	var e fetch.EventRequestPaused
	if jsonv2.Unmarshal(params, &e) != nil || e.Request == nil {
		return
	}
	t.mu.Lock()
	f := t.frames[in]
	t.mu.Unlock()
	if f == nil || f.blank {
		return // a blank page answers its requests itself
	}
	t.pending.Go(func() {
		if d := t.originOf(e.Request.URL); d != nil {
			_ = t.fill(t.ctx, d, nil) // a failure is a difference by now
		}
		_, _ = f.session.Begin(fetch.CommandContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
	})
}

// originOf returns what the origin of an address is to be filled with, or nil.
func (t *tabs) originOf(address string) *originSeed {
	for _, d := range t.origins {
		if address == d.storage.Origin || strings.HasPrefix(address, d.storage.Origin+"/") {
			return d
		}
	}
	return nil
}

// fill fills the storage of one origin, once, in p or, where p is nil, in a
// hidden page of its own. Who comes meanwhile waits. What cannot be filled at all
// is a difference as well as an error.
func (t *tabs) fill(ctx context.Context, d *originSeed, p *blank) error {
	d.once.Do(func() {
		var records int
		var differ []Difference
		records, differ, d.err = t.fillOrigin(ctx, d.storage, p)
		if d.err != nil {
			for _, db := range d.storage.Databases {
				differ = append(differ, Difference{Store: "idb", Name: visible(db.Name), Where: d.storage.Origin, Field: "missing"})
			}
		}
		t.mu.Lock()
		d.filled = true
		t.records += records
		t.differences = append(t.differences, differ...)
		t.mu.Unlock()
		t.release()
	})
	return d.err
}

// meetIn fills everything of the origin that a blank page is at.
func (t *tabs) meetIn(ctx context.Context, p *blank, origin string) error {
	if d := t.originOf(origin); d != nil {
		if err := t.fill(ctx, d, p); err != nil {
			return err
		}
	}
	return p.fillStorage(ctx, origin) // filled elsewhere or not, this page has a sessionStorage of its own
}

// fillOrigin fills web storage and databases. It returns how many records are
// there as they were captured, and what is not.
func (t *tabs) fillOrigin(ctx context.Context, o session.OriginStorage, p *blank) (records int, differ []Difference, err error) {
	if p == nil {
		if p, err = t.openBlank(ctx, o.Origin); err != nil {
			return 0, nil, err
		}
		defer p.close(ctx)
	}
	if err := p.fillStorage(ctx, o.Origin); err != nil || len(o.Databases) == 0 {
		return 0, nil, err
	}
	return p.fillDatabases(ctx, o)
}

// release lets requests pass again once there is nothing left to fill.
func (t *tabs) release() {
	if t.held() != nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range t.frames {
		if !f.blank {
			_, _ = f.session.Begin(fetch.CommandDisable, nil)
		}
	}
}
