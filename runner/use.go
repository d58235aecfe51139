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

// confirmLife is the same of a lease for confirming.
const confirmLife = 2 * time.Minute

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
	Differences []Difference  `json:"differences"`          // never null
	HandedBack  bool          `json:"handed_back,omitzero"` // whether the vault has taken the session as it is after the work

	told bool // whether the vault has heard what the app said
}

// Options of Use.
type Options struct {
	// Verify meets every origin of the bundle at once, so that Result covers all
	// of its storage.
	Verify bool
	// Work is done in the restored browser once the app has confirmed whose
	// session it is. nil: nothing.
	Work func(context.Context, *Restored) error
	// HandBack gives the vault the session as it is after the work, if the work has
	// changed it, also where it failed.
	HandBack bool
}

// Use leases an account's session, opens and restores it, asks the app who is
// signed in and tells the vault, does the work, and leaves nothing behind: the
// browser is ended, its profile removed and the lease given back, whatever
// happens. It ends when the lease does, which is renewed meanwhile.
//
// The result is set as soon as a browser was restored to, also beside an error.
func (r *Runner) Use(ctx context.Context, account session.ID, opt Options) (*Result, error) {
	a, err := r.access(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.vault.lease(ctx, account, a.known.Seen[account])
	if err != nil {
		return nil, err
	}
	return r.withLease(ctx, a.vault, l, func() (*access, error) { return a, nil }, opt)
}

// access is what the runner needs to open what the vault holds.
type access struct {
	vault     *vault
	enrolment *Enrolment
	keys      *envelope.Keys
	roster    *envelope.Roster
	known     trust
}

func (r *Runner) access(ctx context.Context) (*access, error) {
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
	return &access{v, e, keys, roster, known}, nil
}

// withLease uses a lease, for as long as it lasts, and gives it back.
func (r *Runner) withLease(ctx context.Context, v *vault, l *lease, enter func() (*access, error), opt Options) (*Result, error) {
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
		defer cancel()
		_ = v.release(last, l.ID) // it ends by itself otherwise
	}()
	leased, stop := r.keepLease(ctx, v, l)
	defer stop()
	a, err := enter()
	if err != nil {
		return nil, err
	}
	res, err := r.useLease(leased, a, l, opt)
	if ended := context.Cause(leased); err != nil && ended != nil && session.CodeOf(ended) == session.CodeLeaseEnded {
		err = ended
	}
	return res, err
}

// remaining returns how long the lease lasts by this machine's clock, which may
// differ from the vault's.
func (r *Runner) remaining(l *lease) time.Duration {
	life := leaseLife
	if l.waits() {
		life = confirmLife
	}
	d := l.Until.Sub(r.cfg.Now())
	if d <= 0 || d > life {
		return life
	}
	return d
}

func (r *Runner) useLease(ctx context.Context, a *access, l *lease, opt Options) (*Result, error) {
	env, err := a.vault.envelope(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	plain, err := env.Open(a.keys, a.roster, envelope.Expect{
		Workspace: a.enrolment.Workspace, Account: l.Account.ID, App: l.Account.App, Seen: a.known.Seen[l.Account.ID], Now: r.cfg.Now(),
	})
	if err != nil {
		return nil, err
	}
	saw := func() error { return r.store.saw(l.Account.ID, env.Header().Generation) }
	if !l.waits() {
		if err := saw(); err != nil {
			return nil, err
		}
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
	err = r.confirm(ctx, a.vault, l, restored, app, res)
	if err == nil && l.waits() { // it is current from now on, and was not before
		err = saw()
	}
	if err == nil && opt.Verify {
		err = restored.Verify(ctx)
	}
	if err == nil && opt.Work != nil {
		err = opt.Work(ctx, restored)
		if opt.HandBack && ctx.Err() == nil && !l.waits() {
			var failed error
			res.HandedBack, failed = r.handBack(ctx, a, l, env, restored, app)
			err = errors.Join(err, failed)
		}
	}
	res.Cookies, res.Storage, res.Differences = restored.Cookies(), restored.Storage(), restored.Differences()
	return res, err
}

// confirm asks the app and reports its answer to the vault. An answer against the
// session is only believed, and reported, when the session was restored whole: an app
// answers the same to a session that lacks a cookie.
func (r *Runner) confirm(ctx context.Context, v *vault, l *lease, restored *Restored, app *catalogue.App, res *Result) error {
	who, err := restored.Whoami(ctx, app)
	res.RestoredAs = who.Value
	cause, against := causes[session.CodeOf(err)]
	switch {
	case err == nil:
		res.Match = true
	case !against:
		return err
	case len(restored.Differences()) > 0:
		return session.Errorf(session.CodeRestoreFailed, "and so the app's answer proves nothing").Because(err)
	}
	st, untold := v.report(ctx, l, cause)
	res.told = untold == nil
	if against && res.told && !l.waits() && st.State != session.StateInvalid {
		err = session.Errorf(session.CodeOf(err), "the vault keeps the session until a second check, some minutes later, gets the same answer").Because(err)
	}
	return errors.Join(err, untold)
}

// causes are the answers that speak against a session.
var causes = map[session.Code]session.Cause{
	session.CodeAppSignedOut:    session.CauseSignedOut,
	session.CodeAppOtherAccount: session.CauseWrongAccount,
	session.CodeSessionBound:    session.CauseBound,
}
