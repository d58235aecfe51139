package testbed

import (
	"context"
	"fmt"
)

// KeysTo goes to an element with Tab, as a person without a mouse does, and
// presses a key there, or none for "".
func (p *Popup) KeysTo(ctx context.Context, selector, key string) error {
	if err := p.WaitFor(ctx, selector); err != nil {
		return err
	}
	if err := p.Loaded(ctx); err != nil {
		return err
	}
	for range 40 {
		there, err := p.Focused(ctx, selector)
		if err != nil {
			return err
		}
		if there {
			return p.Press(ctx, key)
		}
		if err := p.Type(ctx, "\t"); err != nil {
			return err
		}
	}
	return fmt.Errorf("the key Tab does not lead to %s", selector)
}

// keys are the runes that both drivers take for keys.
var keys = map[string]string{"": "", "Enter": "\r", "Space": " ", "Escape": "\u001b", "Down": "\u0301", "Up": "\u0304"}

// Press presses a key: "Enter", "Space", "Escape", "Down" or "Up"; or none for "".
func (p *Popup) Press(ctx context.Context, key string) error {
	text, known := keys[key]
	if !known {
		return fmt.Errorf("no key is named %s", key)
	}
	if text == "" {
		return nil
	}
	return p.Type(ctx, text)
}

// Type types where the focus is.
func (p *Popup) Type(ctx context.Context, text string) error { return p.page.Type(ctx, text) }

// Focused reports whether an element has the focus.
func (p *Popup) Focused(ctx context.Context, selector string) (bool, error) {
	return p.has(ctx, ":is("+selector+"):focus")
}

// Text waits for an element and returns all that the popup says.
func (p *Popup) Text(ctx context.Context, selector string) (string, error) {
	if err := p.WaitFor(ctx, selector); err != nil {
		return "", err
	}
	return p.Eval(ctx, "document.body.innerText")
}

// Dark sets the colour scheme that the popup sees.
func (p *Popup) Dark(ctx context.Context, dark bool) error { return p.page.dark(ctx, dark) }
