package testbed

import (
	"context"
	"errors"
	"fmt"

	"sessionferry/e2e/testbed/failures"
)

// Popup is the extension's open popup, used as a person uses it: by clicks.
type Popup struct {
	page    page
	screens string // folder for screenshots; "" takes none
}

// Close closes the popup.
func (p *Popup) Close() { p.page.close() }

// WaitFor waits until an element is visible.
func (p *Popup) WaitFor(ctx context.Context, selector string) error {
	return waitVisible(ctx, p.page, selector)
}

// Click waits until an element is visible and clicks it.
func (p *Popup) Click(ctx context.Context, selector string) error {
	return click(ctx, p.page, selector)
}

// Eval evaluates an expression in the popup, where the extension's API is.
func (p *Popup) Eval(ctx context.Context, expression string) (string, error) {
	return p.page.Eval(ctx, expression)
}

// inOrder runs steps until one fails.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Details opens the details page of a card.
func (p *Popup) Details(ctx context.Context, account string) error {
	card := fmt.Sprintf(`[data-card="%s"] [data-action=details]`, account)
	return inOrder(
		func() error { return p.WaitFor(ctx, card) },
		func() error { return p.Shot(ctx, "cards") },
		func() error { return p.Click(ctx, card) },
		func() error { return p.WaitFor(ctx, ".transfer") },
		func() error { return p.Shot(ctx, "details") },
	)
}

// StartShare is Share that returns as soon as the share runs.
func (p *Popup) StartShare(ctx context.Context) error {
	return inOrder(
		func() error { return p.Dismiss(ctx) },
		func() error { return p.Click(ctx, "[data-action=share]:not([disabled])") },
		func() error { return p.WaitFor(ctx, "[data-panel=progress], [data-panel=success]") },
	)
}

// Screen returns the code of the screen that stands in for the cards.
func (p *Popup) Screen(ctx context.Context) (string, error) {
	if err := p.WaitFor(ctx, "main.screen[data-code]"); err != nil {
		return "", err
	}
	if err := p.Shot(ctx, "screen"); err != nil {
		return "", err
	}
	return p.Eval(ctx, `document.querySelector("main.screen").dataset.code`)
}

// Share clicks Share, agrees where the person is asked, and returns when the
// success box or a refusal stands there. A refusal is an error with its code.
func (p *Popup) Share(ctx context.Context) error {
	if err := p.Ask(ctx); err != nil {
		return err
	}
	return p.Outcome(ctx)
}

// Ask is Share that returns before the browser has answered.
func (p *Popup) Ask(ctx context.Context) error {
	if err := p.Dismiss(ctx); err != nil {
		return err
	}
	if err := p.Click(ctx, "[data-action=share]:not([disabled]), [data-panel=asking] [data-action=retry]"); err != nil {
		return err
	}
	if err := p.WaitFor(ctx, "[data-panel]"); err != nil {
		return err
	}
	asked, err := p.has(ctx, "[data-panel=consent]")
	if err != nil || !asked {
		return err
	}
	return inOrder(
		func() error { return p.Shot(ctx, "consent") },
		func() error { return p.Click(ctx, "input[name=consent]") },
		func() error { return p.Shot(ctx, "agreed") },
		func() error { return p.Click(ctx, "[data-action=agree]") },
	)
}

// Dismiss puts away how the last share ended, which could be taken for the end of
// the next one.
func (p *Popup) Dismiss(ctx context.Context) error {
	if err := p.WaitFor(ctx, "[data-action=share]:not([disabled]), [data-panel=asking] [data-action=retry]"); err != nil {
		return err
	}
	return poll(ctx, "a page without the last share's end", func(ctx context.Context) (bool, error) {
		left, err := p.Eval(ctx, `document.querySelector("[data-panel] :is([data-action=dismiss], [data-action=done])")?.click(),
			String(document.querySelector("[data-panel=success], [data-panel=refusal]") !== null)`)
		return left == "false", err
	})
}

// Panel returns the name of the panel of the Transfer Session field.
func (p *Popup) Panel(ctx context.Context) (string, error) {
	if err := p.WaitFor(ctx, "[data-panel]"); err != nil {
		return "", err
	}
	return p.Eval(ctx, `document.querySelector("[data-panel]").dataset.panel`)
}

