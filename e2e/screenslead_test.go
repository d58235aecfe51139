package e2e

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestScreensLead makes the README's first picture: cards by day, and a session
// that has been transferred by night. The accounts are examples; what a share
// leaves is written as the background writes it.
func TestScreensLead(t *testing.T) {
	t.Parallel()
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
	cards := w.close(testbed.Look{})
	w.ready(w.cards[1])
	w.note(w.cards[1], record{"phase": "done", "status": statusOf("transferred", "shared"), "counts": record{"cookies": 14, "items": 36, "left": 0}})
	w.waitFor("[data-panel=success]")
	transferred := w.close(testbed.Look{Dark: true})
	if *screens == "" {
		return
	}

	png := beside(t, w.c, 900, 680, 380, cards, transferred)
	require.NoError(t, os.WriteFile(filepath.Join(*screens, "lead.png"), png, 0o600))
}

// beside is a picture of pictures beside each other, each of a width.
func beside(t *testing.T, c *testbed.Chromium, width, height int64, each int, pngs ...[]byte) []byte {
	t.Helper()
	require.NoError(t, c.Visit(t.Context(), "about:blank"))
	var encoded []string
	for _, png := range pngs {
		encoded = append(encoded, base64.StdEncoding.EncodeToString(png))
	}
	page := fmt.Sprintf(`document.documentElement.innerHTML = '<body style="margin:0;width:%dpx;height:%dpx;display:flex;gap:44px;align-items:center;justify-content:center;background:#dbe7f3">' +
		'%s'.split(' ').map((png) => '<img style="width:%dpx;border-radius:12px;box-shadow:0 2px 6px #0a254033,0 18px 40px #0a254040" src="data:image/png;base64,' + png + '">').join(''),
		Promise.all([...document.images].map((image) => image.decode())).then(() => '')`, width, height, strings.Join(encoded, " "), each)
	_, err := c.Eval(t.Context(), page)
	require.NoError(t, err)
	png, err := c.Picture(t.Context(), width, height, 1.5)
	require.NoError(t, err)
	return png
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
