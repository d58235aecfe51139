package testbed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// page is a page of some browser, used by real input.
type page interface {
	// Eval evaluates an expression and awaits a promise. The value must be a string.
	Eval(ctx context.Context, expression string) (string, error)
	// press clicks at a point of the viewport, in CSS pixels.
	press(ctx context.Context, x, y float64) error
	// Type sends key events to where the focus is. "\r" is Enter, "\t" Tab, "\b" Backspace.
	Type(ctx context.Context, text string) error
	// dark sets the colour scheme that the page sees.
	dark(ctx context.Context, dark bool) error
	// resize gives the page so many pixels, as a window of that size has.
	resize(ctx context.Context, width, height int64) error
	// screenshot is a PNG of what is seen of the page.
	screenshot(ctx context.Context) ([]byte, error)
	close()
}

// pageWait is how long anything in a page may take, on a machine that is busy with
// other things too: what takes longer hangs.
const pageWait = 2 * time.Minute

// pagePoll is how often a page is asked whether something is there by now.
const pagePoll = 50 * time.Millisecond

// findVisible is the first element of a selector that is seen, or undefined.
const findVisible = `[...document.querySelectorAll(%s)].find((e) => e.getClientRects().length > 0)`

// waitVisible waits until an element is in the page and visible.
func waitVisible(ctx context.Context, p page, selector string) error {
	expression := fmt.Sprintf(`String(`+findVisible+` !== undefined)`, quoted(selector))
	return poll(ctx, selector, func(ctx context.Context) (bool, error) {
		seen, err := p.Eval(ctx, expression)
		return seen == "true", err
	})
}

// placeOf finds the middle of an element, in CSS pixels of the viewport, once the
// page has loaded with its scripts, the element lies at rest and nothing covers it;
// else it is "".
const placeOf = `(async () => {
  if (document.readyState !== 'complete') return '';
  const e = ` + findVisible + `;
  if (!e) return '';
  e.scrollIntoView({block: 'center', inline: 'center'});
  const box = () => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  const before = box();
  await new Promise((done) => setTimeout(done, 40));
  const [x, y] = box();
  if (Math.abs(x - before[0]) > 1 || Math.abs(y - before[1]) > 1) return '';
  const top = document.elementFromPoint(x, y);
  return top && (e.contains(top) || top.contains(e) || top.closest('label')?.control === e) ? JSON.stringify([x, y]) : '';
})()`

// click waits until an element is visible and clicks its middle.
func click(ctx context.Context, p page, selector string) error {
	expression := fmt.Sprintf(placeOf, quoted(selector))
	var at [2]float64
	err := poll(ctx, selector, func(ctx context.Context) (bool, error) {
		place, err := p.Eval(ctx, expression)
		if err != nil || place == "" {
			return false, err
		}
		return true, json.Unmarshal([]byte(place), &at)
	})
	if err != nil {
		return err
	}
	return p.press(ctx, at[0], at[1])
}

// fill waits for a field, focuses it and replaces its text.
func fill(ctx context.Context, p page, selector, text string) error {
	expression := fmt.Sprintf(`(() => {
		const e = `+findVisible+`;
		if (document.readyState !== 'complete' || !e || e.disabled || e.readOnly) return '';
		e.focus();
		e.select();
		return String(document.activeElement === e);
	})()`, quoted(selector))
	err := poll(ctx, selector, func(ctx context.Context) (bool, error) {
		ready, err := p.Eval(ctx, expression)
		return ready == "true", err
	})
	if err != nil {
		return err
	}
	if text == "" {
		text = "\b" // takes away what is selected
	}
	return p.Type(ctx, text)
}

// poll asks until the answer is yes or pageWait is over. An error is asked
// again, since a page that goes elsewhere cannot answer for a moment.
func poll(ctx context.Context, what string, ask func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	var last error
	for {
		yes, err := ask(ctx)
		if yes && err == nil {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("waiting for %s: %w", what, ctx.Err()), last)
		case <-time.After(pagePoll):
		}
	}
}

// leave empties the tab's own storage and leaves the page, whose scripts could
// store anew what is cleared.
func leave(ctx context.Context, b Browser) error {
	// Pages of the browser itself have no storage.
	if _, err := b.Eval(ctx, `location.protocol.startsWith("http") ? (sessionStorage.clear(), "") : ""`); err != nil {
		return err
	}
	return b.Visit(ctx, "about:blank")
}

// quoted is a JavaScript literal of a string.
func quoted(s string) string { return literal(s) }

// literal is the JavaScript literal of a string, number or truth value.
func literal(v any) string {
	out, _ := json.Marshal(v) // these have a JSON form
	return string(out)
}
