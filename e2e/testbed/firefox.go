package testbed

import (
	"context"
	_ "embed" // the script for the browser's own scope
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"sessionferry/e2e/testbed/bidi"
	"sessionferry/manifest"
)

// Firefox is a person's Firefox with the extension, seen from one of its tabs.
type Firefox struct {
	proc *Proc
	conn *bidi.Conn
	own  string // the browser's own scope
	tab  string // the tab that the person looks at
}

var _ Browser = (*Firefox)(nil)

// FirefoxConfig says how to start it.
type FirefoxConfig struct {
	Program   string         // path or name of the browser
	Extension string         // folder of the unpacked extension
	Headed    bool           // in windows instead of headless
	Prefs     map[string]any // settings of about:config
}

// addonHost makes the extension's addresses the same in every profile.
const addonHost = "5e551017-fe44-4f1e-8a11-0000000f12ef"

//go:embed firefox.js
var firefoxScript string

var firefoxListens = regexp.MustCompile(`WebDriver BiDi listening on (ws://\S+)`)

// StartFirefox registers the host for this bed's home and starts the browser
// with the extension loaded, allowed in private windows.
func (b *Bed) StartFirefox(ctx context.Context, name string, c FirefoxConfig) (*Firefox, error) {
	extension, err := filepath.Abs(c.Extension)
	if err != nil {
		return nil, err
	}
	if _, err := b.Sessionferry(ctx, "install", "--browser", "firefox"); err != nil {
		return nil, err
	}
	profile, err := b.firefoxProfile(name, c.Prefs)
	if err != nil {
		return nil, err
	}
	// Without system access the extension's own pages cannot be driven.
	args := []string{"--no-remote", "--profile", profile, "--remote-debugging-port=0", "--remote-allow-system-access", "--width=1366", "--height=900"}
	if !c.Headed {
		args = append(args, "--headless")
	}
	f, err := b.launchFirefox(ctx, name, c.Program, args)
	if err != nil {
		return nil, err
	}
	if err := f.load(ctx, extension); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// firefoxStarts is how often a Firefox is started that crashes before it answers,
// as ESR 153 was seen to do: a fault of its own (signal 11), before any test began.
const firefoxStarts = 3

func (b *Bed) launchFirefox(ctx context.Context, name, program string, args []string) (*Firefox, error) {
	for n := 1; ; n++ {
		proc, err := b.Start(name, program, args...)
		if err != nil {
			return nil, err
		}
		f := &Firefox{proc: proc}
		if err = f.connect(ctx); err == nil {
			return f, nil
		}
		again := n < firefoxStarts && crashed(proc)
		proc.Stop()
		if !again {
			return nil, err
		}
	}
}

// crashed reports whether a Firefox has ended by itself and left a dump.
func crashed(p *Proc) bool {
	select {
	case <-p.Exited():
		log, err := os.ReadFile(p.Log)
		return err == nil && strings.Contains(string(log), "minidump")
	default:
		return false
	}
}

func (b *Bed) firefoxProfile(name string, more map[string]any) (string, error) {
	profile := b.Path(name)
	if err := os.MkdirAll(profile, 0o700); err != nil {
		return "", err
	}
	ids, err := json.Marshal(map[string]string{manifest.AddonID: addonHost})
	if err != nil {
		return "", err
	}
	prefs := map[string]any{
		"extensions.webextensions.uuids": string(ids), "privacy.userContext.enabled": true,
		"ui.prefersReducedMotion":         1,    // so that nothing is seen in the middle of its way
		"devtools.console.stdout.chrome":  true, // what pages and workers write to their consoles
		"devtools.console.stdout.content": true,
	}
	maps.Copy(prefs, more)
	var text strings.Builder
	for key, value := range prefs {
		fmt.Fprintf(&text, "user_pref(%s, %s);\n", quoted(key), literal(value))
	}
	return profile, os.WriteFile(filepath.Join(profile, "user.js"), []byte(text.String()), 0o600)
}

// connect waits until the browser can be driven and begins a session.
func (f *Firefox) connect(ctx context.Context) error {
	var address string
	err := Wait("Firefox", f.proc, func() bool {
		log, _ := os.ReadFile(f.proc.Log) // not yet there: not yet ready
		if found := firefoxListens.FindSubmatch(log); found != nil {
			address = string(found[1])
		}
		return address != ""
	})
	if err != nil {
		return err
	}
	f.conn, err = bidi.Dial(ctx, address)
	return err
}

// load installs the extension for the time that the browser runs.
func (f *Firefox) load(ctx context.Context, extension string) error {
	got, err := bidi.Call[struct{ Extension string }](ctx, f.conn, "webExtension.install", map[string]any{
		"extensionData": map[string]any{"type": "path", "path": extension}, "moz:allowPrivateBrowsing": true,
	})
	if err != nil {
		return err
	}
	if got.Extension != manifest.AddonID {
		return fmt.Errorf("the extension has the id %s, not %s", got.Extension, manifest.AddonID)
	}
	for scope, id := range map[string]*string{"chrome": &f.own, "content": &f.tab} {
		found, err := f.conn.Contexts(ctx, scope)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return errors.New("Firefox has no window")
		}
		*id = found[0]
	}
	_, err = f.conn.Eval(ctx, f.own, fmt.Sprintf("(%s)(%s)", strings.TrimSpace(firefoxScript), quoted(manifest.AddonID)))
	return err
}

// ask calls a function of firefox.js.
func (f *Firefox) ask(ctx context.Context, function string, args ...string) (string, error) {
	literals := make([]string, len(args))
	for i, a := range args {
		literals[i] = quoted(a)
	}
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	return f.conn.Eval(ctx, f.own, fmt.Sprintf("sessionferryBed.%s(%s)", function, strings.Join(literals, ", ")))
}

// Close ends the browser, all its windows with it.
func (f *Firefox) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), pageWait)
	defer cancel()
	// A clean end, so that nothing is left in TMPDIR. Its answer may not come any more.
	_, _ = bidi.Call[struct{}](ctx, f.conn, "browser.close", map[string]any{})
	select {
	case <-f.proc.Exited():
	case <-ctx.Done():
	}
	f.proc.Stop()
	f.conn.Close()
}
