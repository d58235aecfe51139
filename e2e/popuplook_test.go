package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/session"
)

// axeFile comes with the extension's tools ("make extension"). Its source is
// evaluated, since an extension's page takes no script from elsewhere.
const axeFile = "../extension/node_modules/axe-core/axe.min.js"

// axe tells what it finds in the popup, a line for each, by all its rules, those
// of good practice too, but that for a contrast above AA; or by the rule for
// contrast alone, since the others see no colours.
const axe = `const contrast = %t;
const found = await window.axe.run(document, {
	resultTypes: ['violations'],
	...(contrast ? {runOnly: ['color-contrast']} : {rules: {'target-size': {enabled: true}, 'focus-order-semantics': {enabled: true}}}),
});
return found.violations.flatMap((v) => v.nodes.map((n) => v.id + ' ' + n.target.join(' ') + ': ' + n.failureSummary.replace(/\s+/g, ' '))).join('\n')`

// faultless asserts that axe, whose source the page has been given, finds nothing
// there: by the rule for contrast alone, or by all others.
func faultless(t *testing.T, p *testbed.Popup, contrast bool, look string) {
	t.Helper()
	require.NoError(t, p.Rest(t.Context()))
	found, err := p.Eval(t.Context(), fmt.Sprintf("(async () => {"+axe+"})()", contrast))
	require.NoError(t, err)
	assert.Empty(t, list(found), look)
}

// smallTargets lists what can be clicked and is less than 44 pixels wide or high
// to the pointer, with all that counts as the same target.
const smallTargets = `const small = [];
for (const el of document.querySelectorAll('button, input, select, a[href], label.check')) {
	if (el.getClientRects().length === 0 || el.matches('.skip:not(:focus)')) continue;
	el.scrollIntoView({block: 'center', behavior: 'instant'});
	const r = el.getBoundingClientRect();
	const [x, y] = [r.left + r.width / 2, r.top + r.height / 2];
	const own = (top) => top && (el.contains(top) || top.closest('label')?.control === el || top.control === el || top.closest('label') === el);
	// The surface of a target may be larger than the element, as a card is, and its corners are round:
	// what counts is a cross of that size somewhere around it.
	const hits = (dx, dy) => [[21.5, 0], [0, 21.5], [43, 21.5], [21.5, 43], [21.5, 21.5]].every(([a, b]) => own(document.elementFromPoint(x + dx + a, y + dy + b)));
	const offsets = [-21.5, -40, -30, -12, -3];
	if (!offsets.some((dx) => offsets.some((dy) => hits(dx, dy)))) small.push((el.dataset.action || el.name || el.className) + ' ' + Math.round(r.width) + 'x' + Math.round(r.height));
}
document.querySelector('main')?.scrollTo(0, 0);
return small.join('\n')`

// cutOff lists what does not fit: texts beyond their boxes or beyond the popup,
// but for those that end in dots on purpose and say all in their title.
const cutOff = `const cut = [];
const main = document.querySelector('main');
if (document.documentElement.scrollWidth > innerWidth) cut.push('the page is wider than the popup');
for (const el of document.querySelectorAll('#app, #app *')) {
	if (el.closest('.unseen, svg, .bar, .clip') || el.getClientRects().length === 0) continue;
	const r = el.getBoundingClientRect();
	const name = el.localName + '.' + el.className + ' ' + JSON.stringify(el.textContent.slice(0, 40));
	if (r.left < -1 || r.right > innerWidth + 1) cut.push(name + ' lies beyond the popup');
	if (el.scrollWidth > el.clientWidth + 1 && el.clientWidth > 0 && getComputedStyle(el).display !== 'inline') cut.push(name + ' is wider than its box: ' + el.scrollWidth + ' > ' + el.clientWidth);
	if (el !== main && getComputedStyle(el).display !== 'inline' && el.clientHeight > 0 && el.scrollHeight > el.clientHeight + 2 && !el.contains(main)) cut.push(name + ' is higher than its box: ' + el.scrollHeight + ' > ' + el.clientHeight);
}
const outline = [...document.querySelectorAll('h1')].length;
if (outline !== 1) cut.push(outline + ' headings of the first level');
return cut.join('\n')`

