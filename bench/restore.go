package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"sessionferry/runner"
	"sessionferry/session"
)

// restore is what a restore of a session costs, by the median, in milliseconds.
// All begin with the start of a browser.
type restore struct {
	Ready      float64 `json:"ready_ms"`      // to a page of a restored browser, ours
	Bare       float64 `json:"bare_ms"`       // to a page of a browser that nothing is restored to
	Playwright float64 `json:"playwright_ms"` // to a page of newContext({storageState})
	Ratio      float64 `json:"ratio"`         // of Ready to Bare

	FirstPage float64 `json:"first_page_ms"` // the app's page in the restored browser, signed in
	BarePage  float64 `json:"bare_page_ms"`  // the same page without a restore
	PageRatio float64 `json:"page_ratio"`

	Verified           float64 `json:"verified_ms"`            // to the end of Verify, which visits all origins
	PlaywrightRestored float64 `json:"playwright_restored_ms"` // to the end of newContext, which verifies nothing
	VerifyRatio        float64 `json:"verify_ratio"`
}

// restoreSizes are numbers of origins, each of a site of its own with
// restoreKeys keys; restoreCookies cookies are spread over them.
var restoreSizes = []int{1, 5, 20}

const (
	restoreCookies = 150
	restoreKeys    = 50
)

// restores measures restores in turn with what they are compared with.
func restores(ctx context.Context, runs int) (map[int]restore, error) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, err := r.Cookie("c0")
		_, _ = fmt.Fprintf(w, `<!doctype html><link rel=icon href=data:,><script>window.found = localStorage.length</script>%v`, err == nil)
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) // browsers try the certificate before they pass over it
	server.StartTLS()
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':')+1:]
	out := map[int]restore{}
	for _, n := range restoreSizes {
		w := &restoreWorld{bundle: restoreBundle(n, port)}
		r, err := w.median(ctx, runs)
		if err != nil {
			return nil, fmt.Errorf("restore of %d origins: %w", n, err)
		}
		out[n] = r
	}
	return out, nil
}

// restoreBundle is a session of n sites.
func restoreBundle(n int, port string) *session.Bundle {
	origin := func(i int) string { return fmt.Sprintf("https://app.site%d.test:%s", i, port) }
	b := &session.Bundle{Version: session.BundleVersion, Site: origin(0), Capture: session.Capture{Store: session.Store{ID: "0", Kind: "default"}}}
	for i := range restoreCookies {
		b.Capture.Cookies = append(b.Capture.Cookies, session.Cookie{Name: fmt.Sprintf("c%d", i), Value: "0123456789abcdef0123456789abcdef",
			Domain: fmt.Sprintf("app.site%d.test", i%n), HostOnly: true, Path: "/", Secure: true, SameSite: session.SameSiteLax, Store: "0"})
	}
	for i := range n {
		o := session.OriginStorage{Origin: origin(i)}
		for k := range restoreKeys {
			o.Local = append(o.Local, session.Item{Key: session.Text(fmt.Sprintf("key %d", k)), Value: session.Text(strings.Repeat("v", 100))})
		}
		b.Capture.Origins = append(b.Capture.Origins, o)
	}
	return b
}

type restoreWorld struct{ bundle *session.Bundle }

// median runs each kind in turn, so that a busy moment of the machine meets all.
func (w *restoreWorld) median(ctx context.Context, runs int) (restore, error) {
	var ready, bare, play, first, barePage, verified, context []time.Duration
	for range runs {
		to, page, err := w.ours(ctx)
		if err != nil {
			return restore{}, err
		}
		ready, first = append(ready, to), append(first, page)
		if to, page, err = w.bare(ctx); err != nil {
			return restore{}, fmt.Errorf("bare: %w", err)
		}
		bare, barePage = append(bare, to), append(barePage, page)
		restored, page, err := w.playwright(ctx)
		if err != nil {
			return restore{}, fmt.Errorf("by Playwright: %w", err)
		}
		play, context = append(play, page), append(context, restored)
		if to, err = w.verify(ctx); err != nil {
			return restore{}, fmt.Errorf("verify: %w", err)
		}
		verified = append(verified, to)
	}
	r := restore{Ready: ms(median(ready)), Bare: ms(median(bare)), Playwright: ms(median(play)), FirstPage: ms(median(first)),
		BarePage: ms(median(barePage)), Verified: ms(median(verified)), PlaywrightRestored: ms(median(context))}
	r.Ratio, r.PageRatio, r.VerifyRatio = r.Ready/r.Bare, r.FirstPage/r.BarePage, r.Verified/r.PlaywrightRestored
	return r, nil
}

