package testbed

import (
	"context"
	"encoding/json"
	"strings"

	"sessionferry/e2e/testbed/bidi"
)

// Visit implements Browser.
func (f *Firefox) Visit(ctx context.Context, url string) error {
	before, err := f.Eval(ctx, `location.href.split("#")[0] + " " + performance.timeOrigin`)
	if err != nil {
		before = "" // a page that is just going elsewhere
	}
	page, origin, _ := strings.Cut(before, " ")
	there := "String(performance.timeOrigin) !== " + quoted(origin) // it is another document
	if to, fragment, _ := strings.Cut(url, "#"); fragment != "" && to == page {
		there = "location.href === " + quoted(url) // it is the same one, at another place
	}
	if err := f.conn.Navigate(ctx, f.tab, url); err != nil {
		return err
	}
	return poll(ctx, url, func(ctx context.Context) (bool, error) {
		loaded, err := f.Eval(ctx, `String(document.readyState === "complete" && `+there+`)`)
		return loaded == "true", err
	})
}

// Fill implements Browser.
func (f *Firefox) Fill(ctx context.Context, selector, text string) error {
	return fill(ctx, f.page(), selector, text)
}

// Click implements Browser.
func (f *Firefox) Click(ctx context.Context, selector string) error {
	return click(ctx, f.page(), selector)
}

// WaitFor implements Browser.
func (f *Firefox) WaitFor(ctx context.Context, selector string) error {
	return waitVisible(ctx, f.page(), selector)
}

// Eval implements Browser.
func (f *Firefox) Eval(ctx context.Context, expression string) (string, error) {
	return f.page().Eval(ctx, expression)
}

func (f *Firefox) page() *firefoxPage { return &firefoxPage{f: f, context: f.tab} }

// Allow implements Browser.
func (f *Firefox) Allow(ctx context.Context, patterns ...string) error {
	_, err := f.ask(ctx, "allow", patterns...)
	return err
}

// Popup implements Browser.
func (f *Firefox) Popup(ctx context.Context, screens string) (*Popup, error) {
	id, err := f.ask(ctx, "openPopup", f.tab)
	if err != nil {
		return nil, err
	}
	p := &Popup{page: &firefoxPage{f: f, context: id}, screens: screens}
	return p, p.opened(ctx)
}

// InTab implements Browser.
func (f *Firefox) InTab(_ context.Context, screens string) (*Popup, error) {
	return &Popup{page: f.page(), screens: screens}, nil
}

// Answer clicks a button of the browser's own prompt.
func (f *Firefox) Answer(ctx context.Context, allow bool) error {
	button := "secondaryButton"
	if allow {
		button = "button"
	}
	_, err := f.ask(ctx, "answer", f.tab, button)
	return err
}

// EndBackground ends the extension's event page, as the browser may at any time.
func (f *Firefox) EndBackground(ctx context.Context) error {
	_, err := f.ask(ctx, "endBackground")
	return err
}

// CookieValues implements Browser. It sees every container,
// but no private window.
func (f *Firefox) CookieValues(ctx context.Context, names ...string) ([]string, error) {
	found, err := f.ask(ctx, "cookies", names...)
	if err != nil {
		return nil, err
	}
	var out []string
	return out, json.Unmarshal([]byte(found), &out)
}

// ClearData implements Browser.
func (f *Firefox) ClearData(ctx context.Context) error {
	if err := leave(ctx, f); err != nil {
		return err
	}
	_, err := f.ask(ctx, "clear")
	return err
}

// OpenContainer opens a tab in a container of its own. It is a browser in which
// nobody is signed in; Close ends it with all others.
func (f *Firefox) OpenContainer(ctx context.Context) (*Firefox, error) {
	made, err := bidi.Call[struct{ UserContext string }](ctx, f.conn, "browser.createUserContext", map[string]any{})
	if err != nil {
		return nil, err
	}
	tab, err := bidi.Call[struct{ Context string }](ctx, f.conn, "browsingContext.create", map[string]any{"type": "tab", "userContext": made.UserContext})
	return f.at(tab.Context), err
}

// Beside opens a further tab in front; the browser is seen from it.
func (f *Firefox) Beside(ctx context.Context) (Browser, error) {
	tab, err := bidi.Call[struct{ Context string }](ctx, f.conn, "browsingContext.create", map[string]any{"type": "tab"})
	return f.at(tab.Context), err
}

// Front implements Browser.
func (f *Firefox) Front(ctx context.Context) error {
	_, err := bidi.Call[struct{}](ctx, f.conn, "browsingContext.activate", map[string]any{"context": f.tab})
	return err
}

// CallItself implements Browser.
func (f *Firefox) CallItself(ctx context.Context, userAgent string) error {
	_, err := bidi.Call[struct{}](ctx, f.conn, "emulation.setUserAgentOverride", map[string]any{"userAgent": userAgent, "contexts": []string{f.tab}})
	return err
}

// OpenPrivate opens a private window, likewise.
func (f *Firefox) OpenPrivate(ctx context.Context) (*Firefox, error) {
	tab, err := f.ask(ctx, "openPrivate")
	return f.at(tab), err
}

// Tabs are the ids of the open tabs.
func (f *Firefox) Tabs(ctx context.Context) ([]string, error) { return f.conn.Contexts(ctx, "content") }

// at is the same browser seen from another tab.
func (f *Firefox) at(tab string) *Firefox {
	other := *f
	other.tab = tab
	return &other
}
