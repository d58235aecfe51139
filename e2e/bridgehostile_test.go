package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// evilPage is served by a vault that has turned against its people: it asks for
// everything by script as soon as it loads, and from a frame.
const evilPage = `<!doctype html><title>Vault</title><body><h1>Vault</h1><button>Next</button><button id="greedy">More</button><iframe src="/evil/frame"></iframe>
<script>
window.heard = {};
addEventListener("message", ({data}) => { if (data?.from === "sessionferry" && data.id) heard[data.id] = data.ok ? JSON.stringify(data.result) : data.error.code; });
const send = (id, message) => window.postMessage({to: "sessionferry", id, ...message}, location.origin);
const button = document.querySelector("button");
document.querySelector("#greedy").onclick = () => { for (let i = 0; i < 8; i++) send("greedy " + i, {verb: "open", account: "%[1]s"}); };
button.onclick = () => send("clicked", {verb: "open", account: "%[1]s"});
const attack = () => {
	button.click();
	for (const verb of ["open", "names", "check", "transfer", "hello"]) send(verb, {verb, account: "%[1]s"});
	for (const verb of ["state", "accounts", "account", "intend", "accept", "agree", "constructor", "__proto__"]) send("call " + verb, {verb, call: verb, account: "%[1]s", args: {account: "%[1]s", ask: ""}});
	send("object", {verb: "check", account: {toString: "x"}});
	send("path", {verb: "check", account: "../%[1]s"});
	for (const odd of [null, "sessionferry", {to: "sessionferry"}, {to: "sessionferry", id: 7, verb: "hello"}, {to: "sessionferry", id: "", verb: "hello"}, {to: "sessionferry", id: "no verb"}]) window.postMessage(odd, location.origin);
	return "";
};
</script>`

// greedy is what the page has heard of what it asked by one click, in order.
const greedy = `Object.keys(heard).filter((id) => id.startsWith("greedy")).sort().map((id) => heard[id])`

// evilFrame asks from a frame, of its own window and of the one above.
const evilFrame = `<!doctype html><script>
let n = 0;
addEventListener("message", ({data}) => { if (data?.from === "sessionferry") parent.heard["frame " + n++] = JSON.stringify(data); });
const ask = () => { for (const target of [window, parent]) for (const verb of ["hello", "check"]) target.postMessage({to: "sessionferry", id: "frame", verb, account: "%[1]s"}, location.origin); };
setInterval(ask, 50);
</script>`