// restoreSwitches make a browser see the server of this program.
var restoreSwitches = []string{"--host-resolver-rules=MAP *.test 127.0.0.1", "--ignore-certificate-errors"}

func (w *restoreWorld) open(ctx context.Context) (*runner.Restored, error) {
	return runner.Open(ctx, runner.Config{NoSandbox: os.Geteuid() == 0, ExtraArgs: restoreSwitches}, w.bundle)
}

// verify restores and visits everything.
func (w *restoreWorld) verify(ctx context.Context) (time.Duration, error) {
	started := time.Now()
	r, err := w.open(ctx)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	if err := r.Verify(ctx); err != nil {
		return 0, err
	}
	took := time.Since(started)
	if ds := r.Differences(); len(ds) > 0 {
		return 0, fmt.Errorf("%d differences", len(ds))
	}
	return took, nil
}

// ours restores and opens a page, and then the app in it, as a program of a task
// does.
func (w *restoreWorld) ours(ctx context.Context) (ready, page time.Duration, err error) {
	started := time.Now()
	r, err := w.open(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer r.Close()
	told, tell := io.Pipe()
	hold, letGo := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- r.Exec(ctx, runner.Command{Args: []string{"sh", "-c", `echo "$` + runner.EnvCDP + `"; read -r end`}, Stdin: hold, Stdout: tell, Stderr: os.Stderr})
		_ = tell.Close()
	}()
	var address string
	if _, err := fmt.Fscanln(told, &address); err != nil {
		return 0, 0, err
	}
	alloc, cancel := remote.NewAllocator(ctx, address, remote.NoModifyURL)
	defer cancel()
	ready, page, err = w.pages(alloc, started, restoreKeys)
	_ = letGo.Close()
	<-ended
	return ready, page, err
}

// bare starts a browser that nothing is restored to.
func (w *restoreWorld) bare(ctx context.Context) (ready, page time.Duration, err error) {
	dir, err := os.MkdirTemp("/dev/shm", "bench") // where a restored profile is, too
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath("chromium"), chromedp.UserDataDir(dir), chromedp.Headless, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.NoSandbox, chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("disable-extensions", true),
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"), chromedp.Flag("ignore-certificate-errors", true)}
	started := time.Now()
	alloc, cancel := chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	return w.pages(alloc, started, 0)
}

// pages measures from started to a page, and from there to the app in it.
func (w *restoreWorld) pages(alloc context.Context, started time.Time, found int) (ready, page time.Duration, err error) {
	tab, cancel := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}))
	defer cancel()
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		return 0, 0, err
	}
	ready = time.Since(started)
	started = time.Now()
	if err := chromedp.Do(tab, chromedp.Navigate(w.bundle.Site)); err != nil {
		return 0, 0, err
	}
	page = time.Since(started)
	got, err := chromedp.Run(tab, chromedp.Evaluate[string](`window.found + document.body.innerText`))
	if want := fmt.Sprint(found, found > 0); err == nil && got != strings.ReplaceAll(want, " ", "") {
		err = fmt.Errorf("the page found %q", got)
	}
	_ = chromedp.Cancel(tab)
	return ready, page, err
}

// playwright restores the same by newContext({storageState}).
func (w *restoreWorld) playwright(ctx context.Context) (restored, ready time.Duration, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	state := filepath.Join(dir, "state.json")
	data, err := json.Marshal(w.storageState())
	if err != nil {
		return 0, 0, err
	}
	if err := os.WriteFile(state, data, 0o600); err != nil {
		return 0, 0, err
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return 0, 0, err
	}
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, "node", "bench/playwright.mjs", "bench/npm/node_modules/playwright-core/index.mjs", chromium, state)
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%w\n%s", err, said.Bytes())
	}
	var took struct{ Restored, Ready float64 }
	err = json.Unmarshal(out.Bytes(), &took)
	return time.Duration(took.Restored * 1e6), time.Duration(took.Ready * 1e6), err
}

// storageState is the bundle in Playwright's form.
func (w *restoreWorld) storageState() any {
	type m = map[string]any
	cookies, origins := []m{}, []m{}
	for _, c := range w.bundle.Capture.Cookies {
		cookies = append(cookies, m{"name": c.Name, "value": c.Value, "domain": c.Domain, "path": c.Path, "expires": -1, "httpOnly": false, "secure": true, "sameSite": "Lax"})
	}
	for _, o := range w.bundle.Capture.Origins {
		items := []m{}
		for _, it := range o.Local {
			items = append(items, m{"name": it.Key, "value": it.Value})
		}
		origins = append(origins, m{"origin": o.Origin, "localStorage": items})
	}
	return m{"cookies": cookies, "origins": origins}
}
