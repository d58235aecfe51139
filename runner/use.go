package runner

import (
	"context"
	"errors"
	"time"

	"sessionferry/apps/catalogue"
	"sessionferry/envelope"
	"sessionferry/session"
)

// leaseLife is how long a lease lasts (docs/api.md).
const leaseLife = 10 * time.Minute

// goodbye is how long the last words to the vault may take.
const goodbye = 10 * time.Second

// Result is what became of a restore. Its JSON form is the last line that
// "sessionferry-runner restore --json" prints.
type Result struct {
	Account     session.ID    `json:"account"`
	App         string        `json:"app"`
	RestoredAs  string        `json:"restored_as"` // whom the app says is signed in
	Match       bool          `json:"match"`       // whether that is whom the proof found at the share
	Cookies     CookieCounts  `json:"cookies"`
	Storage     StorageCounts `json:"storage"`
	Differences []Difference  `json:"differences"` // never null
}

// Options of Use.
type Options struct {
	// Verify meets every origin of the bundle at once, so that Result covers all
	// of its storage.
	Verify bool
	// Work is done in the restored browser once the app has confirmed whose
	// session it is. nil: nothing.
	Work func(context.Context, *Restored) error
}

// Use leases an account's session, opens and restores it, asks the app who is
// signed in and tells the vault, does the work, and leaves nothing behind: the
// browser is ended, its profile removed and the lease given back, whatever
// happens. It ends when the lease does.
//
// The result is set as soon as a browser was restored to, also beside an error.
func (r *Runner) Use(ctx context.Context, account session.ID, opt Options) (*Result, error) {
	v, e, err := r.connect()
	if err != nil {
		return nil, err
	}
	keys, err := r.cfg.keyFile().load()
	if err != nil {
		return nil, err
	}
	roster, _, err := r.roster(ctx, v, e)
	if err != nil {
		return nil, err
	}
	known, err := r.store.trust()
	if err != nil {
		return nil, err
	}
	l, err := v.lease(ctx, account, known.Seen[account])
	if err != nil {
		return nil, err
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		_ = v.release(last, l.ID) // it ends by itself otherwise
	}()
	leased, cancel := context.WithTimeoutCause(ctx, r.remaining(l), session.Errorf(session.CodeLeaseEnded, ""))
	defer cancel()
	res, err := r.useLease(leased, v, l, func(env *envelope.Envelope) ([]byte, error) {
		return env.Open(keys, roster, envelope.Expect{
			Workspace: e.Workspace, Account: account, App: l.Account.App, Seen: known.Seen[account], Now: r.cfg.Now(),
		})
	}, opt)
	if ended := context.Cause(leased); err != nil && ended != nil && session.CodeOf(ended) == session.CodeLeaseEnded {
		err = ended
	}
	return res, err
}

// remaining returns how long the lease lasts by this machine's clock, which may
// differ from the vault's.
func (r *Runner) remaining(l *lease) time.Duration {
	d := l.Until.Sub(r.cfg.Now())
	if d <= 0 || d > leaseLife {
		return leaseLife
	}
	return d
}

func (r *Runner) useLease(ctx context.Context, v *vault, l *lease, open func(*envelope.Envelope) ([]byte, error), opt Options) (*Result, error) {
	env, err := v.envelope(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	plain, err := open(env)
	if err != nil {
		return nil, err
	}
	if err := r.store.saw(l.Account.ID, env.Header().Generation); err != nil {
		return nil, err
	}
	app, err := r.cfg.Catalogue.Get(l.Account.App)
	if err != nil {
		return nil, err
	}
	bundle, err := session.DecodeBundle(plain, app.Domains)
	clear(plain)
	if err != nil {
		return nil, err
	}
	if bundle.App != l.Account.App || bundle.Site != l.Account.Site {
		return nil, session.Errorf(session.CodeEnvelopeContext, "another app or site than the card's")
	}
	restored, err := Open(ctx, r.cfg, bundle)
	if err != nil {
		return nil, err
	}
	defer restored.Close()

	res := &Result{Account: l.Account.ID, App: bundle.App}
	err = r.confirm(ctx, v, l, restored, app, res)
	if err == nil && opt.Verify {
		err = restored.Verify(ctx)
	}
	if err == nil && opt.Work != nil {
		err = opt.Work(ctx, restored)
	}
	res.Cookies, res.Storage, res.Differences = restored.Cookies(), restored.Storage(), restored.Differences()
	return res, err
}

// confirm asks the app and tells the vault. That the app has signed the session
// out is only believed, and told, when the session was restored whole: a lost
// cookie looks the same.
func (r *Runner) confirm(ctx context.Context, v *vault, l *lease, restored *Restored, app *catalogue.App, res *Result) error {
	who, err := restored.Whoami(ctx, app)
	res.RestoredAs = who.Value
	switch session.CodeOf(err) {
	case "":
		res.Match = true
		return v.report(ctx, l.ID, "")
	case session.CodeAppSignedOut:
		if len(restored.Differences()) > 0 {
			return session.Errorf(session.CodeRestoreFailed, "and the app says that nobody is signed in").Because(err)
		}
		return errors.Join(err, v.report(ctx, l.ID, session.CauseSignedOut))
	case session.CodeAppOtherAccount:
		return errors.Join(err, v.report(ctx, l.ID, session.CauseWrongAccount))
	}
	return err
}
