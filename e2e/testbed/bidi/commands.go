package bidi

import (
	"context"
	"errors"
	"fmt"
)

// Eval evaluates an expression in a context and awaits a promise. The value must
// be a string.
func (c *Conn) Eval(ctx context.Context, in, expression string) (string, error) {
	r, err := Call[struct {
		Type   string
		Result struct {
			Type  string
			Value string
		}
		ExceptionDetails struct{ Text string }
	}](ctx, c, "script.evaluate", map[string]any{
		"expression": expression, "target": map[string]any{"context": in}, "awaitPromise": true,
	})
	switch {
	case err != nil:
		return "", err
	case r.Type == "exception":
		return "", errors.New(r.ExceptionDetails.Text)
	case r.Result.Type != "string":
		return "", fmt.Errorf("the value is of type %s, not a string", r.Result.Type)
	}
	return r.Result.Value, nil
}

// Contexts are the ids of the open tabs, or of the browser's own windows for
// the scope "chrome".
func (c *Conn) Contexts(ctx context.Context, scope string) ([]string, error) {
	r, err := Call[struct{ Contexts []struct{ Context string } }](ctx, c, "browsingContext.getTree", map[string]any{"maxDepth": 0, "moz:scope": scope})
	var out []string
	for _, found := range r.Contexts {
		out = append(out, found.Context)
	}
	return out, err
}

// Addresses are the addresses of the open tabs, by their ids.
func (c *Conn) Addresses(ctx context.Context) (map[string]string, error) {
	r, err := Call[struct {
		Contexts []struct{ Context, URL string }
	}](ctx, c, "browsingContext.getTree", map[string]any{"maxDepth": 0})
	out := map[string]string{}
	for _, found := range r.Contexts {
		out[found.Context] = found.URL
	}
	return out, err
}

// Navigate begins to open an address. Firefox can be told to wait for the end,
// but does not notice it where another page was still loading.
func (c *Conn) Navigate(ctx context.Context, in, url string) error {
	_, err := Call[struct{}](ctx, c, "browsingContext.navigate", map[string]any{"context": in, "url": url, "wait": "none"})
	return err
}

// Press clicks at a point of a context's viewport, in CSS pixels.
func (c *Conn) Press(ctx context.Context, in string, x, y float64) error {
	return c.perform(ctx, in, map[string]any{"type": "pointer", "id": "mouse", "actions": []any{
		map[string]any{"type": "pointerMove", "x": x, "y": y},
		map[string]any{"type": "pointerDown", "button": 0},
		map[string]any{"type": "pointerUp", "button": 0},
	}})
}

// named are the keys that have no character, as WebDriver writes them.
// The runes of the arrows are those of the other driver.
var named = map[rune]string{'\b': "\ue003", '\t': "\ue004", '\r': "\ue007", '\u001b': "\ue00c", '\u0304': "\ue013", '\u0301': "\ue015"}

// Type presses the keys of a text, one after the other. "\r" is Enter, "\t" Tab,
// "\b" Backspace.
func (c *Conn) Type(ctx context.Context, in, text string) error {
	var keys []any
	for _, r := range text {
		key, ok := named[r]
		if !ok {
			key = string(r)
		}
		keys = append(keys, map[string]any{"type": "keyDown", "value": key}, map[string]any{"type": "keyUp", "value": key})
	}
	return c.perform(ctx, in, map[string]any{"type": "key", "id": "keyboard", "actions": keys})
}

// perform presses something. A page that closes by it is gone before it is done, as
// a test that goes on in that page will find.
func (c *Conn) perform(ctx context.Context, in string, actions ...any) error {
	_, err := Call[struct{}](ctx, c, "input.performActions", map[string]any{"context": in, "actions": actions})
	var gone *Error
	if errors.As(err, &gone) && gone.Code == "no such frame" {
		return nil
	}
	return err
}

// Resize gives a context so many pixels, as a window of that size has.
func (c *Conn) Resize(ctx context.Context, in string, width, height int64) error {
	_, err := Call[struct{}](ctx, c, "browsingContext.setViewport", map[string]any{"context": in, "viewport": map[string]any{"width": width, "height": height}})
	return err
}

// Screenshot is a PNG of what is seen of a context.
func (c *Conn) Screenshot(ctx context.Context, in string) ([]byte, error) {
	r, err := Call[struct{ Data []byte }](ctx, c, "browsingContext.captureScreenshot", map[string]any{"context": in})
	return r.Data, err
}