// TestBridgeHostile: a page of the vault, a frame and another port of the same
// host get nothing that the person has not granted in the extension's own window.
func TestBridgeHostile(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	w.between(func(truth http.Handler) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			page := map[string]string{"/evil/page": evilPage, "/evil/frame": evilFrame}[r.URL.Path]
			if page == "" {
				truth.ServeHTTP(rw, r)
				return
			}
			rw.Header().Set("Content-Type", "text/html")
			_, _ = fmt.Fprintf(rw, page, bob)
		}
	})
	neighbour := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		_, _ = rw.Write([]byte("<!doctype html><title>Another port</title><h1>Another port</h1>"))
	}))
	t.Cleanup(neighbour.Close)
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		t := w.t
		p := &webPage{w, b}
		ctx := t.Context()
		require.NoError(t, b.Allow(ctx, bank.Pattern(), "http://127.0.0.1/*"))
		require.NoError(t, bank.SignIn(ctx, b, bank.Bob))
		p.visit()
		p.switchOn()

		require.NoError(t, b.Visit(ctx, w.front.URL+"/evil/page"))
		p.eval("attack()")
		eventually(t, func() bool { return p.eval("String(Object.keys(heard).length >= 16)") == "true" }, "every message is answered")
		want := map[string]string{"clicked": "click_needed", "open": "click_needed", "names": "click_needed", "check": "grant_missing", "transfer": "click_needed",
			"object": "message_invalid", "path": "message_invalid"}
		for id, code := range want {
			assert.Equal(t, code, p.eval("heard["+quote(id)+"]"), id)
		}
		for _, call := range []string{"state", "accounts", "account", "intend", "accept", "agree", "constructor", "__proto__"} {
			assert.Equal(t, "message_unknown", p.eval("heard["+quote("call "+call)+"]"))
		}
		assert.Contains(t, p.eval("heard.hello"), `"present":true`)
		assert.Equal(t, "16", p.eval("String(Object.keys(heard).length)"), "nothing else, and nothing in the frame: "+p.eval("JSON.stringify(heard)"))
		p.alone()

		require.NoError(t, b.Click(ctx, "#greedy"))
		eventually(t, func() bool { return p.eval(greedy+".length >= 8 ? 'all' : ''") == "all" }, "every message is answered")
		assert.Equal(t, `{"asked":true}`+strings.Repeat(" click_needed", 7), p.eval(greedy+".join(' ')"), "one click, one window")
		own := p.window()
		n, err := b.OwnWindows(ctx)
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		own.Close()
		p.alone()

		// What the person says to one page, the frame in it does not have.
		p.visitAt(w.front.URL + "/evil/page")
		p.agree(bob)
		assert.NotContains(t, p.eval("JSON.stringify(heard)"), "frame")

		p.visitAt(neighbour.URL)
		assert.Equal(t, "absent", p.call("hello", ""), "the same host, another port")
		p.visit()
		assert.Contains(t, p.call("check", bob), `"verdict":"one"`, "the grant is the origin's")
		state, _ := w.status(bob)
		assert.Equal(t, "none", state)
	})
}

// TestBridgeTwoWizards: two tabs have a grant each, and a tab has one at most.
func TestBridgeTwoWizards(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	alice := w.cardOf(bank, bank.Alice)
	carol := w.cardOf(bank, testbed.User{Name: "carol"})
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		t := w.t
		ctx := t.Context()
		first := &webPage{w, b}
		require.NoError(t, b.Allow(ctx, bank.Pattern(), "http://127.0.0.1/*"))
		require.NoError(t, bank.SignIn(ctx, b, bank.Bob))
		first.visit()
		first.switchOn()
		first.agree(bob)
		w.endBackground(b)

		beside, err := b.Beside(ctx)
		require.NoError(t, err)
		second := &webPage{w, beside}
		second.visit()
		assert.Equal(t, "grant_missing", second.call("check", bob), "the grant is the other tab's")
		second.agree(alice)
		assert.Contains(t, second.call("check", alice), `"verdict":"wrong"`)
		assert.Equal(t, "grant_missing", first.call("check", alice))
		assert.Contains(t, first.call("check", bob), `"verdict":"one"`, "a grant outlives the extension's worker")

		assert.Equal(t, `{"begun":true}`, second.transfer(alice))
		assert.Contains(t, second.until("failed"), `"code":"account_wrong"`)
		_, before := w.status(bob)
		assert.Equal(t, `{"begun":true}`, first.transfer(bob))
		first.until("done")
		_, share := w.status(bob)
		assert.Equal(t, before+1, share)
		assert.NotContains(t, second.eval("JSON.stringify(events)"), bob, "each page hears of its own")

		second.ask(carol)
		assert.Equal(t, "grant_missing", second.call("check", alice), "another wizard in the same tab takes its place")
		assert.Equal(t, "{}", second.call("cancel", carol))
		assert.Equal(t, "declined", second.answer())
		second.alone()
		second.again(bob)
		assert.Equal(t, "{}", second.call("cancel", bob))
		assert.Equal(t, "grant_missing", second.call("check", bob))
	})
}

