package fidelity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"sessionferry/e2e/testbed"
	"sessionferry/e2e/testbed/failures"
)

// world is a bed with the server, a card for its one user, and a trusted runner.
type world struct {
	bed       *testbed.Bed
	sites     *sites
	extension string // folder
	apps      string // folder
	chromium  string // a Chromium that knows where the sites are
	account   string
}

// newWorld makes everything but the person's browser.
func newWorld(ctx context.Context, bin, extension string) (_ *world, err error) {
	w := &world{extension: extension}
	if w.bed, err = testbed.New(bin); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{w.serve, w.enrol, w.makeCard} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

func (w *world) close() error { return w.bed.Close() }

// serve starts the server and tells host, vault, runner and browsers of it.
func (w *world) serve(ctx context.Context) (err error) {
	if w.sites, err = startSites(ctx, w.bed); err != nil {
		return err
	}
	w.apps = w.bed.Path("home", ".config", "sessionferry", "apps") // where the host looks by itself
	if err := os.MkdirAll(w.apps, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(w.apps+"/fidelity.yaml", []byte(appFile), 0o600); err != nil {
		return err
	}
	w.chromium = w.bed.Path("chromium.sh")
	script := "#!/bin/sh\nexec chromium --host-resolver-rules='MAP *.test 127.0.0.1' \"$@\"\n"
	w.bed.Setenv("SESSIONFERRY_CHROMIUM", w.chromium)
	return os.WriteFile(w.chromium, []byte(script), 0o700)
}

// enrol runs the commands that a person runs once.
func (w *world) enrol(ctx context.Context) error {
	if err := w.bed.StartKeyring(ctx); err != nil {
		return err
	}
	if _, err := w.bed.StartVault(ctx, "--apps", w.apps); err != nil {
		return err
	}
	if _, err := w.bed.Sessionferry(ctx, "login"); err != nil {
		return err
	}
	key, err := w.bed.Runner(ctx, "key")
	if err != nil {
		return err
	}
	file := w.bed.Path("runner.pub")
	if err := os.WriteFile(file, []byte(key), 0o600); err != nil {
		return err
	}
	added, err := w.bed.Sessionferry(ctx, "runner", "add", file)
	if err != nil {
		return err
	}
	_, hash, _ := strings.Cut(added, "sessionferry-runner trust ")
	if _, err := w.bed.Runner(ctx, "enrol"); err != nil {
		return err
	}
	_, err = w.bed.Runner(ctx, "trust", strings.TrimSpace(hash))
	return err
}

func (w *world) makeCard(ctx context.Context) error {
	added, err := w.bed.Sessionferry(ctx, "account", "add", "--app", "fidelity", "--site", w.sites.at(0, ""), "--username", "alice", "--json")
	if err != nil {
		return err
	}
	var card struct{ ID string }
	err = json.Unmarshal([]byte(added), &card)
	w.account = card.ID
	return err
}

// browser starts the person's browser, which may read the sites.
func (w *world) browser(ctx context.Context, name string) (b testbed.Browser, err error) {
	if name == "chromium" {
		b, err = w.bed.StartChromium(ctx, name, testbed.ChromiumConfig{Program: w.chromium, Extension: w.extension})
	} else {
		if err := w.bed.TrustIn(ctx, w.bed.Path(name)); err != nil {
			return nil, err
		}
		b, err = w.bed.StartFirefox(ctx, name, testbed.FirefoxConfig{Program: "firefox-esr", Extension: w.extension,
			Prefs: map[string]any{"network.dns.localDomains": strings.Join(hosts, ",")}})
	}
	if err != nil {
		return nil, err
	}
	var patterns []string
	for _, d := range domains {
		patterns = append(patterns, "*://*."+d+"/*")
	}
	if err := b.Allow(ctx, patterns...); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// keep leaves what is to be seen of a run that has failed in a folder. The error names it.
func (w *world) keep(b testbed.Browser, folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return errors.Join(errors.New(failures.Notice(folder)), b.KeepPages(ctx, folder), w.bed.KeepLogs(folder))
}

// share shares the card's session from the popup, as a person does who accepts
// that some things cannot be carried, and returns what the popup named of these.
func (w *world) share(ctx context.Context, b testbed.Browser) (named string, err error) {
	p, err := b.Popup(ctx, w.bed.Path("screens"))
	if err != nil {
		return "", err
	}
	defer p.Close()
	if err := p.Details(ctx, w.account); err != nil {
		return "", err
	}
	if err := p.Ask(ctx); err != nil {
		return "", err
	}
	if err := p.WaitFor(ctx, "[data-panel=losing], [data-panel=success], [data-panel=refusal]"); err != nil {
		return "", err
	}
	if named, err = p.Eval(ctx, `document.querySelector("[data-panel=losing] .detail")?.innerText ?? ""`); err != nil {
		return "", err
	}
	if named != "" {
		if err := p.Click(ctx, "[data-action=accept]"); err != nil {
			return "", err
		}
	}
	if err := p.Outcome(ctx); err != nil {
		return "", fmt.Errorf("the share: %w", err)
	}
	return named, nil
}
