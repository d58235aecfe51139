package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// writer is a function that is called with what is written.
type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

// TestExec runs programs beside a restored browser; one of them is this test's
// own binary, which drives the browser by chromedp as any automation would.
func TestExec(t *testing.T) {
	s := newSite(t)
	app := s.origin("app.example.test")
	s.serveWorkers()
	s.html("/", head+`<a href="/" target="_blank" rel="noopener">another tab</a>`)
	r := opened(t, bundleOf(t, app, wikiCookieAt("app.example.test", "v"), []session.OriginStorage{{
		Origin: app, Local: items("token", "t1"), Session: items("tab", "s1"),
		Databases: []session.Database{{Name: "d", Version: 1, Stores: []session.ObjectStore{{Name: "s", KeyPath: "[null]", Records: []session.Record{{Key: "[1]", Value: "[true]"}}}}}},
	}}))
	run := func(state bool, args ...string) (string, string, error) {
		var out, notes bytes.Buffer
		err := r.Exec(t.Context(), Command{Args: args, Stdout: &out, Stderr: &notes, StorageState: state})
		return strings.TrimSpace(out.String()), notes.String(), err
	}

	out, _, err := run(false, "sh", "-c", `echo "$SESSIONFERRY_CDP_URL $SESSIONFERRY_STORAGE_STATE"; exit 7`)
	var exit *ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 7, exit.Code)
	assert.Regexp(t, `^ws://127\.0\.0\.1:\d+/[A-Z2-7]{52}/devtools/browser/[A-Z2-7]{26}$`, out, "the address, and no storageState unasked")
	_, _, err = run(false, "sh", "-c", `kill -9 $$`)
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 137, exit.Code)
	_, _, err = run(false, "/nowhere/program")
	assert.Equal(t, session.CodeTaskNotStarted, session.CodeOf(err))

	leased, end := context.WithCancelCause(t.Context())
	defer end(nil)
	begun := writer(func([]byte) { end(session.Errorf(session.CodeLeaseEnded, "")) })
	err = r.Exec(leased, Command{Args: []string{"sh", "-c", "echo begun; exec sleep 600"}, Stdout: begun})
	assert.Equal(t, session.CodeLeaseEnded, session.CodeOf(err), "the program ends with the lease")

	out, notes, err := run(true, "sh", "-c", `stat -c %a "$SESSIONFERRY_STORAGE_STATE"; cat "$SESSIONFERRY_STORAGE_STATE"`)
	require.NoError(t, err)
	mode, text, _ := strings.Cut(out, "\n")
	assert.Equal(t, "600", mode)
	assert.JSONEq(t, `{"cookies":[{"name":"wikiToken","value":"v","domain":"app.example.test","path":"/","expires":-1,"httpOnly":true,"secure":true,"sameSite":"Lax"}],
		"origins":[{"origin":"`+app+`","localStorage":[{"name":"token","value":"t1"}]}]}`, text)
	assert.Contains(t, notes, "1 items of sessionStorage are left out")
	assert.Contains(t, notes, "1 records of IndexedDB are left out")
	_, err = os.Stat(r.browser.profile.dir + "/storage-state.json")
	assert.ErrorIs(t, err, os.ErrNotExist)

	t.Setenv(driverOf, app)
	t.Setenv("TMPDIR", os.Args[0]) // no folder, so that the driver finds no place of its own
	out, notes, err = run(false, os.Args[0], "-test.run=^TestDriver$")
	require.NoError(t, err, notes+out)
	var seen map[string]string
	first, _, _ := strings.Cut(out, "\n")
	require.NoError(t, json.Unmarshal([]byte(first), &seen), out)
	assert.Equal(t, map[string]string{
		"page": `[{"token":"t1"},{"tab":"s1"}]`, "cookie": "wikiToken=v", "databases": "d",
		"tab": `[{"token":"t1"},{"tab":"s1"}]`, "popup": `[{"token":"t1"},{"tab":"s1"}]`, "strangers": "0",
		"workers": allAnswer,
	}, seen)
	assert.Empty(t, r.Differences())
}

func wikiCookieAt(host, value string) []session.Cookie {
	c := wikiCookie(value)
	c[0].Domain = host
	return c
}

// driverOf names the site that TestDriver works on.
const driverOf = "RUNNER_TEST_DRIVER"

// TestDriver is the program that TestExec runs. On its own it has nothing to do.
func TestDriver(t *testing.T) {
	app := os.Getenv(driverOf)
	if app == "" {
		return
	}
	limit, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	allocated, cancel := remote.NewAllocator(limit, os.Getenv(EnvCDP))
	defer cancel()
	ctx, cancel := chromedp.NewContext(allocated)
	defer cancel()
	seen := map[string]string{}
	gesture := func(p *runtime.EvaluateParams) { yes := true; p.UserGesture = &yes } // else a popup is blocked
	get := func(ctx context.Context, name, expression string) {
		v, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise, gesture))
		require.NoError(t, err)
		seen[name] = v
	}
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(app+"/")))
	get(ctx, "page", `first`)
	get(ctx, "cookie", `fetch('/echo').then((r) => r.json()).then((e) => e.cookie)`)
	get(ctx, "databases", `indexedDB.databases().then((all) => all.map((d) => d.name).join())`)

	targets, err := chromedp.Targets(ctx)
	require.NoError(t, err)
	strangers := 0
	for _, i := range targets {
		if i.Type == "page" && i.TargetID != chromedp.FromContext(ctx).Target.TargetID && i.URL != "about:blank" {
			strangers++
		}
	}
	seen["strangers"] = fmt.Sprint(strangers)

	get(ctx, "", `document.querySelector('a').click(), ''`)
	// chromedp.WaitNewTarget passes over targets that anybody is attached to, and
	// the runner is to all.
	var opened target.ID
	require.Eventually(t, func() bool {
		all, err := chromedp.Targets(ctx)
		for _, i := range all {
			if i.Type == "page" && i.OpenerID == chromedp.FromContext(ctx).Target.TargetID {
				opened = i.TargetID
			}
		}
		return err == nil && opened != ""
	}, time.Minute, 50*time.Millisecond)
	popup, cancel := chromedp.NewContext(ctx, chromedp.WithTargetID(opened))
	defer cancel()
	require.Eventually(t, func() bool {
		seen["popup"], _ = chromedp.Run(popup, chromedp.Evaluate[string](`window.first || ''`))
		return seen["popup"] != ""
	}, time.Minute, 50*time.Millisecond)

	other, cancel := chromedp.NewContext(ctx)
	defer cancel()
	require.NoError(t, chromedp.Do(other, chromedp.Navigate(app+"/")))
	get(other, "tab", `first`)
	require.NoError(t, chromedp.Do(other, chromedp.Navigate(app+"/workers")))
	get(other, "workers", `start()`)
	delete(seen, "")
	line, err := json.Marshal(seen)
	require.NoError(t, err)
	fmt.Println(string(line))
}
