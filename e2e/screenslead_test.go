package e2e

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestScreensLead makes the README's first picture: cards by day, and a session
// that has been transferred by night. The accounts are examples; what a share
// leaves is written as the background writes it.
func TestScreensLead(t *testing.T) {
	w := &popupWorld{world: newWorld(t)}
	w.plainType()
	w.c = w.browser("profile")
	w.add("homebridge", "https://house.harbour.example", "reception")
	w.add("mediawiki", "https://wiki.harbour.example", "Marta Vidal", "Reports")
	w.add("meshcentral", "https://remote.harbour.example", "night-shift", "updates")
	var err error
	w.p, err = w.c.PopupInTab(t.Context())
	require.NoError(t, err)
	w.waitFor("[data-card]")
	for i, state := range []string{"transferred", "transferred", "expired", "transferred"} {
		w.note(w.cards[i], record{"phase": "done", "status": statusOf(state, "shared")})
	}
	cards := w.close(testbed.Look{Still: true})
	w.ready(w.cards[1])
	w.note(w.cards[1], record{"phase": "done", "status": statusOf("transferred", "shared"), "counts": record{"cookies": 14, "items": 36, "left": 0}})
	w.waitFor("[data-panel=success]")
	transferred := w.close(testbed.Look{Still: true, Dark: true})
	if *screens == "" {
		return
	}

	require.NoError(t, w.c.Visit(t.Context(), "about:blank"))
	page := fmt.Sprintf(`document.documentElement.innerHTML = '<body style="margin:0;width:900px;height:680px;display:flex;gap:44px;align-items:center;justify-content:center;background:#dbe7f3">' +
		['%s', '%s'].map((png) => '<img style="width:380px;border-radius:12px;box-shadow:0 2px 6px #0a254033,0 18px 40px #0a254040" src="data:image/png;base64,' + png + '">').join(''),
		document.images[1].decode().then(() => '')`, base64.StdEncoding.EncodeToString(cards), base64.StdEncoding.EncodeToString(transferred))
	_, err = w.c.Eval(t.Context(), page)
	require.NoError(t, err)
	png, err := w.c.Picture(t.Context(), 900, 680, 1.5)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(*screens, "lead.png"), png, 0o600))
}

// close is a picture of the popup from near.
func (w *popupWorld) close(l testbed.Look) []byte {
	w.t.Helper()
	w.look(l)
	w.do(`document.activeElement.blur()`)
	png, err := w.c.Picture(w.t.Context(), 380, 580, 2)
	require.NoError(w.t, err)
	return png
}
