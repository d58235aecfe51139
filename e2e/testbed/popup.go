package testbed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"
)

// Popup is the extension's open popup, used as a person uses it: by clicks.
type Popup struct {
	tab     context.Context
	close   context.CancelFunc
	screens string // folder for screenshots; "" takes none
}

// popupWait is how long a person would wait for anything in the popup.
const popupWait = 40 * time.Second

// Popup clicks the extension's button and returns the popup. Screenshots go to
// the folder screens, if it is not "".
func (c *Chromium) Popup(ctx context.Context, screens string) (*Popup, error) {
	tab, cancel, err := c.OpenPopup(ctx)
	if err != nil {
		return nil, err
	}
	return &Popup{tab: tab, close: cancel, screens: screens}, nil
}

// Close closes the popup.
func (p *Popup) Close() { p.close() }

// Do runs steps in the popup. After a failure there is a picture of what the
// popup showed.
func (p *Popup) Do(ctx context.Context, steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := merge(ctx, p.tab, popupWait)
	defer cancel()
	err := chromedp.Do(ctx, steps...)
	if err != nil {
		ctx, cancel := context.WithTimeout(p.tab, 5*time.Second)
		defer cancel()
		_ = chromedp.Do(ctx, p.Shot("failure"))
	}
	return err
}

// Details opens the details page of a card.
func (p *Popup) Details(ctx context.Context, account string) error {
	card := fmt.Sprintf(`[data-card="%s"] [data-action=details]`, account)
	return p.Do(ctx, chromedp.WaitVisible(chromedp.CSS(card)), p.Shot("cards"),
		chromedp.Click(chromedp.CSS(card)), chromedp.WaitVisible(chromedp.CSS(".transfer")), p.Shot("details"))
}

// StartShare is Share that returns as soon as the share runs.
func (p *Popup) StartShare(ctx context.Context) error {
	return p.Do(ctx, chromedp.Click(chromedp.CSS("[data-action=share]")),
		chromedp.WaitReady(chromedp.CSS("[data-panel=progress], [data-panel=success]")))
}

// Screen returns the code of the screen that stands in for the cards.
func (p *Popup) Screen(ctx context.Context) (string, error) {
	if err := p.Do(ctx, chromedp.WaitVisible(chromedp.CSS("main.screen[data-code]")), p.Shot("screen")); err != nil {
		return "", err
	}
	return p.read(ctx, `document.querySelector("main.screen").dataset.code`)
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
	if err := p.Do(ctx, chromedp.Click(chromedp.CSS("[data-action=share]:not([disabled]), [data-panel=asking] [data-action=retry]")), chromedp.WaitVisible(chromedp.CSS("[data-panel]"))); err != nil {
		return err
	}
	asked, err := p.has(ctx, "[data-panel=consent]")
	if err != nil || !asked {
		return err
	}
	return p.Do(ctx, p.Shot("consent"), chromedp.Click(chromedp.CSS("input[name=consent]")), p.Shot("agreed"),
		chromedp.Click(chromedp.CSS("[data-action=agree]")))
}

// Panel returns the name of the panel of the Transfer Session field.
func (p *Popup) Panel(ctx context.Context) (string, error) {
	if err := p.Do(ctx, chromedp.WaitVisible(chromedp.CSS("[data-panel]"))); err != nil {
		return "", err
	}
	return p.read(ctx, `document.querySelector("[data-panel]").dataset.panel`)
}

// Outcome waits for the end of a share that runs.
func (p *Popup) Outcome(ctx context.Context) error {
	if err := p.Do(ctx, chromedp.WaitVisible(chromedp.CSS("[data-panel=success], [data-panel=refusal]"))); err != nil {
		return err
	}
	refused, err := p.has(ctx, "[data-panel=refusal]")
	if err != nil {
		return err
	}
	if !refused {
		return p.Do(ctx, p.Shot("success"))
	}
	code, err := p.read(ctx, `document.querySelector("[data-panel=refusal]").dataset.code`)
	if err != nil {
		return err
	}
	text, err := p.read(ctx, `document.querySelector("[data-panel=refusal] .box-text").innerText`)
	if err != nil {
		return err
	}
	if err := p.Do(ctx, p.Shot("refusal")); err != nil {
		return err
	}
	return &Refusal{Code: code, Text: text}
}

// Refusal is what the popup shows when a share is refused.
type Refusal struct{ Code, Text string }

func (r *Refusal) Error() string { return r.Code + ": " + r.Text }

// Delete clicks Delete and Yes, and returns when the status says none.
func (p *Popup) Delete(ctx context.Context) error {
	return p.Do(ctx, chromedp.Click(chromedp.CSS("[data-action=delete]")),
		chromedp.WaitVisible(chromedp.CSS("[data-action=delete-yes]")), p.Shot("delete"),
		chromedp.Click(chromedp.CSS("[data-action=delete-yes]")),
		chromedp.WaitVisible(chromedp.CSS(".transfer[data-status=none]")), p.Shot("deleted"))
}

// Status returns the status word that the details page shows.
func (p *Popup) Status(ctx context.Context) (string, error) {
	return p.read(ctx, `document.querySelector(".transfer").dataset.status`)
}

// Shot takes a screenshot of the popup into the folder of screens.
func (p *Popup) Shot(name string) chromedp.Action[chromedp.Void] { return p.ShotInto(p.screens, name) }

// ShotInto takes a screenshot of the popup into a folder; "" takes none.
func (p *Popup) ShotInto(dir, name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if dir == "" {
			return nil
		}
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
		// The popup opens with a short fade; a picture shows it at rest.
		if err := chromedp.Do(ctx, chromedp.Sleep(300*time.Millisecond)); err != nil {
			return err
		}
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	})
}

func (p *Popup) has(ctx context.Context, selector string) (bool, error) {
	ctx, cancel := merge(ctx, p.tab, popupWait)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf("document.querySelector(%q) !== null", selector)))
}

func (p *Popup) read(ctx context.Context, expression string) (string, error) {
	ctx, cancel := merge(ctx, p.tab, popupWait)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](expression))
}
