package e2e

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/session"
	"sessionferry/vault"
)

// TestWebStates looks in both browsers at the pages of a vault that has been used
// for some weeks, with accounts in every state: nothing lies beyond the sides of a
// screen. In Chromium screen readers are told what testdata/trees says, and axe
// finds nothing; Firefox leaves a picture of each, for who looks through them.
func TestWebStates(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile(axeFile)
	require.NoError(t, err, `it comes with "make extension"`)
	h := newHarbour(t)
	waiting := add(t, h.owner, "mediawiki", "https://wiki.harbour.example", "Updates")
	h.share(t, waiting, vault.HeaderConfirm, "yes")
	again := add(t, h.owner, "mediawiki", "https://wiki.harbour.example", "Archive")
	h.share(t, again)
	h.share(t, again, vault.HeaderConfirm, "yes")
	w := newBareWorld(t)
	w.plainType()
	account := func(a session.Account) string { return "/accounts/" + a.ID.String() }
	states := []webState{
		{"accounts", "/", ".cards"},
		{"none", account(h.fresh), "[data-state=none]"},
		{"transferred", account(h.shared), "[data-state=transferred]"},
		{"confirming", account(waiting), "[data-state=confirming]"},
		{"confirming-again", account(again), "#older [data-state=transferred]"},
		{"invalid", account(h.ended), "[data-state=invalid]"},
		{"expired", account(h.idle), "[data-state=expired]"},
		{"collaborator", account(h.theirs), "#session"},
		{"no-match", "/?q=nobody", ".nothing"},
	}
	// TestVaultPages has been to these in Chromium.
	others := []webState{
		{"devices", "/devices", "[data-program]"},
		{"people", "/admin/people", "[data-person]"},
		{"audit", "/admin/audit", "table"},
		{"health", "/admin/health", "#erasure"},
		{"you", "/you", "#looks"},
	}
	for _, browser := range []string{"chromium", "firefox"} {
		t.Run(browser, func(t *testing.T) {
			w := w.in(t)
			var b testbed.Browser
			if browser == "chromium" {
				b = w.browser("profile-chromium")
			} else {
				b = w.firefox("profile-firefox", map[string]any{"ui.prefersReducedMotion": 1})
			}
			s := &webStates{h.at(w, b), string(source), browser == "chromium"}
			pages := states
			if !s.chromium {
				pages = slices.Concat(states, others)
			}
			for _, page := range pages {
				s.visit(page.path)
				s.shows(page.has)
				s.fine(page.name)
			}
			s.visit(account(h.shared))
			s.clicks("[data-dialog=delete]")
			s.shows("dialog[open]")
			s.fine("delete")
			s.transfers(h.ended, `{state: "transferred"}`, func(step string) { s.fine("wizard-" + step) })
			s.transfers(again, `{state: "transferred", attempt: {cause: "confirming"}}`, func(step string) {
				if step == "done" {
					s.fine("wizard-confirming")
				}
			})
			s.withoutExtension(account(h.ended) + "/transfer")
		})
	}
}

// webState is a page, its address, and what is there once it is drawn.
type webState struct{ name, path, has string }

// webStates is a browser in which states of pages are looked at.
type webStates struct {
	*webTab
	axe      string
	chromium bool
}

// fine looks at the page, by day and by night and on a narrow screen.
func (s *webStates) fine(name string) {
	s.t.Helper()
	if s.chromium {
		told(s.t, s.p, "states/"+name)
		s.eval(s.axe + `; ""`)
	}
	for i, look := range looks[:2] {
		s.look(look.Look)
		if s.chromium {
			faultless(s.t, s.p, i > 0, name+" "+look.name)
		}
		s.fits(name+"-"+look.name, 1280, 800)
	}
	s.look(looks[0].Look)
	s.fits(name+"-narrow", 320, 1500)
	require.NoError(s.t, s.p.Resize(s.t.Context(), 1280, 800))
}

// withoutExtension opens the wizard where no extension answers: the page says so and
// shows no consent; on phones and tablets it says that a computer is needed.
func (s *webStates) withoutExtension(wizard string) {
	s.t.Helper()
	only := func(shown string) {
		s.t.Helper()
		s.visit(wizard)
		s.shows(shown)
		assert.Equal(s.t, shown, s.eval(`[...document.querySelectorAll("#wizard > :not(template)")].filter((el) => !el.hidden).map((el) => "#" + el.id).join()`))
	}
	only("#missing")
	s.fine("wizard-missing")
	for _, device := range []string{"Linux; Android 16; Mobile", "iPhone; CPU iPhone OS 26_0 like Mac OS X", "Android 16; Tablet; rv:153.0"} {
		require.NoError(s.t, s.b.CallItself(s.t.Context(), "Mozilla/5.0 ("+device+")"))
		only("#handheld")
	}
	s.fine("wizard-handheld")
}

// look sets the colours. Firefox was told to be still when it was started.
func (s *webStates) look(l testbed.Look) {
	s.t.Helper()
	if s.chromium {
		require.NoError(s.t, s.p.Look(s.t.Context(), l))
		return
	}
	require.NoError(s.t, s.p.Dark(s.t.Context(), l.Dark))
}

// fits asserts that a screen of that size has room for the page.
func (s *webStates) fits(name string, width, height int64) {
	s.t.Helper()
	require.NoError(s.t, s.p.Resize(s.t.Context(), width, height))
	assert.Empty(s.t, s.eval("(() => {"+beyond+"})()"), name)
	if !s.chromium {
		require.NoError(s.t, s.p.ShotInto(s.t.Context(), s.screens(), name))
	}
}
