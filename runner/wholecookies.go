package runner

import (
	"context"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"sessionferry/session"
)

// wholeCookies returns those of the held cookies of which DevTools shows every
// byte. It leaves out bytes that are not UTF-8, so that a copy of such a cookie
// would have another value, or a path that is sent to more requests.
func (r *Restored) wholeCookies(ctx context.Context, held []*network.Cookie) ([]*network.Cookie, error) {
	// The size counts the bytes that are left out.
	whole := slices.DeleteFunc(held, func(h *network.Cookie) bool { return h.Size != int64(len(h.Name)+len(h.Value)) })
	var addresses []string
	for _, h := range whole {
		if r.isPathUnsure(h) {
			addresses = append(addresses, addressOf(h))
		}
	}
	if len(addresses) == 0 {
		return whole, nil
	}
	p, err := r.tabs.openBlank(ctx, r.bundle.Site)
	if err != nil {
		return nil, err
	}
	defer p.close(ctx)
	sent, err := cdp.Call(ctx, p.session, network.GetCookies, network.GetCookiesParams{URLs: addresses})
	if err != nil {
		return nil, session.Errorf(session.CodeBrowserFailed, "reading the cookies").Because(err)
	}
	found := map[session.Key]bool{}
	for _, h := range sent.Cookies {
		found[keyOf(h)] = true
	}
	return slices.DeleteFunc(whole, func(h *network.Cookie) bool { return r.isPathUnsure(h) && !found[keyOf(h)] }), nil
}

// isPathUnsure reports whether the cookie's path may lack bytes. That of a cookie
// of the bundle does not. Of partitioned cookies, DevTools does not say to which
// addresses they are sent.
func (r *Restored) isPathUnsure(h *network.Cookie) bool {
	return h.Path != "/" && h.PartitionKey == nil &&
		!slices.ContainsFunc(r.bundle.Capture.Cookies, func(c session.Cookie) bool { return c.Key() == keyOf(h) })
}

// addressOf is an address to which a cookie of this domain and path is sent.
func addressOf(h *network.Cookie) string { return "https://" + bracketed(keyOf(h).Domain) + h.Path }
