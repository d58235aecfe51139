package e2e

import (
	"fmt"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// beyond lists what lies beyond the page's sides, or is wider than its box.
const beyond = `const out = [];
if (document.documentElement.scrollWidth > innerWidth) out.push('the page is ' + document.documentElement.scrollWidth + ' wide');
for (const el of document.querySelectorAll('main, main *')) {
	if (el instanceof SVGElement || el.closest('.unseen') || el.closest('.scroll')) continue;
	const r = el.getBoundingClientRect();
	const name = el.localName + '.' + el.className + ' ' + JSON.stringify(el.textContent.slice(0, 40));
	if (r.width > 0 && (r.left < 0 || r.right > innerWidth)) out.push(name + ' lies beyond the page');
	if (el.clientWidth > 0 && el.scrollWidth > el.clientWidth + 1 && el.localName !== 'input') out.push(name + ' is wider than its box');
}
return out.join('\n')`

// fine looks at a page in all ways that a person may have set: what a screen reader
// is told, axe, in the colours of each, then whether everything fits.
func (w *pagesWorld) fine(name string) {
	w.t.Helper()
	told(w.t, w.p, "pages/"+name)
	w.eval(w.axe + `; ""`)
	for i, look := range looks {
		require.NoError(w.t, w.p.Look(w.t.Context(), look.Look))
		faultless(w.t, w.p, i > 0, look.name)
		if i > 0 && i < 3 { // dark, and high contrast; the light one is taken below
			w.picture(fmt.Sprintf("%02d-%s-%s", *w.seen+1, name, look.name), 1280, 800)
		}
	}
	w.fits(name)
}

// fits looks at the size of what can be clicked, then at large text on the
// narrowest of screens, from right to left too, and at the widest.
func (w *pagesWorld) fits(name string) {
	w.t.Helper()
	*w.seen++
	name = fmt.Sprintf("%02d-%s", *w.seen, name)
	for _, text := range []int{16, 32} {
		require.NoError(w.t, w.p.Look(w.t.Context(), testbed.Look{Text: text}))
		w.picture(fmt.Sprintf("%s-narrow-%d", name, text), 320, 1500)
		w.within("with text of %d pixels", text)
	}
	require.NoError(w.t, w.p.Look(w.t.Context(), testbed.Look{}))
	w.eval("document.documentElement.dir = 'rtl'")
	w.within("from right to left")
	w.eval("document.documentElement.removeAttribute('dir'), ''")
	require.NoError(w.t, w.p.Resize(w.t.Context(), 2560, 1200))
	w.within("on a wide screen")
	w.picture(name, 1280, 800)
	assert.Empty(w.t, list(w.do(smallTargets)))
}

// within asserts that nothing lies beyond the page's sides.
func (w *pagesWorld) within(how ...any) {
	w.t.Helper()
	assert.Empty(w.t, list(w.do(beyond)), how...)
}

// picture sets the page's size and keeps what it then looks like.
func (w *pagesWorld) picture(name string, width, height int64) {
	w.t.Helper()
	require.NoError(w.t, w.p.Resize(w.t.Context(), width, height))
	require.NoError(w.t, w.p.ShotInto(w.t.Context(), w.screens(), name))
}

// stands asserts which page it is, for the eye and for a screen reader, and what
// has the focus; "" is nothing.
func (w *pagesWorld) stands(title, focus string) {
	w.t.Helper()
	assert.Equal(w.t, title+" · Sessionferry", w.eval("document.title"))
	assert.Equal(w.t, title, w.eval("document.querySelector('h1').innerText"))
	w.focus(focus)
}

// focus waits until a field is seen to have the focus, which it gets when the page
// is drawn first; "" is nothing.
func (w *pagesWorld) focus(id string) {
	w.t.Helper()
	if id != "" {
		require.NoError(w.t, w.p.WaitFor(w.t.Context(), "#"+id+":focus-visible"))
		return
	}
	assert.Equal(w.t, "true", w.eval("String(document.querySelector(':focus') === null)"))
}

// objects waits until the page says what was wrong: first in its title, then in
// an alert, which also explains the field that has the focus.
func (w *pagesWorld) objects(title, focus, text string) {
	w.t.Helper()
	w.goes("[role=alert]")
	assert.Equal(w.t, "Problem: "+title+" · Sessionferry", w.eval("document.title"))
	w.focus(focus)
	assert.Contains(w.t, w.eval("document.activeElement.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).innerText).join(' ')"), text)
	assert.Equal(w.t, "true", w.eval("document.activeElement.getAttribute('aria-invalid')"))
}

// goes waits until the browser has come to a page that has an element. The page
// before is told from it by what submit and press leave there.
func (w *pagesWorld) goes(selector string) {
	w.t.Helper()
	require.NoError(w.t, w.p.WaitFor(w.t.Context(), "html:not([data-left]) "+selector))
}

func (w *pagesWorld) visit(path string) {
	w.t.Helper()
	require.NoError(w.t, w.c.Visit(w.t.Context(), w.vault.URL+path))
}

// submit types into the field that has the focus and those after it, and sends
// the form by Enter in the last. Where the text is "", what stands there stays.
func (w *pagesWorld) submit(texts ...string) {
	w.t.Helper()
	for i, text := range texts {
		if i > 0 {
			text = "\t" + text
		}
		w.keys(text)
	}
	w.leave()
	w.keys("\r")
}

// replace empties the field that has the focus and types into it.
func (w *pagesWorld) replace(text string) {
	w.t.Helper()
	w.eval("document.activeElement.select(), ''")
	w.keys(text)
}

// press goes to a button or link by Tab and presses Enter there.
func (w *pagesWorld) press(selector string) {
	w.t.Helper()
	w.reach(selector)
	w.leave()
	w.keys("\r")
}

// reach goes to an element by Tab.
func (w *pagesWorld) reach(selector string) {
	w.t.Helper()
	require.NoError(w.t, w.p.KeysTo(w.t.Context(), selector, ""))
}

func (w *pagesWorld) keys(text string) {
	w.t.Helper()
	if text != "" {
		require.NoError(w.t, w.p.Type(w.t.Context(), text))
	}
}

func (w *pagesWorld) leave() {
	w.t.Helper()
	w.eval("(document.documentElement.dataset.left = '', '')")
}

// allow looks at the program that asks and allows it.
func (w *pagesWorld) allow(name, kind, program, fingerprint string) {
	w.t.Helper()
	require.NotEmpty(w.t, fingerprint)
	w.goes("button[value=allow]")
	w.stands("Is this yours?", "")
	assert.Contains(w.t, w.text(), kind)
	assert.Equal(w.t, program, w.eval("document.querySelectorAll('dd bdi')[0].innerText"))
	assert.Equal(w.t, fingerprint, w.eval("document.querySelector('dd.key').innerText"))
	w.fine(name)
	w.press("button[value=allow]")
	w.goes("#done")
	w.stands("Connected", "")
	assert.Contains(w.t, w.text(), program)
	w.fine(name + "-done")
}

func (w *pagesWorld) text() string {
	w.t.Helper()
	return w.eval("document.body.innerText")
}

func (w *pagesWorld) eval(expression string) string {
	w.t.Helper()
	got, err := w.p.Eval(w.t.Context(), expression)
	require.NoError(w.t, err)
	return got
}

func (w *pagesWorld) do(body string) string {
	w.t.Helper()
	return w.eval("(async () => {" + body + "; return ''})()")
}
