package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestBridge is the main job from a page of the vault, in both browsers: the
// popup switches it on, the extension's own window asks, the page hears how it
// goes and no name.
func TestBridge(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t, "--apps", companyApps)
	bank, bob := w.startBank()
	w.inBothBrowsers(func(w *world, name string, b testbed.Browser) {
		t := w.t
		p := &webPage{w, b}
		ctx := t.Context()
		require.NoError(t, b.Allow(ctx, bank.Pattern(), "http://127.0.0.1/*"))
		require.NoError(t, bank.SignIn(ctx, b, bank.Bob))
		p.visit()
		assert.Equal(t, "absent", p.call("hello", ""), "until the person has switched it on")

		p.switchOn()
		require.NoError(t, b.WaitFor(ctx, "body[data-arrived]"), "a page that was open notices")
		assert.Contains(t, p.present(), `"present":true`)
		p.visit()
		assert.Contains(t, p.present(), `"present":true`, "and so does one that is opened later")
		assert.Equal(t, "grant_missing", p.call("check", bob))
		assert.Equal(t, "grant_missing", p.transfer(bob))

		p.ask(bob)
		own := p.window()
		said, err := own.Text(ctx, "[data-panel=consent]")
		require.NoError(t, err)
		for _, named := range []string{strings.TrimPrefix(w.front.URL, "http://"), "Bank", bank.Bob.Name, bank.Site} {
			assert.Contains(t, said, named)
		}
		require.NoError(t, own.Shot(ctx, "plea"))
		own.Close()
		assert.Equal(t, "declined", p.answer())
		assert.Equal(t, "grant_missing", p.call("check", bob))

		p.agree(bob)
		checks := p.eval(`Promise.all([` + verb("check", bob) + `, ` + verb("check", bob) + `]).then((all) => all.join("\n"))`)
		assert.Equal(t, `{"verdict":"one","accounts":1,"identity":"b•b","warnings":[],"markers":["bank_session"]}`+"\ntoo_soon", checks)
		assert.Equal(t, "grant_missing", p.call("check", w.cardOf(bank, testbed.User{Name: "carol-" + name})), "the grant is for one account")
		_, before := w.status(bob)
		assert.Equal(t, "click_needed", p.call("transfer", bob))
		assert.Equal(t, `{"begun":true}`, p.transfer(bob))
		events := p.until("done")
		state, share := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.Equal(t, before+1, share)
		assert.Contains(t, events, `"state":"transferred"`)
		for _, hidden := range append(p.values(), "bank_session", "bank_user", bank.Bob.Name) {
			assert.NotContains(t, events, hidden)
		}
		assert.Equal(t, "grant_missing", p.transfer(bob), "one wizard, one transfer")

		p.again(bob)
		assert.Equal(t, `{"begun":true}`, p.transfer(bob))
		p.until("done")
		assert.Equal(t, before+2, second(w.status(bob)))
		p.ask(bob)
		own = p.window() // another one so soon is asked about
		require.NoError(t, own.WaitFor(ctx, "[data-action=agree]"))
		said, err = own.Text(ctx, "#app")
		require.NoError(t, err)
		assert.Contains(t, said, "You have agreed to transfer this account before.")
		assert.Equal(t, "2", p.badge(own), "what the page has transferred")
		require.NoError(t, own.Shot(ctx, "plea-again"))
		own.Close()
		assert.Equal(t, "declined", p.answer())

		p.click()
		assert.Equal(t, "{}", p.call("names", bob))
		own = p.window()
		said, err = own.Text(ctx, ".names[open]")
		require.NoError(t, err)
		assert.Contains(t, said, "bank_session")
		require.NoError(t, own.Shot(ctx, "names"))
		own.Close()

		p.switchOff()
		p.visit()
		assert.Equal(t, "absent", p.call("hello", ""))
	})
}

// webPage is a page of the web app with the page's end of the bridge.
type webPage struct {
	*world
	b testbed.Browser
}

// visit opens a page of the vault's and connects it.
func (p *webPage) visit() { p.visitAt(p.front.URL + "/signin") }

func (p *webPage) visitAt(url string) {
	p.t.Helper()
	require.NoError(p.t, p.b.Visit(p.t.Context(), url))
	p.eval(connected(p.t))
}

// connected is an expression that puts the client into a page, as its own script would.
func connected(t *testing.T) string {
	client, err := os.ReadFile("../vault/pages/assets/bridge.js")
	require.NoError(t, err)
	return `(() => {` + strings.ReplaceAll(string(client), "export ", "") + `
		window.events = [];
		window.bridge = connect({onEvent: (event) => window.events.push(event), onArrive: () => document.body.dataset.arrived = "yes"});
		return "";
	})()`
}

