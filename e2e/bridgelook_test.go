package e2e

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// ownScreens are the screens of the extension's own window, as views of an account.
var ownScreens = []popupScreen{
	{"own-plea", func(w *popupWorld) { w.own(`pleaView(account, vault, null, {})`) }},
	{"own-again", func(w *popupWorld) { w.own(`pleaView({...account, consented: true}, vault, null, {})`) }},
	{"own-denied", func(w *popupWorld) { w.own(`pleaView(account, vault, {code: "permission_denied"}, {})`) }},
	{"own-not-owner", func(w *popupWorld) {
		w.own(`pleaView({...account, card: {...account.card, role: "collaborator"}}, vault, null, {})`)
	}},
	{"own-asking", func(w *popupWorld) { w.own(`questionView(account, vault, {phase: "asking"}, {})`) }},
	{"own-losing", func(w *popupWorld) {
		w.own(`questionView(account, vault, {phase: "losing", skipped: ["keys/private", "drafts/attachments"]}, {})`)
	}},
	{"own-name", func(w *popupWorld) {
		w.own(`questionView(account, vault, {phase: "failed", error: {code: "account_unprovable", verdict: {verdict: "unproven", name: true, warnings: ["id_unreadable"], markers: ["sid"]}}}, {})`)
	}},
	{"own-names", func(w *popupWorld) {
		w.own(`namesView({...account, names: {went: ["sid", "token ".repeat(30)], stayed: ["_ga"]}}, vault, () => {})`)
	}},
	{"own-no-names", func(w *popupWorld) { w.own(`namesView(account, vault, () => {})`) }},
	{"own-over", func(w *popupWorld) { w.own(`overView(() => {})`) }},
}

// own shows one of the screens of the extension's own window, with nothing in motion.
func (w *popupWorld) own(view string) {
	w.look(testbed.Look{})
	w.do(`const { call } = await import('../popup/client.js');
		const account = await call('account', {account: %s, vault: ''});
		const vault = 'https://vault.example.org:8443';
		const {pleaView, questionView, namesView, overView} = await import('./views.js');
		document.getElementById('app').replaceChildren(...`+view+`)`, w.bob())
}

// TestBridgeLook goes to every screen of the extension's own window in light,
// dark and high contrast, and in Spanish; it is answered by keys alone.
func TestBridgeLook(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(axeFile)
	require.NoError(t, err, `it comes with "make extension"`)
	for _, language := range []string{"en", "es"} {
		t.Run(language, func(t *testing.T) {
			w := newPopupWorld(t, language)
			w.showCards()
			p := &webPage{w.world, w.c}
			require.NoError(t, w.c.Allow(t.Context(), "http://127.0.0.1/*", "*://*.example.org/*"))
			p.visitAt(w.vault.URL + "/signin")
			p.switchOn()

			p.ask(w.bob())
			w.p = p.window()
			require.NoError(t, w.p.Resize(t.Context(), 440, 680))
			w.waitFor("[data-panel=consent]")
			assert.Equal(t, language, w.eval("document.documentElement.lang"))
			w.eval(string(source) + `; ""`)
			for _, screen := range ownScreens {
				t.Run(screen.name, func(t *testing.T) {
					w := w.in(t)
					screen.way(w)
					if language == "en" {
						w.fine(screen.name)
						return
					}
					w.picture(screen.name, language)
					w.fits(screen.name + "-" + language)
				})
			}
			require.NoError(t, w.p.Reload(t.Context()))
			w.waitFor(ripe("agree"))
			w.press("[data-action=agree]", "Enter")
			assert.Contains(t, p.answer(), `"agreed":true`)

			p.ask(w.cards[2])
			w.p = p.window()
			w.waitFor("[data-panel=consent]")
			_ = w.p.Press(t.Context(), "Escape") // the window closes before the key is up
			assert.Equal(t, "declined", p.answer())
		})
	}
}
