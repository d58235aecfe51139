package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// popupWorld is a world whose popup is looked at: real host, keyring and vault,
// and no app, since no session is taken here.
type popupWorld struct {
	*world
	c     *testbed.Chromium
	p     *testbed.Popup
	cards []string // ids of the cards, by age
}

// newPopupWorld starts it with the extension in one of its languages.
func newPopupWorld(t *testing.T, language string) *popupWorld {
	w := &popupWorld{world: newWorld(t)}
	w.c = w.chromium("profile", testbed.ChromiumConfig{Extension: w.extensionIn(language)})
	require.NoError(t, w.c.Visit(t.Context(), w.vault.URL+"/healthz"))
	return w
}

// in is the same world, seen from a subtest.
func (w *popupWorld) in(t *testing.T) *popupWorld {
	other := *w
	other.world = w.world.in(t)
	return &other
}

// extensionIn is a copy of the extension that has one language only, since a
// browser has few: what is missing of the browser's own language is taken from
// the extension's.
func (w *popupWorld) extensionIn(language string) string {
	w.t.Helper()
	to := w.bed.Path("extension-" + language)
	from := os.DirFS("../extension")
	for _, part := range []string{"background", "bridge", "confirm", "icons", "platform", "popup", "vendor", "_locales/" + language} {
		sub, err := fs.Sub(from, part)
		require.NoError(w.t, err)
		require.NoError(w.t, os.CopyFS(filepath.Join(to, part), sub))
	}
	manifest, err := fs.ReadFile(from, "manifest.json")
	require.NoError(w.t, err)
	manifest = bytes.Replace(manifest, []byte(`"default_locale": "en"`), fmt.Appendf(nil, `"default_locale": %q`, language), 1)
	require.NoError(w.t, os.WriteFile(filepath.Join(to, "manifest.json"), manifest, 0o600))
	return to
}

// open opens the popup.
func (w *popupWorld) open() {
	w.t.Helper()
	p, err := w.c.Popup(w.t.Context(), w.screens())
	require.NoError(w.t, err)
	w.p = p
}

// add makes cards by the vault's API, as quickly as it goes.
func (w *popupWorld) add(app, site string, names ...string) {
	w.t.Helper()
	vault, err := w.bed.AsDevice(w.t.Context(), w.vault.URL)
	require.NoError(w.t, err)
	for _, name := range names {
		made, err := vault.AddAccount(w.t.Context(), app, site, name)
		require.NoError(w.t, err, name)
		w.cards = append(w.cards, made.ID.String())
	}
}

// eval evaluates an expression in the popup.
func (w *popupWorld) eval(expression string) string {
	w.t.Helper()
	got, err := w.p.Eval(w.t.Context(), expression)
	require.NoError(w.t, err)
	return got
}

// do evaluates an asynchronous function's body in the popup, into which values are put.
func (w *popupWorld) do(body string, values ...any) string {
	w.t.Helper()
	literals := make([]any, len(values))
	for i, v := range values {
		data, err := json.Marshal(v)
		require.NoError(w.t, err)
		literals[i] = string(data)
	}
	if len(values) > 0 {
		body = fmt.Sprintf(body, literals...)
	}
	return w.eval("(async () => {" + body + "; return ''})()")
}

// waitFor waits until an element is seen.
func (w *popupWorld) waitFor(selector string) {
	w.t.Helper()
	require.NoError(w.t, w.p.WaitFor(w.t.Context(), selector))
}

// press goes to an element by keys and presses one there.
func (w *popupWorld) press(selector, key string) {
	w.t.Helper()
	require.NoError(w.t, w.p.KeysTo(w.t.Context(), selector, key))
}

// focuses waits until the element of that action has the focus.
func (w *popupWorld) focuses(action string) {
	w.t.Helper()
	w.waitFor("[data-action=" + action + "]:focus")
}

// details opens the details page of a card.
func (w *popupWorld) details(card string) {
	w.t.Helper()
	require.NoError(w.t, w.p.Click(w.t.Context(), `[data-card="`+card+`"] [data-action=details]`))
	w.waitFor(".transfer")
}

// ready is the details page once the host has answered.
func (w *popupWorld) ready(card string) {
	w.t.Helper()
	w.details(card)
	w.waitFor("[data-action=share]:not([disabled])")
}

// record is what the background writes of a share.
type record map[string]any

// note writes a share's record, as the background does, or takes it away.
func (w *popupWorld) note(card string, r record) {
	w.t.Helper()
	if r == nil {
		w.do(`await chrome.storage.session.remove("share:" + %s)`, card)
		return
	}
	all := record{"account": card, "key": "k", "attempts": 1, "origins": []string{}, "stage": "reading"}
	for name, value := range r {
		all[name] = value
	}
	w.do(`await chrome.storage.session.set({["share:" + %s]: %s})`, card, all)
}

// statusOf is a session's status as the vault tells it.
func statusOf(state, cause string) record {
	return record{
		"state": state, "cause": cause, "generation": record{"share": 1, "refresh": 0}, "since": "2026-11-24T16:32:00Z", "by": "work laptop",
		"until": "2026-12-24T16:32:00Z", "last_used": "2026-11-25T07:05:00Z",
	}
}

// shown brings the popup back to its cards, with no share known.
func (w *popupWorld) shown() {
	w.t.Helper()
	w.do(`await chrome.storage.session.clear()`)
	require.NoError(w.t, w.p.Reload(w.t.Context()))
	w.waitFor("[data-action=add]")
}

// list reads an answer that is one thing a line.
func list(answer string) []string {
	if answer == "" {
		return nil
	}
	return strings.Split(answer, "\n")
}
