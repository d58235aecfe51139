package e2e

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/vault"
)

// TestWebStates looks in both browsers at the pages of a vault that has been used:
// accounts in every state, and lists of which the last entry is not the first. axe
// finds nothing by day and by night, nothing lies beyond the sides of a screen, and
// a picture of each is kept for who looks through them. Chromium tells screen
// readers what testdata/trees says.
func TestWebStates(t *testing.T) {
	source, err := os.ReadFile(axeFile)
	require.NoError(t, err, `it comes with "make extension"`)
	h := newHarbour(t)
	waiting := add(t, h.owner, "mediawiki", "https://wiki.harbour.example", "Updates")
	h.share(t, waiting, vault.HeaderConfirm, "yes")
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bed.Close()) })
	w := &world{t: t, bed: bed}
	w.plainType()
	pages := []struct{ name, path, has string }{
		{"accounts", "/", ".cards"},
		{"none", "/accounts/" + h.fresh.ID.String(), "[data-state=none]"},
		{"transferred", "/accounts/" + h.shared.ID.String(), "[data-state=transferred]"},
		{"confirming", "/accounts/" + waiting.ID.String(), "[data-state=confirming]"},
		{"invalid", "/accounts/" + h.ended.ID.String(), "[data-state=invalid]"},
		{"expired", "/accounts/" + h.idle.ID.String(), "[data-state=expired]"},
		{"collaborator", "/accounts/" + h.theirs.ID.String(), "#session"},
		{"no-match", "/?q=nobody", ".nothing"},
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
			for _, page := range pages {
				s.visit(page.path)
				s.shows(page.has)
				s.fine(page.name)
			}
			s.visit("/accounts/" + h.shared.ID.String())
			s.clicks("[data-dialog=delete]")
			s.shows("dialog[open]")
			s.fine("delete")
			s.transfers(h.ended, func(step string) { s.fine("wizard-" + step) })
			s.visit("/")
			s.clicks("form[action='/signout'] button")
			s.shows("form[action='/signin']")
			s.fine("signin")
		})
	}
}

// webStates is a browser in which states of pages are looked at.
type webStates struct {
	*harbourTab
	axe      string
	chromium bool
}

// fine looks at the page, by day and by night and on a narrow screen.
func (s *webStates) fine(name string) {
	s.t.Helper()
	if s.chromium {
		told(s.t, s.p, "states/"+name)
	}
	s.eval(s.axe + `; ""`)
	for i, look := range looks[:2] {
		s.look(look.Look)
		faultless(s.t, s.p, i > 0, name+" "+look.name)
		s.fits(name+"-"+look.name, 1280, 800)
	}
	s.look(looks[0].Look)
	s.fits(name+"-narrow", 320, 1500)
	require.NoError(s.t, s.p.Resize(s.t.Context(), 1280, 800))
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

// fits asserts that a screen of that size has room for the page, and keeps a picture.
func (s *webStates) fits(name string, width, height int64) {
	s.t.Helper()
	require.NoError(s.t, s.p.Resize(s.t.Context(), width, height))
	assert.Empty(s.t, s.eval("(() => {"+beyond+"})()"), name)
	require.NoError(s.t, s.p.Keep(s.t.Context(), s.screens(), name))
}
