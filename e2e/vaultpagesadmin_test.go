package e2e

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"
)

// invites makes an invitation on the page and returns its code.
func (w *pagesWorld) invites(email string) string {
	w.t.Helper()
	w.visit("/")
	w.press("a[href='/admin/people']")
	w.goes("#invitations")
	w.stands("People", "")
	w.fine("people")
	w.press("a[href='/admin/people/invite']")
	w.goes("form[action='/admin/people/invite']")
	w.stands("Invite somebody", "email")
	w.fine("invite")
	w.submit(email)
	w.goes("dd.key")
	w.stands("\u2068"+email+"\u2069 is invited", "")
	w.fine("invited")
	code := w.eval("document.querySelector('dd.key').innerText")
	w.visit("/admin/people")
	w.goes("[data-invitation='" + email + "']")
	assert.NotContains(w.t, w.text(), code, "it is shown once")
	return code
}

// adminPages are the other places of whoever runs the vault: what is there once it
// is drawn, and words that an admin looks for.
var adminPages = []struct{ place, title, has, says string }{
	{"all", "All accounts", "[data-account]", "bob " + wikiName},
	{"programs", "Devices and runners", "[data-program='night shift']", laptopName},
	{"retention", "Retention", "[data-window='']", "the vault's own"},
	{"apps", "Supported apps", "[data-app=mediawiki]", "MediaWiki"},
	{"audit", "Audit log", "[data-action=account_added]", "Somebody invited"},
	{"health", "Health", "#erasure", "The vault is well. There is nothing to do."},
}

// administers goes to every page of the administration from the one before.
func (w *pagesWorld) administers() {
	w.visit("/admin/people")
	for _, page := range adminPages {
		w.press(".sub a[href='/admin/" + page.place + "']")
		w.goes(page.has)
		w.stands(page.title, "")
		assert.Contains(w.t, w.text(), page.says)
		w.fine(page.place)
	}
	w.setsRetention()
}

// setsRetention sees what a window would end before it is set.
func (w *pagesWorld) setsRetention() {
	w.visit("/admin/retention")
	w.reach("#days")
	w.submit("7")
	w.goes("form[action='/admin/retention/preview'] button:not([name])")
	w.stands("What this window would end", "")
	assert.Contains(w.t, w.text(), "No session ends at once.")
	w.fine("retention-preview")
	w.press("main form button")
	w.goes("#done")
	w.stands("Retention", "")
	assert.Contains(w.t, w.eval("document.querySelector('[data-window=\"\"]').innerText"), "7 days")
}

// chooses takes Spanish and dark colours, and the system's again.
func (w *pagesWorld) chooses() {
	w.visit("/you")
	w.picks("#language", "Español")
	assert.Equal(w.t, "es", w.eval("document.documentElement.lang"))
	w.stands("Tú", "")
	w.picks("#theme", "Oscuro")
	assert.Equal(w.t, "rgb(16, 21, 28)", w.eval("getComputedStyle(document.body).backgroundColor"), "dark on a screen that is light")
	w.fine("you-es")
	for _, path := range []string{"/", "/admin/people", "/admin/retention", "/admin/audit"} {
		w.visit(path)
		w.goes("form[action='/signout']")
		w.fits(strings.ReplaceAll(strings.Trim(path, "/"), "/", "-") + "-es")
	}
	w.visit("/you")
	w.picks("#theme", "Como")
	w.picks("#language", "English")
	w.stands("You", "")
}

// picks chooses the entry of a list that begins so, and saves.
func (w *pagesWorld) picks(field, entry string) {
	w.t.Helper()
	w.reach(field)
	w.keys(entry)
	w.press("form[action='/you/looks'] button")
	w.goes("#done")
}

// wizardSteps shows the wizard's further steps, to which only the extension leads,
// with all that they may say.
func (w *pagesWorld) wizardSteps() {
	for _, step := range []string{"check", "send", "done"} {
		w.do(fmt.Sprintf(`for (const el of document.querySelectorAll('[data-step], #missing')) el.hidden = el.dataset.step !== %q;
			for (const el of document.querySelectorAll('[data-when]')) el.hidden = false;
			for (const el of document.querySelectorAll('[id^=verdict-]')) document.getElementById('verdict').append(el.content.cloneNode(true))`, step))
		w.fine("wizard-" + step)
	}
}
