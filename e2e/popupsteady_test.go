package e2e

import (
	"encoding/json"
	"fmt"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// watchShifts adds up what the browser sees jump without the person's doing, and
// notes what a screen reader is told.
const watchShifts = `window.shifts = 0; window.told = [];
new PerformanceObserver((all) => all.getEntries().forEach((e) => (window.shifts += e.hadRecentInput ? 0 : e.value))).observe({type: 'layout-shift', buffered: true});
new MutationObserver(() => { const {textContent} = document.getElementById('live'); if (textContent) window.told.push(textContent); })
	.observe(document.getElementById('live'), {childList: true, characterData: true, subtree: true})`

// laidOut waits until a page that has just loaded has its letters, and has drawn
// its text with them.
const laidOut = `await document.fonts.ready;
for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame)`

// places are where elements lie, by selector.
func (w *popupWorld) places(selectors ...string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, s := range selectors {
		out[s] = w.eval(`(({x, y, width, height}) => [x, y, width, height].map(Math.round).join(' '))(document.querySelector(` + quote(s) + `).getBoundingClientRect())`)
	}
	return out
}

// TestPopupSteady is that nothing jumps when an answer comes, that the vault may
// take its time or be away, and that a screen reader is told.
func TestPopupSteady(t *testing.T) {
	t.Parallel()
	w := newPopupWorld(t, "en")
	w.showCards()
	w.open()

	t.Run("cards come where grey shapes were", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		w.whileSlow(func() {
			require.NoError(t, w.p.Reload(t.Context()))
			w.do(watchShifts)
			w.waitFor("main[aria-busy] .slow:not([hidden])")
			assert.Contains(t, w.eval("document.body.innerText"), "longer than usual")
			before := w.places(".head", ".search", "main", ".card", ".card .tile")
			w.goOn()
			w.waitFor("[data-card]")
			assert.Equal(t, before, w.places(".head", ".search", "main", ".card", ".card .tile"))
			assert.Equal(t, "0", w.eval("String(window.shifts)"))
			assert.Contains(t, w.told(), "This takes longer than usual…")
			w.waitFor("body:has(#live:empty)")
		})
	})
	t.Run("a card keeps its height while it is out of sight", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		assert.Equal(t, "92 92", w.eval(`(() => {
			const seen = document.querySelector('[data-card]');
			const unseen = seen.cloneNode(true);
			unseen.style.contentVisibility = 'hidden';
			seen.after(unseen);
			const heights = [seen, unseen].map((card) => card.offsetHeight).join(' ');
			unseen.remove();
			return heights;
		})()`))
	})
	t.Run("details open at once, fill in place, and can be left while the vault is slow", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		w.whileSlow(func() {
			w.do(watchShifts)
			w.details(w.bob())
			w.waitFor("[data-action=share][disabled]")
			w.waitFor(".slow:not([hidden])")
			fixed := []string{".head", ".hero", ".transfer-head", "[data-action=share]", "[data-action=delete]"}
			before := w.places(fixed...)
			w.press("[data-action=back]", "Enter")
			w.waitFor("[data-card]")
			w.focuses("details") // on the card that was left
			w.details(w.bob())
			w.goOn()
			w.waitFor("[data-action=share]:not([disabled])")
			assert.Equal(t, before, w.places(fixed...))
			assert.Equal(t, "0", w.eval("String(window.shifts)"))
		})
	})
	t.Run("an answer that comes too late does not call one back", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		w.whileSlow(func() {
			w.details(w.bob())
			require.NoError(t, w.p.Press(t.Context(), "Escape"))
			w.waitFor("[data-card]")
			w.goOn()
			w.details(w.cards[2])
			w.waitFor("[data-action=share]:not([disabled])")
			assert.Contains(t, w.eval("document.querySelector('.who').textContent"), longName)
		})
	})
	t.Run("a share's course moves nothing and is told", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		w.ready(w.bob())
		fixed := []string{".head", ".hero", ".transfer-head", "[data-action=share]", "[data-action=delete]"}
		w.do(watchShifts)
		before := w.places(fixed...)
		for i, stage := range []string{"reading", "proving", "sealing", "uploading"} {
			w.note(w.bob(), record{"phase": "running", "stage": stage, "total": 1_000_000})
			w.waitFor(`[data-panel=progress][data-stage=` + stage + `]`)
			assert.Equal(t, before, w.places(fixed...))
			eventually(t, func() bool { return len(w.told()) == i+1 }, "a screen reader gets it")
		}
		w.note(w.bob(), record{"phase": "done", "status": statusOf("transferred", "shared"), "counts": record{"cookies": 4, "items": 1, "left": 0}})
		w.waitFor("[data-panel=success]")
		assert.Equal(t, before, w.places(fixed...))
		eventually(t, func() bool { return len(w.told()) == 5 }, "a screen reader gets the end")
		assert.Equal(t, []string{"Reading the session", "Checking whose it is", "Sealing it on this computer", "Uploading", "Session transferred"}, w.told())
		assert.Equal(t, "0", w.eval("String(window.shifts)"))
	})
	t.Run("a status that comes while the cards are shown", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		w.do(laidOut)
		w.do(watchShifts)
		fixed := []string{`[data-card="` + w.bob() + `"]`, `[data-card="` + w.bob() + `"] .card-user`, `[data-card="` + w.bob() + `"] .open`}
		before := w.places(fixed...)
		w.note(w.bob(), record{"phase": "done", "status": statusOf("transferred", "shared")})
		w.waitFor(`[data-card="` + w.bob() + `"] .pill[data-status=transferred]`)
		assert.Equal(t, before, w.places(fixed...))
		assert.Equal(t, "0", w.eval("String(window.shifts)"))
	})
	t.Run("nothing moves for who wants that", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		for _, way := range []func(){
			func() { w.staged("views.loadingView()") },
			func() {
				w.shown()
				w.ready(w.bob())
				w.note(w.bob(), record{"phase": "running"})
				w.waitFor("[data-panel=progress]")
			},
		} {
			way()
			assert.Equal(t, "0", w.eval("String(document.getAnimations().length)"))
		}
		w.look(testbed.Look{Moving: true})
		defer w.look(testbed.Look{})
		assert.NotEqual(t, "0", w.eval("String(document.getAnimations().length)"), "which others see")
	})
	t.Run("no vault, until it is back", func(t *testing.T) {
		w := w.in(t)
		w.shown()
		w.vault.Signal(syscall.SIGKILL)
		<-w.vault.Exited()
		w.details(w.bob())
		w.waitFor(`[data-panel=refusal][data-code=vault_unreachable]`)
		w.restartVault()
		w.press("[data-panel=refusal] [data-action=retry]", "Enter")
		w.waitFor("[data-action=share]:not([disabled])")

		w.vault.Signal(syscall.SIGKILL)
		<-w.vault.Exited()
		require.NoError(t, w.p.Reload(t.Context()))
		code, err := w.p.Screen(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "vault_unreachable", code)
		w.press("[data-action=retry]", "Enter")
		w.waitFor("main.screen[data-code]")
		w.restartVault()
		w.press("[data-action=retry]", "Enter")
		w.waitFor("[data-card]")
	})
}

