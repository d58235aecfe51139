package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sessionferry/e2e/testbed"
)

// demo is the world of one run.
type demo struct {
	out     io.Writer
	screens string
	browser string // "chromium" or "firefox"
	headed  bool
	last    time.Time

	bed     *testbed.Bed
	wiki    *testbed.App
	person  testbed.Browser
	answer  func(context.Context) error // clicks Allow in the browser's prompt; nil where none comes
	account string                      // id of Bob's card
}

// step says what was done and how long it took.
func (d *demo) step(format string, args ...any) {
	now := time.Now()
	fmt.Fprintf(d.out, "%6.1f s  %s\n", now.Sub(d.last).Seconds(), fmt.Sprintf(format, args...))
	d.last = now
}

func (d *demo) say(text string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fmt.Fprintf(d.out, "          %s\n", strings.TrimRight(line, "\n"))
	}
}

// prepare brings up everything that the story needs and makes Bob's card.
func (d *demo) prepare(ctx context.Context, bin string, port int) error {
	var err error
	if d.bed, err = testbed.New(bin); err != nil {
		return err
	}
	if err := d.bed.StartKeyring(ctx); err != nil {
		return err
	}
	d.step("a keyring of its own (gnome-keyring on a private bus)")
	vault, err := d.bed.StartVault(ctx)
	if err != nil {
		return err
	}
	d.step("the embedded vault at %s", vault.URL)
	if d.wiki, err = d.bed.StartApp(ctx, "mediawiki", port); err != nil {
		return err
	}
	d.step("MediaWiki at %s with the users Alice and Bob", d.wiki.Site)
	return d.enrol(ctx)
}

// enrol runs the commands that a person runs once.
func (d *demo) enrol(ctx context.Context) error {
	if _, err := d.bed.Sessionferry(ctx, "login", "--name", "demo laptop"); err != nil {
		return err
	}
	d.step("sessionferry login: the device key is made, in the keyring")
	key, err := d.bed.Runner(ctx, "key")
	if err != nil {
		return err
	}
	keyFile := d.bed.Path("runner.pub")
	if err := os.WriteFile(keyFile, []byte(firstLine(key, "sessionferry-runner-key-1 ")), 0o600); err != nil {
		return err
	}
	added, err := d.bed.Sessionferry(ctx, "runner", "add", keyFile)
	if err != nil {
		return err
	}
	_, hash, found := strings.Cut(added, "sessionferry-runner trust ")
	if !found {
		return errors.New("\"runner add\" did not tell the roster's hash")
	}
	if _, err := d.bed.Runner(ctx, "enrol"); err != nil {
		return err
	}
	if _, err := d.bed.Runner(ctx, "trust", strings.TrimSpace(hash)); err != nil {
		return err
	}
	d.step("a runner's key is signed into the roster, and the runner trusts the roster")
	if _, err := d.bed.StartRunner(ctx); err != nil {
		return err
	}
	d.step("sessionferry-runner serve: it asks the app where a share leaves it open whose session it is")
	card, err := d.bed.Sessionferry(ctx, "account", "add", "--app", "mediawiki", "--site", d.wiki.Site, "--username", "Bob", "--json")
	if err != nil {
		return err
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(card), &made); err != nil {
		return err
	}
	d.account = made.ID
	d.step("sessionferry account add: Bob's card, %s", d.account)
	return nil
}

// firstLine is the first line of text with the prefix.
func firstLine(text, prefix string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, prefix) {
			return line
		}
	}
	return ""
}

// openBrowser starts the person's browser with the extension and signs in as Bob.
func (d *demo) openBrowser(ctx context.Context) error {
	start := d.startChromium
	if d.browser == "firefox" {
		start = d.startFirefox
	}
	if err := start(ctx); err != nil {
		return err
	}
	if err := d.wiki.SignIn(ctx, d.person, d.wiki.Bob); err != nil {
		return err
	}
	d.step("signed in to MediaWiki as Bob")
	return nil
}

func (d *demo) startChromium(ctx context.Context) error {
	c, err := d.bed.StartChromium(ctx, "profile", testbed.ChromiumConfig{Program: "chromium", Extension: "extension", Headed: d.headed})
	if err != nil {
		return err
	}
	d.person = c
	d.step("Chromium with a profile of its own; the host is registered for it, the extension is loaded")
	if err := c.Allow(ctx, "*://mw.localhost/*"); err != nil {
		return err
	}
	d.step("the site is allowed on the browser's extensions page, since its prompt cannot be answered by a program")
	return nil
}

func (d *demo) startFirefox(ctx context.Context) error {
	f, err := d.bed.StartFirefox(ctx, "profile", testbed.FirefoxConfig{Program: "firefox-esr", Extension: "extension", Headed: d.headed})
	if err != nil {
		return err
	}
	d.person, d.answer = f, func(ctx context.Context) error { return f.Answer(ctx, true) }
	d.step("Firefox with a profile of its own; the host is registered for it, the extension is loaded")
	return nil
}

// close ends everything and shows that nothing is left.
func (d *demo) close() error {
	if d.person != nil {
		d.person.Close()
	}
	if d.bed == nil {
		return nil
	}
	root := d.bed.Root
	if err := d.bed.Close(); err != nil {
		return err
	}
	if left := processesOf(root); len(left) > 0 {
		return fmt.Errorf("processes are left: %s", strings.Join(left, ", "))
	}
	return nil
}

// processesOf lists the processes whose environment or command names root.
func processesOf(root string) []string {
	var out []string
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		command, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		environ, _ := os.ReadFile(filepath.Join(dir, "environ"))
		if len(command) > 0 && strings.Contains(string(command)+string(environ), root) {
			out = append(out, filepath.Base(dir)+" "+strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	return out
}