func (p *webPage) eval(expression string) string {
	p.t.Helper()
	got, err := p.b.Eval(p.t.Context(), expression)
	require.NoError(p.t, err)
	return got
}

// verb is an expression of a verb's result as JSON or, if it fails, its code.
func verb(name, account string) string {
	argument := quote(account)
	if account == "" {
		argument = ""
	}
	return fmt.Sprintf("bridge.%s(%s).then(JSON.stringify, (err) => err.code)", name, argument)
}

func (p *webPage) call(name, account string) string {
	p.t.Helper()
	return p.eval(verb(name, account))
}

// present is the extension's answer to the page, for which it has all the time.
func (p *webPage) present() string {
	p.t.Helper()
	return p.eval(fmt.Sprintf("bridge.hello(%d).then(JSON.stringify, (err) => err.code)", patience.Milliseconds()))
}

// click is a person's click somewhere on the page, from which a page may open a window.
func (p *webPage) click() {
	p.t.Helper()
	require.NoError(p.t, p.b.Click(p.t.Context(), "h1"))
}

// ask begins a wizard by a click.
func (p *webPage) ask(account string) {
	p.t.Helper()
	p.click()
	p.eval("window.opened = " + verb("open", account) + `, ""`)
}

// transfer asks for a transfer by a click.
func (p *webPage) transfer(account string) string {
	p.t.Helper()
	p.click()
	return p.call("transfer", account)
}

// answer waits for what the person said in the extension's own window.
func (p *webPage) answer() string { return p.eval("window.opened") }

// window waits for the extension's own window.
func (p *webPage) window() *testbed.Popup {
	p.t.Helper()
	own, err := p.b.OwnWindow(p.t.Context(), p.screens())
	require.NoError(p.t, err)
	return own
}

// ripe selects a button of the extension's own window, once a click on it counts.
func ripe(action string) string { return "#app:not([data-fresh]) [data-action=" + action + "]" }

// agree begins a wizard and has the person agree to it.
func (p *webPage) agree(account string) {
	p.t.Helper()
	p.ask(account)
	require.NoError(p.t, p.window().Click(p.t.Context(), ripe("agree")))
	require.Contains(p.t, p.answer(), `"agreed":true`)
	p.alone()
}

// again begins a wizard for an account whose transfer the person has agreed to before.
func (p *webPage) again(account string) {
	p.t.Helper()
	p.ask(account)
	require.Contains(p.t, p.answer(), `"agreed":true`)
	p.alone()
}

// badge is what the extension's icon shows, as one of its pages reads it.
func (p *webPage) badge(own *testbed.Popup) string {
	p.t.Helper()
	text, err := own.Eval(p.t.Context(), "(globalThis.browser ?? chrome).action.getBadgeText({})")
	require.NoError(p.t, err)
	return text
}

// alone waits until no window of the extension is open.
func (p *webPage) alone() {
	p.t.Helper()
	eventually(p.t, func() bool {
		n, err := p.b.OwnWindows(p.t.Context())
		return err == nil && n == 0
	}, "no window of the extension is open")
}

// until waits for a phase of a transfer and returns all events so far.
func (p *webPage) until(phase string) string {
	p.t.Helper()
	var events string
	eventually(p.t, func() bool {
		events = p.eval("JSON.stringify(window.events)")
		var all []struct{ Phase string }
		require.NoError(p.t, json.Unmarshal([]byte(events), &all))
		return len(all) > 0 && all[len(all)-1].Phase == phase
	}, phase)
	return events
}

// values are the secrets of the session.
func (p *webPage) values() []string {
	p.t.Helper()
	values, err := p.b.CookieValues(p.t.Context(), "bank_session")
	require.NoError(p.t, err)
	require.NotEmpty(p.t, values)
	return values
}

// switchOn is the popup's entry.
func (p *webPage) switchOn() {
	p.t.Helper()
	p.press("webapp", "webapp-off")
}

func (p *webPage) switchOff() {
	p.t.Helper()
	p.press("webapp-off", "webapp")
}

// press clicks a button of the popup's entry and waits for the one that takes its place.
func (p *webPage) press(action, then string) {
	p.t.Helper()
	popup, err := p.b.Popup(p.t.Context(), p.screens())
	require.NoError(p.t, err)
	defer popup.Close()
	require.NoError(p.t, popup.Click(p.t.Context(), "[data-action="+action+"]"))
	require.NoError(p.t, popup.WaitFor(p.t.Context(), "[data-action="+then+"]"))
	require.NoError(p.t, popup.Shot(p.t.Context(), then))
}
