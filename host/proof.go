package host

import (
	"cmp"
	"context"
	"runtime/debug"
	"time"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// CaptureFunc waits for the captured session: the JSON of session.Capture.
type CaptureFunc func(ctx context.Context) ([]byte, error)

// Verdict is what a person may see of a proof: names of markers and a masked
// identity, never a value.
type Verdict struct {
	Verdict  apps.Verdict `json:"verdict"`
	Accounts int          `json:"accounts,omitzero"`
	Identity string       `json:"identity,omitempty"`
	Warnings []string     `json:"warnings"`
	Markers  []string     `json:"markers"`
}

// Checked is the answer of Check.
type Checked struct {
	Verdict Verdict `json:"verdict"`
}

// Check proves whose session was captured and transfers nothing. A refusal is a
// verdict here, not an error.
func (s *Service) Check(ctx context.Context, id session.ID, capture CaptureFunc) (*Checked, error) {
	t, err := s.ownedTarget(ctx, id)
	if err != nil {
		return nil, err
	}
	// Without consent the app is not asked.
	_, result, err := s.prove(ctx, t, capture, nil, new(Took))
	if err != nil {
		return nil, err
	}
	return &Checked{verdictOf(t.app, result)}, nil
}

// largeCapture is from where on, in bytes, a capture's raw form is given back at
// once.
const largeCapture = 4 << 20

// prove waits for the capture and evaluates it; where the jar does not tell whose
// session it is, the app is asked, if there is an ask. The raw bytes are not kept: of a
// large capture they are given back before the seal takes its buffer, which
// would otherwise come on top of both forms.
func (s *Service) prove(ctx context.Context, t *target, wait CaptureFunc, ask AskFunc, took *Took) (*session.Capture, apps.Result, error) {
	data, err := wait(ctx)
	if err != nil {
		return nil, apps.Result{}, err
	}
	began := time.Now()
	size := len(data)
	captured, err := session.DecodeCapture(data, t.scope)
	if err != nil {
		return nil, apps.Result{}, err
	}
	if size > largeCapture {
		debug.FreeOSMemory()
	}
	took.Decode = time.Since(began)
	began = time.Now()
	in := apps.Input{
		Items:  apps.Items(captured),
		Read:   captured.Read,
		Expect: &session.Identity{Kind: t.app.Card, Value: t.account.Username},
		Now:    s.Now(),
	}
	result := apps.Evaluate(t.app, in)
	took.Proof = time.Since(began)
	if ask == nil || !apps.Settles(t.app, result.Verdict) {
		return captured, result, nil
	}
	if in.Told, err = probe(ctx, t.app, in, ask); err != nil {
		return nil, apps.Result{}, err
	}
	return captured, apps.Evaluate(t.app, in), nil
}

// verdictOf shows the account by the kind that the app's cards have, where that
// was read.
func verdictOf(app *catalogue.App, r apps.Result) Verdict {
	v := Verdict{Verdict: r.Verdict, Accounts: r.Accounts, Warnings: r.Warnings, Markers: r.Markers}
	if id := cmp.Or(r.Known(app.Card), r.Identity); id != nil {
		v.Identity = apps.Mask(id.Value)
	}
	return v
}
