package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestLosing: what cannot leave the browser is told by name before anything is
// sent, and the share goes on without it once the person has accepted that.
func TestLosing(t *testing.T) {
	t.Parallel()
	w, bank, bob := bankWorld(t)
	w.inBothBrowsers(func(w *world, name string, b testbed.Browser) {
		t, ctx := w.t, w.t.Context()
		lost := []string{"keys/private/signing"}
		if name == "chromium" { // Firefox itself replaces the bytes that are no UTF-8 when the cookie is set: nothing is lost on the way
			lost = append(lost, "bank_note")
		}
		require.NoError(t, b.Allow(ctx, bank.Pattern()))
		require.NoError(t, b.Visit(ctx, bank.Site+"/sign-in?odd=yes&user="+bank.Bob.Name))
		require.NoError(t, b.WaitFor(ctx, "body[data-odd=yes]"))
		_, before := w.status(bob)

		p := w.details(b, bob)
		defer p.Close()
		require.NoError(t, p.Ask(ctx))
		require.NoError(t, p.WaitFor(ctx, "[data-panel=losing]"))
		require.NoError(t, p.Shot(ctx, "losing"))
		said, err := p.Text(ctx, "[data-panel=losing]")
		require.NoError(t, err)
		for _, lost := range lost {
			assert.Contains(t, said, lost)
		}
		if name == "firefox" {
			assert.NotContains(t, said, "bank_note")
		}
		_, now := w.status(bob)
		assert.Equal(t, before, now, "nothing was sent")

		require.NoError(t, p.Click(ctx, "[data-action=accept]"))
		require.NoError(t, p.Outcome(ctx))
		_, now = w.status(bob)
		assert.Equal(t, before+1, now)
	})
}
