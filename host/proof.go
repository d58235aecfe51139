package host

import (
	"context"
	"runtime/debug"
	"time"

	"sessionferry/apps"
	"sessionferry/session"
)

// CaptureFunc waits for the captured session: the JSON of session.Capture.
type CaptureFunc func(ctx context.Context) ([]byte, error)

// Checked is the answer of Check.
type Checked struct {
	Verdict Verdict `json:"verdict"`
}

// Check proves whose session was captured and transfers nothing. A refusal is a
// verdict here, not an error.
func (s *Service) Check(ctx context.Context, id session.ID, capture CaptureFunc, observed *Observed) (*Checked, error) {
	if err := observed.validate(); err != nil {
		return nil, err
	}
	t, err := s.ownedTarget(ctx, id)
	if err != nil {
		return nil, err
	}
	// Without consent the app is not asked.
	p, err := s.prove(ctx, t, capture, nil, observed, new(Took))
	if err != nil {
		return nil, err
	}
	return &Checked{p.verdict}, nil
}

// largeCapture is from where on, in bytes, a capture's raw form is given back at
// once.
const largeCapture = 4 << 20

// proof is a captured session and what it shows.
type proof struct {
	captured *session.Capture // what of it a restore makes again
	lost     []string         // names of the cookies that no restore makes again
	dropped  int              // how many these are, with those that would not travel
	result   apps.Result
	told     bool // the app has named the account to the person's browser
	verdict  Verdict
}

// prove waits for the capture and evaluates it; where the jar does not tell whose
// session it is, the app is asked, if there is an ask. The raw bytes are not kept: of a
// large capture they are given back before the seal takes its buffer, which
// would otherwise come on top of both forms.
func (s *Service) prove(ctx context.Context, t *target, wait CaptureFunc, ask AskFunc, observed *Observed, took *Took) (*proof, error) {
	data, err := wait(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	size := len(data)
	p := &proof{}
	read, err := session.DecodeCapture(data, t.scope)
	if err != nil {
		return nil, err
	}
	kept, lost := apps.KeepRestorable(t.app, read)
	p.captured, p.lost, p.dropped = &kept, sortedNames(lost), len(read.Cookies)-len(kept.Cookies)
	if size > largeCapture {
		debug.FreeOSMemory()
	}
	took.Decode = time.Since(began)
	began = time.Now()
	in := apps.Input{
		Items:  apps.Items(p.captured),
		Read:   p.captured.Read,
		Unread: p.captured.Unread,
		Expect: &session.Identity{Kind: t.app.Card, Value: t.account.Username},
		Now:    s.Now(),

		Registered: observed != nil && observed.Registered,
	}
	p.result = apps.Evaluate(t.app, in)
	took.Proof = time.Since(began)
	if ask != nil && apps.Settles(t.app, p.result.Verdict) {
		if in.Told, err = probe(ctx, t.app, in, ask); err != nil {
			return nil, err
		}
		p.told = in.Told != nil
		p.result = apps.Evaluate(t.app, in)
	}
	p.verdict = verdictOf(t.app, p.result)
	observed.warn(t.app, &p.verdict)
	return p, nil
}
