package runner

import (
	"context"
	"time"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/envelope"
	"sessionferry/session"
)

// handBack gives the vault the session as it is after the work, if the work has
// changed it: an app that has replaced its cookies would not take the older ones
// again. The app is asked first, so that no good session is replaced by one that is
// signed out. It reports whether the vault has taken it.
func (r *Runner) handBack(ctx context.Context, a *access, l *lease, prev *envelope.Envelope, restored *Restored, app *catalogue.App) (bool, error) {
	if _, err := restored.Whoami(ctx, app); err != nil {
		return false, session.Errorf(session.CodeOf(err), "after the task; the vault keeps the session as it was before").Because(err)
	}
	scope, err := session.NewScope(app.Domains, restored.bundle.Site)
	if err != nil {
		return false, err
	}
	now, changed, err := restored.Capture(ctx, scope)
	if err != nil || !changed {
		return false, err
	}
	sealed, err := r.sealRefresh(a, prev, now, app)
	if err != nil {
		return false, err
	}
	if err := a.vault.refresh(ctx, l.ID, session.NewID().String(), sealed); err != nil {
		return false, err
	}
	return true, r.store.saw(l.Account.ID, sealed.Header().Generation)
}

func (r *Runner) sealRefresh(a *access, prev *envelope.Envelope, b *session.Bundle, app *catalogue.App) (*envelope.Envelope, error) {
	now := r.cfg.Now()
	change := envelope.Refresh{Created: now}
	proof := apps.Evaluate(app, apps.Input{Items: apps.Items(&b.Capture), Read: b.Capture.Read, Now: now})
	if proof.NotAfter != nil {
		change.NotAfter = *proof.NotAfter
	}
	return envelope.SealRefresh(prev, change, a.keys, a.roster.Recipients(now), b.Encode)
}

// keepLease returns a context that ends when the lease does, which is renewed for as
// long as it goes on. A lease for confirming is not.
func (r *Runner) keepLease(ctx context.Context, v *vault, l *lease) (leased context.Context, stop func()) {
	leased, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.renewing(leased, l, v.renew)
		cancel(session.Errorf(session.CodeLeaseEnded, ""))
	}()
	return leased, func() { cancel(nil); <-done }
}

// soon is how little of a lease is left when it is not worth while to renew it.
const soon = 100 * time.Millisecond

// renewing returns when the lease has ended or ctx is done. While the vault does not
// answer it is asked again, each time after three quarters of what is left.
func (r *Runner) renewing(ctx context.Context, l *lease, renew func(context.Context, session.ID) (*lease, error)) {
	for until := time.Now().Add(r.remaining(l)); ; {
		left := time.Until(until)
		if left <= soon || l.waits() {
			_ = sleep(ctx, left) // either way there is no more to do
			return
		}
		if !sleep(ctx, left*3/4) {
			return
		}
		renewed, err := renew(ctx, l.ID)
		switch session.CodeOf(err) {
		case "":
			until = time.Now().Add(r.remaining(renewed))
		case session.CodeLeaseEnded:
			return
		}
	}
}
