package runner

import (
	"bytes"
	"context"
	_ "embed"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"

	"sessionferry/session"
)

//go:embed js/read.js
var readJS string

// Capture returns the session as the browser holds it now, and whether it is another
// than the one that was restored: the cookies, and the localStorage of the site and
// of the origins that a task has met. All else is as it was captured. Nothing beyond
// scope is taken.
func (r *Restored) Capture(ctx context.Context, scope session.Scope) (*session.Bundle, bool, error) {
	now := *r.bundle
	held, err := cdp.Call(ctx, r.tabs.client.Session(""), storage.GetCookies, storage.GetCookiesParams{})
	if err != nil {
		return nil, false, session.Errorf(session.CodeBrowserFailed, "reading the cookies").Because(err)
	}
	whole, err := r.wholeCookies(ctx, held.Cookies)
	if err != nil {
		return nil, false, err
	}
	now.Capture.Cookies = r.cookiesNow(whole, scope)
	if now.Capture.Origins, err = r.originsNow(ctx); err != nil {
		return nil, false, err
	}
	before, err := session.Marshal(r.bundle.Capture)
	if err != nil {
		return nil, false, session.Errorf(session.CodeInternal, "").Because(err)
	}
	after, err := session.Marshal(now.Capture)
	if err != nil {
		return nil, false, session.Errorf(session.CodeInternal, "").Because(err)
	}
	now.Capture.Captured = r.cfg.Now().UTC()
	return &now, !bytes.Equal(before, after), nil
}

// cookiesNow lists the cookies that the browser holds. One that it holds as it was
// captured, or never took, is left as it was captured. One that no restore would
// make again is left out.
func (r *Restored) cookiesNow(held []*network.Cookie, scope session.Scope) []session.Cookie {
	clock := float64(r.cfg.Now().UnixMicro()) / 1e6
	byKey := make(map[session.Key]*network.Cookie, len(held))
	for _, h := range held {
		byKey[keyOf(h)] = h
	}
	store := r.bundle.Capture.Store.ID
	out := []session.Cookie{}
	for _, c := range r.bundle.Capture.Cookies {
		h := byKey[c.Key()]
		delete(byKey, c.Key())
		switch {
		case h == nil && r.untaken(c.Key()), h != nil && len(differingFields(&c, h, clock)) == 0:
			out = append(out, c)
		case h != nil:
			if now := cookieOf(h, store); now.Fits(scope, store) {
				out = append(out, now)
			}
		}
	}
	for _, h := range held { // in the browser's order, which is that of their creation
		if byKey[keyOf(h)] == nil {
			continue
		}
		if now := cookieOf(h, store); now.Fits(scope, store) {
			out = append(out, now)
		}
	}
	return out
}

// untaken reports whether the browser did not hold a cookie after the restore.
func (r *Restored) untaken(k session.Key) bool {
	return slices.ContainsFunc(r.differ, func(d Difference) bool {
		return d.Field == "missing" && d.Name == k.Name && d.Where == cookiePlace(k)
	})
}

// cookieOf is a cookie that the browser holds as an extension would show it.
func cookieOf(h *network.Cookie, store string) session.Cookie {
	k := keyOf(h)
	c := session.Cookie{
		Name: h.Name, Value: h.Value, Domain: k.Domain, HostOnly: k.HostOnly, Path: h.Path,
		Secure: h.Secure, HTTPOnly: h.HTTPOnly, SameSite: sameSiteOf(h), Store: store,
	}
	if e := heldExpiry(h); e != nil {
		c.Expires = new(*e)
	}
	if k.Partition.Site != "" {
		c.Partition = &k.Partition
	}
	return c
}

// originsNow reads what tasks may have changed. An origin whose storage nobody asked
// for is still as it was captured.
func (r *Restored) originsNow(ctx context.Context) ([]session.OriginStorage, error) {
	out := slices.Clone(r.bundle.Capture.Origins)
	if !slices.ContainsFunc(out, func(o session.OriginStorage) bool { return o.Origin == r.bundle.Site }) {
		out = append(out, session.OriginStorage{Origin: r.bundle.Site})
	}
	for i, o := range out {
		if o.Origin != r.bundle.Site && !r.tabs.met(o.Origin) {
			continue
		}
		local, err := r.localNow(ctx, o.Origin)
		if err != nil {
			return nil, err
		}
		if !sameItems(local, o.Local) {
			out[i].Local = local
		}
	}
	return slices.DeleteFunc(out, func(o session.OriginStorage) bool {
		return o.Origin == r.bundle.Site && len(o.Local)+len(o.Session)+len(o.Databases) == 0
	}), nil
}

// localNow reads the localStorage of an origin.
func (r *Restored) localNow(ctx context.Context, origin string) (items []session.Item, err error) {
	p, err := r.tabs.openBlank(ctx, origin)
	if err != nil {
		return nil, err
	}
	defer p.close(ctx)
	if err := r.tabs.meetIn(ctx, p, origin); err != nil { // the site, if no task has met it
		return nil, err
	}
	text, err := p.eval(ctx, "(() => {\n"+readJS+"return items(localStorage);\n})()")
	if err != nil {
		return nil, err
	}
	return items, session.Unmarshal([]byte(text), &items, session.CodeBrowserFailed)
}

// sameItems compares without regard to order, which storage does not keep.
func sameItems(a, b []session.Item) bool {
	values := make(map[session.Text]session.Text, len(a))
	for _, it := range a {
		values[it.Key] = it.Value
	}
	return len(a) == len(b) && !slices.ContainsFunc(b, func(it session.Item) bool {
		v, ok := values[it.Key]
		return !ok || v != it.Value
	})
}

// met reports whether the localStorage of an origin was filled.
func (t *tabs) met(origin string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.seeds, func(s *storageSeed) bool {
		return s.origin == origin && s.kind == kindLocal && !s.framed && t.filled[s]
	})
}
