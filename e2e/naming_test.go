package e2e

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestNaming: where nothing tells whose session it is the person may say so; the
// copy is the current session only once a runner has asked the app.
func TestNaming(t *testing.T) {
	t.Parallel()
	w, bank, _ := bankWorld(t)
	mute := *bank
	mute.ID = "mute-bank"
	bob := w.cardOf(&mute, bank.Bob)
	w.serve("--apps", companyApps)
	w.inBothBrowsers(func(w *world, _ string, b testbed.Browser) {
		t := w.t
		ctx := t.Context()
		require.NoError(t, b.Allow(ctx, bank.Pattern()))
		require.NoError(t, bank.SignIn(ctx, b, bank.Bob))
		_, before := w.status(bob)

		p := w.details(b, bob)
		assert.Equal(t, "account_unprovable", refused(t, p.Share(ctx)))
		require.NoError(t, p.Shot(ctx, "unprovable"))
		require.NoError(t, nameIt(ctx, p))
		now := w.confirmed(bob, before)
		require.NoError(t, p.WaitFor(ctx, ".transfer[data-status=transferred]"))
		require.NoError(t, p.Shot(ctx, "confirmed"))
		p.Close()

		require.NoError(t, bank.SignIn(ctx, b, bank.Alice))
		p = w.details(b, bob)
		defer p.Close()
		assert.Equal(t, "account_unprovable", refused(t, p.Share(ctx)))
		require.NoError(t, nameIt(ctx, p))
		require.NoError(t, p.WaitFor(ctx, "[data-panel=refused][data-cause=wrong_account_on_arrival]"))
		require.NoError(t, p.Shot(ctx, "refused"))
		said, err := p.Text(ctx, "[data-panel=refused]")
		require.NoError(t, err)
		assert.Contains(t, said, "another account than the one on the card")
		assert.Contains(t, said, "The older session stays as it was.")
		state, after := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.Equal(t, now, after, "the older session is the current one")
	})
}

// nameIt says whose session it is and waits for the end of that share. The refusal
// before it stays until the new share has begun.
func nameIt(ctx context.Context, p *testbed.Popup) error {
	if err := p.Click(ctx, "[data-action=name]"); err != nil {
		return err
	}
	if err := p.WaitFor(ctx, "body:not(:has([data-code=account_unprovable]))"); err != nil {
		return err
	}
	return p.Outcome(ctx)
}

// serve starts a runner that confirms shares.
func (w *world) serve(args ...string) {
	w.t.Helper()
	_, err := w.bed.Start("serve", w.bed.Program("sessionferry-runner"), append([]string{"serve"}, args...)...)
	require.NoError(w.t, err)
}

// confirmed waits until a runner has confirmed a share, and returns its number,
// which is above that of the one before.
func (w *world) confirmed(card string, before uint64) (share uint64) {
	w.t.Helper()
	eventually(w.t, func() bool {
		var state string
		state, share = w.status(card)
		return state == "transferred" && share > before
	}, "a runner confirms the share")
	return share
}
