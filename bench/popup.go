package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"

	"sessionferry/e2e/testbed"
)

// popupCost is how long the popup takes with many accounts: medians of some runs,
// in milliseconds, beside those of a popup with few in the same run.
type popupCost struct {
	Cards  int     `json:"cards"`
	Open   float64 `json:"open_ms"`   // from the popup's opening to its cards, with a warm host
	Letter float64 `json:"letter_ms"` // from a letter typed into the search to the next frame
	Ratio  float64 `json:"ratio"`     // of Open, to that with few cards
}

// popupCards are the numbers of cards; the first is what the others are compared with.
var popupCards = []int{5, 500}

const popupRuns = 9

// popups measures the popup in Chromium.
func popups(ctx context.Context, bin string) (_ []popupCost, err error) {
	bed, err := testbed.New(bin)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	if err := bed.StartKeyring(ctx); err != nil {
		return nil, err
	}
	vault, err := bed.StartVault(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := bed.Sessionferry(ctx, "login"); err != nil {
		return nil, err
	}
	device, err := bed.AsDevice(ctx, vault.URL)
	if err != nil {
		return nil, err
	}
	browser, err := bed.StartChromium(ctx, "chromium", testbed.ChromiumConfig{Program: "chromium", Extension: "extension"})
	if err != nil {
		return nil, err
	}
	defer browser.Close()
	if err := browser.Visit(ctx, vault.URL+"/healthz"); err != nil {
		return nil, err
	}
	var out []popupCost
	made := 0
	for _, cards := range popupCards {
		for ; made < cards; made++ {
			if _, err := device.AddAccount(ctx, "mediawiki", "https://wiki.example.org", fmt.Sprintf("José %d", made+1)); err != nil {
				return nil, err
			}
		}
		c, err := popupOf(ctx, browser, cards)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
		out[len(out)-1].Ratio = c.Open / out[0].Open
	}
	return out, nil
}

// typed is the time from a letter in the search to the frame after it.
const typed = `new Promise((done) => {
	const field = document.querySelector('[name=search]');
	const started = performance.now();
	field.value = 'jose 4';
	field.dispatchEvent(new InputEvent('input'));
	requestAnimationFrame(() => setTimeout(() => done(String(performance.now() - started))));
})`

func popupOf(ctx context.Context, browser *testbed.Chromium, cards int) (popupCost, error) {
	p, err := browser.Popup(ctx, "")
	if err != nil {
		return popupCost{}, err
	}
	defer p.Close()
	var open, letter []float64
	for range popupRuns {
		if err := p.Reload(ctx); err != nil {
			return popupCost{}, err
		}
		shown, err := milliseconds(ctx, p, drawn)
		if err != nil {
			return popupCost{}, err
		}
		took, err := milliseconds(ctx, p, typed)
		if err != nil {
			return popupCost{}, err
		}
		open, letter = append(open, shown), append(letter, took)
	}
	slices.Sort(open)
	slices.Sort(letter)
	return popupCost{Cards: cards, Open: open[popupRuns/2], Letter: letter[popupRuns/2]}, nil
}

// drawn is when the first card was there, from the page's beginning.
const drawn = `new Promise((done) => {
	const look = () => (document.querySelector('[data-card]') ? done(String(performance.now())) : requestAnimationFrame(look));
	look();
})`

func milliseconds(ctx context.Context, p *testbed.Popup, expression string) (float64, error) {
	text, err := p.Eval(ctx, expression)
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(text, 64)
}

func popupTable(stdout io.Writer, all []popupCost) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\npopup, median ms, cards\topen to cards\tratio\ta letter in the search\t")
	for _, c := range all {
		fmt.Fprintf(w, "%d\t%.0f\t%.2f\t%.0f\t\n", c.Cards, c.Open, c.Ratio, c.Letter)
	}
	return w.Flush()
}
