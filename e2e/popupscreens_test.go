package e2e

import "strings"

// popupScreen is a way to a screen of the popup, from the cards of showCards.
type popupScreen struct {
	name string
	way  func(*popupWorld)
}

// Names that a layout may stumble over. The vault takes 200 bytes.
var (
	longName   = strings.Repeat("cuenta-de-servicio-", 10) + "informes01"
	arabicName = "خدمة التقارير الشهرية"
	markupName = `<img src=x onerror=alert(1)> & "Bob" $1`
	emojiName  = "👩🏽 équipe de nuit 🚀"
)

const wikiSite = "https://wiki.example.org"

// showCards makes the cards that the screens are about.
func (w *popupWorld) showCards() {
	w.t.Helper()
	w.add("mediawiki", wikiSite, "Alice", "Bob", longName, arabicName, markupName, emojiName)
	w.becomeCollaborator(w.cards[0])
}

func (w *popupWorld) bob() string { return w.cards[1] }

// popupScreens are all screens but those that stand in for the cards.
var popupScreens = []popupScreen{
	{"cards", func(w *popupWorld) {
		states := []record{statusOf("transferred", "shared"), statusOf("expired", "expired_unused"), statusOf("invalid", "signed_out_by_app"), statusOf("confirming", "shared")}
		for i, status := range states {
			w.note(w.cards[i+1], record{"phase": "done", "status": status})
		}
		w.note(w.cards[5], record{"phase": "running"})
	}},
	{"offer", func(w *popupWorld) {
		w.do(`const {cardsView} = await import('./views/cards.js');
			const app = {app: 'github', name: 'GitHub', icon: {letters: 'G', color: '#24292f'}, any_site: false, domains: ['github.com']};
			const card = {...app, id: 'x', site: 'https://wiki.example', username: 'Bob', role: 'owner', app_name: 'MediaWiki', session: {state: 'none'}};
			const model = {cards: [card], apps: [app], shares: new Map(), tab: {url: 'https://github.com/pulls'}, context: {}, vault: {address: 'https://vault.example.org:8443', webapp: true}};
			document.getElementById('app').replaceChildren(...cardsView(model, {}))`)
		w.waitFor(".offer")
	}},
	{"search", func(w *popupWorld) { w.seek("ALICE wiki") }},
	{"no-match", func(w *popupWorld) { w.seek("nobody"); w.waitFor(".none") }},
	{"details", func(w *popupWorld) { w.ready(w.bob()) }},
	{"details-long", func(w *popupWorld) { w.ready(w.cards[2]) }},
	{"details-arabic", func(w *popupWorld) { w.ready(w.cards[3]) }},
	{"not-owner", func(w *popupWorld) { w.details(w.cards[0]); w.waitFor("#not-owner") }},
	{"transferred", func(w *popupWorld) { w.settled(statusOf("transferred", "shared")) }},
	{"confirming", func(w *popupWorld) { w.settled(statusOf("confirming", "shared")) }},
	{"expired", func(w *popupWorld) { w.settled(statusOf("expired", "expired_unused")) }},
	{"invalid", func(w *popupWorld) { w.settled(statusOf("invalid", "wrong_account_on_arrival")) }},
	{"consent", func(w *popupWorld) { w.consent(w.bob()) }},
	{"agreed", func(w *popupWorld) { w.consent(w.bob()); w.press("[name=consent]", "Space") }},
	{"consent-long", func(w *popupWorld) { w.consent(w.cards[2]) }},
	{"asking", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{"phase": "asking"})
		w.waitFor("[data-panel=asking]")
	}},
	{"progress", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{"phase": "running", "stage": "uploading", "done": 2_400_000, "total": 7_300_000})
		w.waitFor("[data-panel=progress]")
	}},
	{"success", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{"phase": "done", "status": statusOf("transferred", "shared"), "counts": record{"cookies": 14, "items": 1236, "left": 0}})
		w.waitFor("[data-panel=success]")
	}},
	{"success-confirming", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{
			"phase": "done", "status": statusOf("confirming", "shared"), "counts": record{"cookies": 14, "items": 12, "left": 3},
			"skipped": []string{"keys/private", "drafts/attachments"},
		})
		w.waitFor("[data-panel=success]")
	}},
	{"refusal", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{"phase": "failed", "error": record{"code": "account_wrong", "detail": "seen in wikiUserID, wikiUserName; signed in as A•e; the card names B•b"}})
		w.waitFor("[data-panel=refusal]")
	}},
	{"delete", func(w *popupWorld) {
		w.settled(statusOf("transferred", "shared"))
		w.press("[data-action=delete]", "Enter")
		w.waitFor("[data-action=delete-yes]")
	}},
	{"add", func(w *popupWorld) { w.press("[data-action=add]", "Enter"); w.waitFor("[name=username]") }},
	{"add-empty", func(w *popupWorld) {
		w.press("[data-action=add]", "Enter")
		w.waitFor("[name=username]")
		w.do(`document.querySelector("[name=app]").value = document.querySelector("[name=site]").value = ""`)
		w.press("[data-action=save]", "Enter")
		w.waitFor("#error-username")
	}},
	{"add-refused", func(w *popupWorld) {
		w.press("[data-action=add]", "Enter")
		w.waitFor("[name=username]")
		w.do(`document.querySelector("[name=app]").value = "mediawiki";
			document.querySelector("[name=site]").value = %s; document.querySelector("[name=username]").value = "Bob"`, wikiSite)
		w.press("[data-action=save]", "Enter")
		w.waitFor("[data-panel=refusal]")
	}},
	{"loading", func(w *popupWorld) {
		w.staged(`views.loadingView()`)
		w.do(`views.markSlow(document.getElementById('app'))`)
	}},
	{"empty", func(w *popupWorld) {
		w.do(`const {cardsView} = await import('./views/cards.js');
			document.getElementById('app').replaceChildren(...cardsView({cards: [], apps: [], shares: new Map(), tab: undefined, context: {}, vault: {address: 'https://vault.example.org:8443'}}, {}))`)
	}},
}

// seek types into the search field, as a person does.
func (w *popupWorld) seek(text string) {
	w.press("[name=search]", "")
	if err := w.p.Type(w.t.Context(), text); err != nil {
		w.t.Fatal(err)
	}
}

// settled is the details page of a session that stands so.
func (w *popupWorld) settled(status record) {
	w.ready(w.bob())
	w.note(w.bob(), record{"phase": "done", "status": status})
	w.waitFor("[data-panel=success]")
	w.note(w.bob(), nil)
	w.waitFor(`.transfer[data-status=` + status["state"].(string) + `]:not(:has([data-panel]))`)
}

// consent is the page that asks before the first share.
func (w *popupWorld) consent(card string) {
	w.ready(card)
	w.press("[data-action=share]", "Enter")
	w.waitFor("[data-panel=consent]")
}

// staged shows one of the screens that stand in for the cards.
func (w *popupWorld) staged(view string) {
	w.do(`window.views = await import('./views/screens.js'); document.getElementById('app').replaceChildren(...` + view + `)`)
}
