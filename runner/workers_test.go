package runner

import (
	_ "embed"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/runner/cdpmux"
)

//go:embed testdata/workers.js
var workersJS string

// allAnswer is what start() of a page that has workers.js resolves to.
const allAnswer = `{"popup":"answers","dedicated":"answers","nested":"answers","blob":"answers","shared":"answers","service":"answers","worklet":"answers","frame":"answers"}`

// serveWorkers serves /workers, a page that has workers.js.
func (s *site) serveWorkers() {
	for path, script := range map[string]string{
		"/workers.js": workersJS,
		"/answer.js":  `postMessage('answers')`,
		"/nest.js":    `new Worker('/answer.js').onmessage = (e) => postMessage(e.data)`,
		"/shared.js":  `onconnect = (e) => e.ports[0].postMessage('answers')`,
		"/service.js": `onmessage = (e) => e.ports[0].postMessage('answers')`,
		"/worklet.js": `registerProcessor('p', class extends AudioWorkletProcessor { process() { return false; } })`,
	} {
		s.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(script))
		})
	}
	s.html("/workers", `<body><script src="/workers.js"></script>`)
	s.html("/popup", `<script>opener.postMessage("answers", "*")</script>`)
	s.html("/inner", `<script>new Worker('/answer.js').onmessage = (e) => parent.postMessage(e.data, '*')</script>`)
}

// TestWorkersStart opens a page that lives by workers, as clients with every
// kind of auto-attach do.
func TestWorkersStart(t *testing.T) {
	s := newSite(t)
	s.serveWorkers()
	r := opened(t, bundleOf(t, s.origin("app.example.test"), nil, nil))
	for i, c := range []struct {
		name          string
		browser, page *target.SetAutoAttachParams
	}{
		{"without auto-attach", nil, nil},
		{"children of the page", nil, autoAttaching(false)},
		{"children of the browser", autoAttaching(false), nil},
		{"both, paused", autoAttaching(true), autoAttaching(true)},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := outsider(t, r, func(s *cdpmux.Session, _ *target.EventAttachedToTarget) {
				_, _ = s.Begin(target.CommandSetAutoAttach, autoAttaching(true))
				_, _ = s.Begin(runtime.CommandRunIfWaitingForDebugger, nil)
			})
			if c.browser != nil {
				require.NoError(t, client.Session("").Call(t.Context(), target.CommandSetAutoAttach, c.browser, nil))
			}
			p := newPage(t, client)
			if c.page != nil {
				require.NoError(t, p.Call(t.Context(), target.CommandSetAutoAttach, c.page, nil))
			}
			navigate(t, p, s.origin(fmt.Sprintf("app%d.example.test", i))+"/workers", `''`)
			assert.JSONEq(t, allAnswer, byGesture(t, p, `start()`))
		})
	}
}