// TestBridgeQuestions: what the popup would ask, the extension's own window asks,
// and the page only hears that it does.
func TestBridgeQuestions(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	mute := *bank
	mute.ID = "mute-bank"
	nameless := w.cardOf(&mute, bank.Bob)
	w.inBothBrowsers(func(w *world, name string, b testbed.Browser) {
		t := w.t
		p := &webPage{w, b}
		ctx := t.Context()
		require.NoError(t, b.Allow(ctx, bank.Pattern(), "http://127.0.0.1/*"))
		require.NoError(t, b.Visit(ctx, bank.Site+"/sign-in?odd=yes&user="+bank.Bob.Name))
		require.NoError(t, b.WaitFor(ctx, "body[data-odd=yes]"))
		p.visit()
		p.switchOn()

		p.agree(bob)
		_, before := w.status(bob)
		p.transfer(bob)
		assert.NotContains(t, p.until("needs_extension"), "signing", "the names stay in the extension's window")
		own := p.window()
		said, err := own.Text(ctx, "[data-panel=losing]")
		require.NoError(t, err)
		assert.Contains(t, said, "keys/private/signing")
		require.NoError(t, own.Shot(ctx, "losing"))
		own.Close()
		p.until("cancelled")
		_, now := w.status(bob)
		assert.Equal(t, before, now, "nothing was sent")

		p.transfer(bob)
		p.until("needs_extension")
		require.NoError(t, p.window().Click(ctx, ripe("accept")))
		p.until("done")
		p.alone()
		_, now = w.status(bob)
		assert.Equal(t, before+1, now)

		require.NoError(t, b.ClearData(ctx))
		require.NoError(t, bank.SignIn(ctx, b, bank.Bob))
		p.visit()
		p.agree(nameless)
		p.transfer(nameless)
		assert.Contains(t, p.until("needs_extension"), `"question":"name"`)
		own = p.window()
		require.NoError(t, own.WaitFor(ctx, ripe("name")))
		require.NoError(t, own.Shot(ctx, "name"))
		require.NoError(t, own.Click(ctx, ripe("name")))
		assert.Contains(t, p.until("done"), `"cause":"confirming"`, "a runner has yet to ask the app")
		p.alone()
	})
}

// endBackground ends the extension's worker, as the browser may at any time.
func (w *world) endBackground(b testbed.Browser) {
	w.t.Helper()
	switch b := b.(type) {
	case *testbed.Chromium:
		require.NoError(w.t, b.KillWorker(w.t.Context(), nil))
	case *testbed.Firefox:
		require.NoError(w.t, b.EndBackground(w.t.Context()))
	}
}

// TestBridgePrompts answers Firefox's own questions as a person does: the one for
// the vault's host over the popup, the one for the app's site over our own window.
func TestBridgePrompts(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	f := w.firefox("profile", nil)
	p := &webPage{w, f}
	ctx := t.Context()
	require.NoError(t, bank.SignIn(ctx, f, bank.Bob))
	p.visit()
	want := func(allow bool, then string) {
		popup, err := f.Popup(ctx, w.screens())
		require.NoError(t, err)
		defer popup.Close()
		require.NoError(t, popup.Click(ctx, "[data-action=webapp]"))
		require.NoError(t, f.Answer(ctx, allow))
		require.NoError(t, popup.WaitFor(ctx, "[data-action="+then+"]"))
	}
	want(false, "webapp")
	assert.Equal(t, "absent", p.call("hello", ""))
	want(true, "webapp-off")
	require.NoError(t, f.WaitFor(ctx, "body[data-arrived]"))

	p.ask(bob)
	own := p.window()
	require.NoError(t, own.Click(ctx, ripe("agree")))
	require.NoError(t, f.AnswerIn(ctx, own, false))
	require.NoError(t, own.WaitFor(ctx, "[data-panel=refusal][data-code=permission_denied]"))
	assert.Equal(t, "grant_missing", p.call("check", bob), "agreeing alone grants nothing")

	require.NoError(t, own.Click(ctx, ripe("retry")))
	require.NoError(t, own.Click(ctx, ripe("agree")))
	require.NoError(t, f.AnswerIn(ctx, own, true))
	assert.Contains(t, p.answer(), `"agreed":true`)
	assert.Contains(t, p.call("check", bob), `"verdict":"one"`)
}