// whileSlow does something while the vault does not answer.
func (w *popupWorld) whileSlow(do func()) {
	w.t.Helper()
	w.vault.Signal(syscall.SIGSTOP)
	defer w.goOn()
	do()
}

// goOn lets the vault answer.
func (w *popupWorld) goOn() { w.vault.Signal(syscall.SIGCONT) }

// told is what a screen reader was told since watchShifts.
func (w *popupWorld) told() (out []string) {
	w.t.Helper()
	require.NoError(w.t, json.Unmarshal([]byte(w.eval("JSON.stringify(window.told)")), &out))
	return out
}

// TestPopupMany is a popup with five hundred accounts.
func TestPopupMany(t *testing.T) {
	t.Parallel()
	const many = 500
	w := newPopupWorld(t, "en")
	names := make([]string, many)
	for i := range names {
		names[i] = fmt.Sprintf("José %d", i+1)
	}
	w.add("mediawiki", wikiSite, names...)
	w.open()
	w.waitFor("[data-card]")
	require.NoError(t, w.p.Reload(t.Context()))
	w.waitFor("[data-card]")
	assert.Equal(t, strconv.Itoa(many), w.eval("String(document.querySelectorAll('.card').length)"))
	assert.Contains(t, w.eval("document.querySelector('.card:nth-child(10) .card-user').textContent"), "José 10", "numbers count as numbers")

	w.seek("jose 499")
	eventually(t, func() bool {
		return w.eval("String([...document.querySelectorAll('.card')].filter((c) => !c.hidden).length)") == "1"
	}, "one card is left")

	w.press("[name=search]", "Down")
	w.focuses("details")
	require.NoError(t, w.p.Press(t.Context(), "Enter"))
	w.waitFor("[data-action=share]:not([disabled])")
	assert.Contains(t, w.eval("document.querySelector('.who').textContent"), "José 499")

	require.NoError(t, w.p.Press(t.Context(), "Escape"))
	w.waitFor("[data-card]")
	_ = w.p.Press(t.Context(), "Escape") // the popup may be gone before it can answer
	eventually(t, func() bool { return w.c.Closed(t.Context()) }, "at the cards it closes the popup")
}