// TestPopupWaitsForItsClient keeps a popup from starting before the client that
// asked for it to wait has prepared it.
func TestPopupWaitsForItsClient(t *testing.T) {
	s := newSite(t)
	app := s.origin("app.example.test")
	s.html("/", `<title>app</title>`)
	var asked atomic.Bool
	s.HandleFunc("/popup", func(w http.ResponseWriter, _ *http.Request) {
		asked.Store(true)
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<script>opener.postMessage(typeof prepared, '*')</script>`))
	})
	r := opened(t, bundleOf(t, app, nil, nil))
	popups := make(chan *cdpmux.Session, 1)
	ids := make(chan target.ID, 1)
	client := outsider(t, r, func(s *cdpmux.Session, e *target.EventAttachedToTarget) {
		if e.TargetInfo.OpenerID == "" {
			_, _ = s.Begin(runtime.CommandRunIfWaitingForDebugger, nil)
			return
		}
		popups <- s
		ids <- e.TargetInfo.TargetID
	})
	require.NoError(t, client.Session("").Call(t.Context(), target.CommandSetAutoAttach, autoAttaching(true), nil))
	p := newPage(t, client)
	navigate(t, p, app+"/", `''`)
	said, err := p.Begin(runtime.CommandEvaluate, clicked(`new Promise((resolve) => { onmessage = (e) => resolve(e.data); open('/popup'); })`))
	require.NoError(t, err)
	popup := <-popups
	require.NoError(t, r.browser.mux.AwaitReady(t.Context(), string(<-ids)), "the runner is done with the popup")
	navigate(t, newPage(t, client), s.origin("other.test")+"/", `''`) // the opener is stopped, too
	assert.False(t, asked.Load(), "the popup has not started")
	_, err = popup.Begin(page.CommandEnable, nil)
	require.NoError(t, err)
	_, err = popup.Begin(page.CommandAddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `var prepared = {}`})
	require.NoError(t, err)
	_, err = popup.Begin(runtime.CommandRunIfWaitingForDebugger, nil)
	require.NoError(t, err)
	var answer runtime.EvaluateResult
	require.NoError(t, said.Wait(t.Context(), &answer))
	assert.Equal(t, `"object"`, string(answer.Result.Value))
}

// outsider is another client of the browser than the runner. paused receives the
// session of each target that waits for it.
func outsider(t *testing.T, r *Restored, paused func(*cdpmux.Session, *target.EventAttachedToTarget)) *cdpmux.Client {
	t.Helper()
	ready := make(chan *cdpmux.Client, 1)
	var c *cdpmux.Client
	opened, err := r.browser.mux.NewClient(t.Context(), func(_, method string, params jsonv2.Value) {
		var e target.EventAttachedToTarget
		if method != "Target.attachedToTarget" || jsonv2.Unmarshal(params, &e) != nil || !e.WaitingForDebugger {
			return
		}
		if c == nil {
			c = <-ready
		}
		paused(c.Session(string(e.SessionID)), &e)
	})
	require.NoError(t, err)
	ready <- opened
	t.Cleanup(opened.Close)
	return opened
}

func autoAttaching(wait bool) *target.SetAutoAttachParams {
	flatten := true
	return &target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: wait, Flatten: &flatten}
}

// newPage opens a page as an outside client does, and attaches to it.
func newPage(t *testing.T, c *cdpmux.Client) *cdpmux.Session {
	t.Helper()
	return newPageIn(t, c, "")
}

// newPageIn opens a page of a context.
func newPageIn(t *testing.T, c *cdpmux.Client, in cdp.BrowserContextID) *cdpmux.Session {
	t.Helper()
	root := c.Session("")
	made, err := cdp.Call(t.Context(), root, target.CreateTarget, target.CreateTargetParams{URL: "about:blank", BrowserContextID: in})
	require.NoError(t, err)
	flatten := true
	attached, err := cdp.Call(t.Context(), root, target.AttachToTarget, target.AttachToTargetParams{TargetID: made.TargetID, Flatten: &flatten})
	require.NoError(t, err)
	s := c.Session(string(attached.SessionID))
	_, err = cdp.Call(t.Context(), s, page.Enable, page.EnableParams{})
	require.NoError(t, err)
	return s
}

// byGesture evaluates an expression as if the person had clicked.
func byGesture(t *testing.T, s *cdpmux.Session, expression string) string {
	t.Helper()
	res, err := cdp.Call(t.Context(), s, runtime.Evaluate, clicked(expression))
	require.NoError(t, err)
	require.Nil(t, res.ExceptionDetails)
	var out string
	require.NoError(t, jsonv2.Unmarshal(res.Result.Value, &out))
	return out
}

// clicked is an evaluation that may open popups.
func clicked(expression string) runtime.EvaluateParams {
	yes := true
	return runtime.EvaluateParams{Expression: expression, AwaitPromise: &yes, ReturnByValue: &yes, UserGesture: &yes}
}
