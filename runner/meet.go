package runner

import (
	"context"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"sessionferry/session"
)

// databaseSeed is the IndexedDB of one origin, which is filled when a document
// of that origin is first asked for.
type databaseSeed struct {
	storage session.OriginStorage
	once    sync.Once
	filled  bool // guarded by tabs.mu
	err     error
}

// databaseSeeds lists the origins of a bundle that have databases.
func databaseSeeds(b *session.Bundle) []*databaseSeed {
	var out []*databaseSeed
	for _, o := range b.Capture.Origins {
		if len(o.Databases) > 0 {
			out = append(out, &databaseSeed{storage: o})
		}
	}
	return out
}

// held are the requests that wait for databases: documents, of pages and frames,
// of the origins that are not filled yet. It is nil when there are none.
func (t *tabs) held() *fetch.EnableParams {
	t.mu.Lock()
	defer t.mu.Unlock()
	var p fetch.EnableParams
	for _, d := range t.databases {
		if !d.filled {
			p.Patterns = append(p.Patterns, &fetch.RequestPattern{URLPattern: d.storage.Origin + "/*", ResourceType: network.ResourceTypeDocument})
		}
	}
	if p.Patterns == nil {
		return nil
	}
	return &p
}

// meet fills the databases of the origin that a held request goes to, in a hidden
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
		if d := t.databasesOf(e.Request.URL); d != nil {
			_ = t.fill(t.ctx, d, nil) // a failure is a difference by now
		}
		_, _ = f.session.Begin(fetch.CommandContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
	})
}

// databasesOf returns what the origin of an address is to be filled with, or nil.
func (t *tabs) databasesOf(address string) *databaseSeed {
	for _, d := range t.databases {
		if address == d.storage.Origin || strings.HasPrefix(address, d.storage.Origin+"/") {
			return d
		}
	}
	return nil
}

// fill fills the databases of one origin, once, in p or, where p is nil, in a
// hidden page of its own. Who comes meanwhile waits. Databases that cannot be
// filled at all are differences as well as an error.
func (t *tabs) fill(ctx context.Context, d *databaseSeed, p *blank) error {
	d.once.Do(func() {
		var records int
		var differ []Difference
		records, differ, d.err = t.fillDatabases(ctx, d.storage, p)
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
