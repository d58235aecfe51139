package fidelity

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"sessionferry/e2e/testbed"
)

// sight is what a browser shows of the session to a page and to a server.
type sight struct {
	headers [][2]string         // where a request went, and the Cookie header that it had
	storage [][2]string         // what is stored, and a description of it
	bytes   map[string][]string // the cookies of a request of the check of bytes
}

// look reads headers and storage in a browser, and ends in the app's page with
// its frames.
func (w *world) look(ctx context.Context, b testbed.Browser) (s sight, err error) {
	if s.bytes, err = w.sentBytes(ctx, b); err != nil {
		return s, err
	}
	for _, address := range []string{w.sites.at(0, "/echo"), w.sites.at(0, "/sub/echo"), w.sites.at(1, "/echo"), w.sites.at(3, "/echo")} {
		if err := b.Visit(ctx, address); err != nil {
			return s, err
		}
		sent, err := b.Eval(ctx, "document.body.innerText")
		if err != nil {
			return s, err
		}
		s.headers = append(s.headers, [2]string{strings.Replace(address, ":"+w.sites.port, "", 1), sent})
	}
	if err := b.Visit(ctx, w.sites.at(0, "/frames")); err != nil {
		return s, err
	}
	var frames []string
	if err := evalJSON(ctx, b, `framesSend("/widget", "/back")`, &frames); err != nil {
		return s, err
	}
	s.headers = append(s.headers, [2]string{"a frame of the widget", frames[0]}, [2]string{"a frame of the app in it", frames[1]})
	err = evalJSON(ctx, b, "snapshot()", &s.storage)
	return s, err
}

// evaluator is a page of any kind.
type evaluator interface {
	Eval(ctx context.Context, expression string) (string, error)
}

// evalJSON evaluates an expression that gives JSON.
func evalJSON(ctx context.Context, in evaluator, expression string, out any) error {
	text, err := in.Eval(ctx, expression)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), out)
}

// apiCookie is a cookie as the extension's API shows it.
type apiCookie struct {
	Name, Value, Domain, Path, SameSite string
	HostOnly, Secure, HTTPOnly, Session bool
	ExpirationDate                      float64
	PartitionKey                        struct {
		TopLevelSite         string
		HasCrossSiteAncestor bool
	}
}

// shown asks the extension's API for all cookies of the sites.
func (w *world) shown(ctx context.Context, b testbed.Browser) (out []apiCookie, err error) {
	p, err := b.Popup(ctx, "")
	if err != nil {
		return nil, err
	}
	defer p.Close()
	names, err := json.Marshal(domains[:3]) // those of the jar
	if err != nil {
		return nil, err
	}
	err = evalJSON(ctx, p, fmt.Sprintf(`(async () => {
		const api = globalThis.browser ?? globalThis.chrome;
		const { withTextName } = await import('/platform/cookies.js');
		const all = await Promise.all(%s.map((domain) => api.cookies.getAll({ domain, partitionKey: {} })));
		return JSON.stringify(all.flat().map((cookie) => withTextName(api, cookie)));
	})()`, names), &out)
	return out, err
}

// set has the server set its jar and the app's page fill its storage. It returns
// what the browser does not store.
func (w *world) set(ctx context.Context, b testbed.Browser) (refused []string, err error) {
	for _, address := range []string{w.sites.at(3, "/sign-in"), w.sites.at(0, "/set")} {
		if err := b.Visit(ctx, address); err != nil {
			return nil, err
		}
	}
	// Frames of frames may end after the page's own load.
	if _, err := b.Eval(ctx, `framesSend("/set-widget", "/set-back")`); err != nil {
		return nil, err
	}
	if err := evalJSON(ctx, b, `fill("app")`, &refused); err != nil {
		return nil, err
	}
	return refused, w.setBytes(ctx, b)
}