// looks are the colours that a person may have set. What moves would be seen in
// the middle of its way.
var looks = []struct {
	name string
	testbed.Look
}{
	{"light", testbed.Look{}},
	{"dark", testbed.Look{Dark: true}},
	{"high-contrast", testbed.Look{Forced: true}},
	{"high-contrast-dark", testbed.Look{Forced: true, Dark: true}},
}

// TestPopupLook goes to every screen of the popup in light, dark and high
// contrast and has axe look at it; each target is wide and high enough, nothing
// is cut off, also with text twice as large.
func TestPopupLook(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(axeFile)
	require.NoError(t, err, `it comes with "make extension"`)
	w := newPopupWorld(t, "en")
	w.showCards()
	w.open()
	for _, screen := range slices.Concat(popupScreens, verdictScreens) {
		t.Run(screen.name, func(t *testing.T) {
			w := w.in(t)
			w.shown()
			screen.way(w)
			w.eval(string(source) + `; ""`)
			w.fine(screen.name)
		})
	}
	for _, row := range session.CodeTable() {
		t.Run("stands in: "+string(row.Code), func(t *testing.T) {
			w := w.in(t)
			w.staged(`views.faultView({code: ` + quote(string(row.Code)) + `}, () => {})`)
			assert.Empty(t, list(w.do(cutOff)))
			assert.Empty(t, list(w.do(smallTargets)))
		})
	}
	for _, code := range []string{"host_missing", "keyring_locked", "keyring_absent", "not_enrolled", "vault_unreachable", "roster_rollback", "internal"} {
		t.Run(code, func(t *testing.T) {
			w := w.in(t)
			w.staged(`views.faultView({code: ` + quote(code) + `, detail: "asked of 127.0.0.1"}, () => {})`)
			w.fine(code)
		})
	}
}

// TestPopupSpanish goes to every screen in Spanish, where words are longer.
func TestPopupSpanish(t *testing.T) {
	t.Parallel()
	w := newPopupWorld(t, "es")
	w.showCards()
	w.open()
	for _, screen := range slices.Concat(popupScreens, verdictScreens) {
		t.Run(screen.name, func(t *testing.T) {
			w := w.in(t)
			w.shown()
			screen.way(w)
			assert.Equal(t, "es", w.eval("document.documentElement.lang"))
			w.picture(screen.name, "es")
			w.fits(screen.name + "-es")
		})
	}
	for _, row := range session.CodeTable() {
		t.Run("stands in: "+string(row.Code), func(t *testing.T) {
			w := w.in(t)
			w.staged(`views.faultView({code: ` + quote(string(row.Code)) + `}, () => {})`)
			text := w.eval("document.querySelector('main').innerText")
			assert.NotContains(t, text, row.Sentence)
			assert.NotContains(t, text, row.Next)
			assert.Empty(t, list(w.do(cutOff)))
		})
	}
}

// fine looks at the screen in all ways that a person may have set.
func (w *popupWorld) fine(name string) {
	w.t.Helper()
	told(w.t, w.p, "popup/"+name)
	for i, look := range looks {
		w.look(look.Look)
		faultless(w.t, w.p, i > 0, look.name)
		w.picture(name, look.name)
	}
	w.fits(name)
}

// fits looks at the screen as it is and with text twice as large.
func (w *popupWorld) fits(name string) {
	w.t.Helper()
	w.look(testbed.Look{})
	assert.Empty(w.t, list(w.do(smallTargets)))
	assert.Empty(w.t, list(w.do(cutOff)))
	w.look(testbed.Look{Text: 32})
	assert.Empty(w.t, list(w.do(cutOff)), "with text twice as large")
	w.picture(name, "large")
	w.look(testbed.Look{})
}

func (w *popupWorld) look(l testbed.Look) {
	w.t.Helper()
	require.NoError(w.t, w.p.Look(w.t.Context(), l))
}

// picture is one of all that a person may see, for who looks through them.
func (w *popupWorld) picture(name, way string) {
	w.t.Helper()
	if *screens != "" {
		require.NoError(w.t, w.p.ShotInto(w.t.Context(), *screens, name+"-"+way))
	}
}

// quote is a JavaScript literal.
func quote(s string) string {
	data, _ := json.Marshal(s) // a string has a JSON form
	return string(data)
}
