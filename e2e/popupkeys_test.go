package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestPopupKeys is everything that a person does in the popup, by keys alone:
// Tab, Enter, Space, Escape and the arrows.
func TestPopupKeys(t *testing.T) {
	t.Parallel()
	t.Run("Chromium", func(t *testing.T) {
		w := newWorld(t)
		w.startWiki()
		keyStory(t, w, w.browser("profile", "*://mw.localhost/*"))
	})
	t.Run("Firefox", func(t *testing.T) {
		w := newWorld(t)
		w.startWiki()
		f := w.firefox("profile", nil)
		require.NoError(t, f.Allow(t.Context(), "*://mw.localhost/*"))
		keyStory(t, w, f)
	})
}

// keyStory adds an account, searches, shares and deletes.
func keyStory(t *testing.T, w *world, b testbed.Browser) {
	require.NoError(t, w.wiki.SignIn(t.Context(), b, w.wiki.Bob))
	p, err := b.Popup(t.Context(), w.screens())
	require.NoError(t, err)
	defer p.Close()
	k := &keyboard{t: t, p: p}

	k.to("[data-action=add]", "Enter")
	k.at("[name=username]")
	k.to("[data-action=save]", "Enter")
	k.at("[name=app][aria-invalid=true]") // what is missing is said, and gone to
	k.types("MediaW")
	k.to("[name=username]", "")
	k.types("Bob")
	k.to("[data-action=save]", "Enter")
	k.sees("[data-action=share]:not([disabled])")

	k.press("Escape") // to the cards, on the one that was left
	k.at(".open")
	k.to("[data-action=add]", "Enter")
	k.at("[name=username]")
	k.press("Escape")
	k.at("[data-action=add]")

	k.to("[name=search]", "")
	k.types("nobody")
	k.sees(".none")
	k.press("Escape") // empties the field
	k.sees(".card")
	k.types("bob")
	k.press("Down")
	k.at(".open")
	k.press("Up")
	k.at("[name=search]")
	k.press("Down")
	k.at(".open")
	k.press("Enter")
	k.sees("[data-action=share]:not([disabled])")
	k.at("h1")

	k.to("[data-action=share]", "Enter")
	k.at("[name=consent]")
	k.press("Escape")
	k.at("[data-action=share]")
	k.press("Enter")
	k.at("[name=consent]")
	k.to("[data-action=back-out]", "Enter")
	k.at("[data-action=share]")
	k.press("Enter")
	k.to("[name=consent]", "Space")
	k.to("[data-action=agree]", "Enter")
	require.NoError(t, p.Outcome(t.Context()))
	k.at("[data-action=done]")
	k.press("Enter")
	k.at("[data-action=share]")

	k.to("[data-action=delete]", "Enter")
	k.at("[data-action=delete-keep]") // what ends nothing is asked first
	k.press("Enter")
	k.at("[data-action=delete]")
	k.press("Enter")
	k.at("[data-action=delete-keep]")
	k.press("Escape")
	k.at("[data-action=delete]")
	k.press("Enter")
	k.to("[data-action=delete-yes]", "Enter")
	k.sees(".transfer[data-status=none]")
	k.at("[data-action=share]")
	k.to("[data-action=back]", "Enter")
	k.at(".open")
}

// keyboard is a popup whose person has no mouse.
type keyboard struct {
	t *testing.T
	p *testbed.Popup
}

// ringless is the element that has the focus without showing it.
const ringless = `(() => {
	const own = document.activeElement;
	const shows = [own, own.closest('.card')].filter(Boolean).some((el) => {
		const {outlineStyle, outlineWidth} = getComputedStyle(el);
		return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
	});
	return shows ? '' : own.outerHTML.slice(0, 100);
})()`

// to goes to an element with Tab, where the focus must be seen, and presses a key.
func (k *keyboard) to(selector, key string) {
	k.t.Helper()
	require.NoError(k.t, k.p.KeysTo(k.t.Context(), selector, ""))
	hidden, err := k.p.Eval(k.t.Context(), ringless)
	require.NoError(k.t, err)
	assert.Empty(k.t, hidden, "the focus is seen")
	k.press(key)
}

func (k *keyboard) press(key string) {
	k.t.Helper()
	require.NoError(k.t, k.p.Press(k.t.Context(), key))
}

func (k *keyboard) types(text string) {
	k.t.Helper()
	require.NoError(k.t, k.p.Type(k.t.Context(), text))
}

func (k *keyboard) sees(selector string) {
	k.t.Helper()
	require.NoError(k.t, k.p.WaitFor(k.t.Context(), selector))
}

// at waits until an element has the focus.
func (k *keyboard) at(selector string) {
	k.t.Helper()
	require.NoError(k.t, k.p.WaitFor(k.t.Context(), ":is("+selector+"):focus"))
}