// Outcome waits for the end of a share that runs.
func (p *Popup) Outcome(ctx context.Context) error {
	if err := p.WaitFor(ctx, "[data-panel=success], [data-panel=refusal]"); err != nil {
		shown, e := p.Eval(ctx, `document.querySelector("[data-panel]")?.innerText ?? ""`)
		return errors.Join(fmt.Errorf("%w; the popup shows %q", err, shown), e)
	}
	refused, err := p.has(ctx, "[data-panel=refusal]")
	if err != nil {
		return err
	}
	if !refused {
		return p.Shot(ctx, "success")
	}
	code, err := p.Eval(ctx, `document.querySelector("[data-panel=refusal]").dataset.code`)
	if err != nil {
		return err
	}
	text, err := p.Eval(ctx, `document.querySelector("[data-panel=refusal] .box-text").innerText`)
	if err != nil {
		return err
	}
	if err := p.Shot(ctx, "refusal"); err != nil {
		return err
	}
	return &Refusal{Code: code, Text: text}
}

// Refusal is what the popup shows when a share is refused.
type Refusal struct{ Code, Text string }

func (r *Refusal) Error() string { return r.Code + ": " + r.Text }

// Delete clicks Delete and Yes, and returns when the status says none.
func (p *Popup) Delete(ctx context.Context) error {
	return inOrder(
		func() error { return p.Click(ctx, "[data-action=delete]:not([disabled])") },
		func() error { return p.WaitFor(ctx, "[data-action=delete-yes]") },
		func() error { return p.Shot(ctx, "delete") },
		func() error { return p.Click(ctx, "[data-action=delete-yes]") },
		func() error { return p.WaitFor(ctx, ".transfer[data-status=none]") },
		func() error { return p.Shot(ctx, "deleted") },
	)
}

// Status returns the status word that the details page shows.
func (p *Popup) Status(ctx context.Context) (string, error) {
	return p.Eval(ctx, `document.querySelector(".transfer").dataset.status`)
}

// Shot takes a screenshot of the popup into the folder of screens.
func (p *Popup) Shot(ctx context.Context, name string) error { return p.ShotInto(ctx, p.screens, name) }

// ShotInto takes a screenshot of the popup into a folder; "" takes none.
func (p *Popup) ShotInto(ctx context.Context, dir, name string) error {
	if dir == "" {
		return nil
	}
	if err := p.Rest(ctx); err != nil {
		return err
	}
	return p.Keep(ctx, dir, name)
}

// Rest waits until nothing in the page is on its way to another place or colour.
// What moves for ever, as a progress bar, counts as at rest.
func (p *Popup) Rest(ctx context.Context) error {
	return poll(ctx, "a page at rest", func(ctx context.Context) (bool, error) {
		moving, err := p.Eval(ctx, `String(document.getAnimations().some((a) => a.playState === 'running' && a.effect.getComputedTiming().endTime !== Infinity))`)
		return moving == "false", err
	})
}

// Loaded waits until the page has loaded with its scripts, without which links lead
// elsewhere and keys do nothing.
func (p *Popup) Loaded(ctx context.Context) error {
	return poll(ctx, "a page that has loaded", func(ctx context.Context) (bool, error) {
		state, err := p.Eval(ctx, "document.readyState")
		return state == "complete", err
	})
}

// opened waits until a popup that was asked for shows the extension's page, where
// the extension's API is, and no longer an empty one.
func (p *Popup) opened(ctx context.Context) error {
	return poll(ctx, "the extension's page in the popup", func(ctx context.Context) (bool, error) {
		there, err := p.Eval(ctx, "String(location.protocol.endsWith('-extension:') && document.readyState === 'complete')")
		return there == "true", err
	})
}

// Keep takes a screenshot of the page as it is into a folder.
func (p *Popup) Keep(ctx context.Context, dir, name string) error {
	png, err := p.page.screenshot(ctx)
	if err != nil {
		return err
	}
	return failures.Write(dir, name+".png", png)
}

func (p *Popup) has(ctx context.Context, selector string) (bool, error) {
	has, err := p.Eval(ctx, fmt.Sprintf("String(document.querySelector(%s) !== null)", quoted(selector)))
	return has == "true", err
}
