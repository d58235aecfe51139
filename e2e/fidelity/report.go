package fidelity

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/chromedp/cdproto/network"

	"sessionferry/e2e/testbed/failures"
)

// Browsers are those that a session is captured in.
var Browsers = []string{"chromium", "firefox"}

// Crossing is one session's way from a browser of the person to a restored one.
type Crossing struct {
	Cookies, Headers, Storage []row
	Bytes                     []row    // of each request of the check of bytes
	Sent                      []string // the cookies that the person's browser sends in that check
	Refused                   []string // what the person's browser does not store
	Named                     string   // what the popup said before the transfer that cannot be carried
}

// Count is how many of some things arrived exactly.
type Count struct {
	Exact     int `json:"exact"`
	Of        int `json:"of"`
	Explained int `json:"explained"` // differ, for a reason that docs/fidelity.md tells
}

func countOf(rows []row) Count {
	c := Count{Of: len(rows)}
	for _, r := range rows {
		switch {
		case r.Target == "":
			c.Exact++
		case explained[r.What] != "":
			c.Explained++
		}
	}
	return c
}

// explained are the differences that browsers make, with the reason. Nothing
// else may differ.
var explained = map[string]string{
	"unnamed":                                      "Firefox shows it to no extension",
	"a Latin-1 byte":                               "Chromium shows the byte to no extension: the cookie is named and stays",
	"https://app.fidelity.test/echo":               "without the cookie with the Latin-1 byte, from Chromium",
	"https://app.fidelity.test/sub/echo":           "without the cookie with the Latin-1 byte, from Chromium",
	`record "values"/"any" "key, not extractable"`: "no browser hands such a key out",
	`session "k\udfff"`:                            "Chromium keeps such a key of sessionStorage no longer than a page",
	"session \"k\uFFFD\"":                          "Chromium keeps such a key of sessionStorage no longer than a page",
}

// Run captures, carries and restores the jar from one browser. bin is where the
// programs are, extension the folder of the extension.
func Run(ctx context.Context, bin, extension, browser string) (_ *Crossing, err error) {
	w, err := newWorld(ctx, bin, extension)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	b, err := w.browser(ctx, browser)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	defer func() {
		if err != nil {
			err = errors.Join(err, w.keep(b, failures.Folder(bin, "fidelity-"+browser)))
		}
	}()
	out := &Crossing{}
	if out.Refused, err = w.set(ctx, b); err != nil {
		return nil, err
	}
	before, err := w.look(ctx, b)
	if err != nil {
		return nil, err
	}
	if out.Named, err = w.share(ctx, b); err != nil {
		return nil, err
	}
	shown, err := w.shown(ctx, b) // Chromium shows nothing to an extension that has not asked
	if err != nil {
		return nil, err
	}
	restored, err := w.bed.OpenRestored(ctx, w.account, "--apps", w.apps)
	if err != nil {
		return nil, err
	}
	defer restored.Close()
	held, err := restored.Jar(ctx)
	if err != nil {
		return nil, err
	}
	held = slices.DeleteFunc(held, func(c *network.Cookie) bool { return isProbe(c.Domain) })
	after, err := w.look(ctx, restored)
	if err != nil {
		return nil, err
	}
	out.Cookies = compareJar(shown, held)
	out.Headers = comparePairs(before.headers, after.headers)
	out.Storage = comparePairs(before.storage, after.storage)
	out.Bytes = compareBytes(before.bytes, after.bytes, out.Named)
	out.Sent = slices.Concat(slices.Collect(maps.Values(before.bytes))...)
	return out, nil
}

// Write prints a table for people and, last, one line of JSON.
func Write(to io.Writer, all map[string]*Crossing) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	sum := map[string]any{}
	storage, bytes := map[string]Count{}, map[string]Count{}
	for _, name := range Browsers {
		c := all[name]
		if c == nil {
			continue
		}
		for _, part := range []struct {
			title string
			rows  []row
		}{{"cookies", c.Cookies}, {"Cookie headers", c.Headers}, {"storage", c.Storage}} {
			n := countOf(part.rows)
			fmt.Fprintf(w, "\n%s, %s: %d of %d exact\t%s\t%s\n", name, part.title, n.Exact, n.Of, "against what was set", "arrived")
			for _, r := range part.rows {
				arrived := "exact"
				if r.Target != "" {
					arrived = r.Target + ": " + cmp.Or(explained[r.What], "NOT EXPLAINED")
				}
				fmt.Fprintf(w, "  %.70s\t%s\t%s\n", r.What, r.Source, arrived)
			}
		}
		n := countOf(c.Bytes)
		fmt.Fprintf(w, "\n%s, bytes of Cookie headers: %d of %d requests exact, without the cookies that were named\n", name, n.Exact, n.Of)
		for _, r := range c.Bytes {
			if r.Target != "" {
				fmt.Fprintf(w, "  %.70q\t\t%s: NOT EXPLAINED\n", r.What, r.Target)
			}
		}
		fmt.Fprintf(w, "\nnot stored by the browser: %q\n", c.Refused)
		fmt.Fprintf(w, "named before the transfer: %s\n", c.Named)
		sum[name], storage[name], bytes[name] = countOf(c.Cookies), countOf(c.Storage), n
	}
	sum["storage"], sum["bytes"] = storage, bytes
	if err := w.Flush(); err != nil {
		return err
	}
	return json.NewEncoder(to).Encode(sum)
}
