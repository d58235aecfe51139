package e2e

// verdictScreens are what the popup shows of a proof and of a share that waits.
var verdictScreens = []popupScreen{
	{"refusal-verdict", func(w *popupWorld) {
		w.refuses("account_wrong", record{
			"verdict": "wrong", "accounts": 1, "identity": "A•e", "warnings": []string{"hint_of_several"}, "markers": []string{"wikiUserID", "wikiUserName"},
			"elsewhere": []record{{"kind": "private"}, {"kind": "container", "label": "6"}, {"kind": "partition", "label": "https://portal.example"}},
		})
	}},
	{"refusal-several", func(w *popupWorld) {
		w.refuses("account_several", record{"verdict": "several", "accounts": 3, "warnings": []string{}, "markers": []string{"auth_multi"}})
	}},
	{"refusal-name", func(w *popupWorld) {
		w.refuses("account_unprovable", record{"verdict": "unproven", "name": true, "warnings": []string{"id_unreadable"}, "markers": []string{"sid"}})
	}},
	{"losing", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{"phase": "losing", "skipped": []string{"keys/private/signing", "note", "<b>__proto__</b>/odd/0"}})
		w.waitFor("[data-panel=losing]")
	}},
	{"losing-unread", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{"phase": "losing", "skipped": []string{"keys/private/signing"}, "unread": unreadStorage})
		w.waitFor("[data-panel=losing]")
	}},
	{"refusal-unread", func(w *popupWorld) {
		w.ready(w.bob())
		verdict := record{"verdict": "unproven", "name": true, "warnings": []string{"store_not_read"}, "markers": []string{"sid"}}
		w.note(w.bob(), record{"phase": "failed", "error": record{"code": "storage_unread", "verdict": verdict}, "unread": unreadStorage[:1]})
		w.waitFor("[data-panel=refusal]")
	}},
	{"success-caveats", func(w *popupWorld) {
		w.ready(w.bob())
		w.note(w.bob(), record{
			"phase": "done", "status": statusOf("transferred", "shared"), "counts": record{"cookies": 14, "items": 12, "left": 3},
			"verdict": record{"verdict": "one", "warnings": []string{"rotating"}, "rotates": 540, "markers": []string{"sid"}, "elsewhere": []record{{"kind": "default"}}},
			"names":   record{"went": []string{"sid", "theme"}, "stayed": []string{"_ga"}},
		})
		w.waitFor("[data-panel=success]")
		w.do(`document.querySelector('.names').open = true`)
	}},
	{"success-waiting", func(w *popupWorld) {
		w.waits("done", statusOf("none", "never_shared"))
		w.waitFor("[data-panel=success]")
	}},
	{"waiting", func(w *popupWorld) {
		w.waits("done", statusOf("transferred", "shared"))
		w.note(w.bob(), nil)
		w.waitFor("[data-panel=confirming]")
	}},
	{"refused-wrong", func(w *popupWorld) { w.refusedLater("wrong_account_on_arrival") }},
	{"refused-unconfirmed", func(w *popupWorld) { w.refusedLater("unconfirmed") }},
	{"refused-bound", func(w *popupWorld) { w.refusedLater("bound_to_device") }},
}

// unreadStorage has each reason for which storage cannot be read.
var unreadStorage = []record{
	{"name": "wiki.example IndexedDB mail", "why": "busy"},
	{"name": "wiki.example sessionStorage", "why": "unseen"},
	{"name": "login.wiki.example localStorage", "why": "denied"},
	{"name": "login.wiki.example sessionStorage", "why": "denied"},
	{"name": "wiki.example IndexedDB drafts/attachments/17", "why": "failed"},
}

// refuses shows a share that a proof has refused.
func (w *popupWorld) refuses(code string, verdict record) {
	w.ready(w.bob())
	w.note(w.bob(), record{"phase": "failed", "error": record{"code": code, "verdict": verdict}})
	w.waitFor("[data-panel=refusal]")
}

// waits shows a share that a runner has yet to confirm. The vault, which knows
// nothing of it, does not answer.
func (w *popupWorld) waits(phase string, status record) {
	w.ready(w.bob())
	w.do(`const send = chrome.runtime.sendMessage.bind(chrome.runtime);
		chrome.runtime.sendMessage = (message) => (message.call === 'status' ? Promise.resolve() : send(message))`)
	status["attempt"] = record{"share": 2, "share_key": "k", "cause": "confirming", "cause_text": "", "since": "2026-11-25T07:05:00Z", "until": "2026-11-25T07:20:00Z"}
	w.note(w.bob(), record{"phase": phase, "status": status})
}

// refusedLater shows a share that a runner's question has ended.
func (w *popupWorld) refusedLater(cause string) {
	w.ready(w.bob())
	status := statusOf("transferred", "shared")
	status["attempt"] = record{"share": 2, "share_key": "k", "cause": cause, "cause_text": "", "since": "2026-11-25T07:05:00Z"}
	w.note(w.bob(), record{"phase": "done", "status": status})
	w.waitFor("[data-panel=refused]")
}
