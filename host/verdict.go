package host

import (
	"cmp"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Verdict is what a person may see of a proof: names of markers and masked
// identities, never a value.
type Verdict struct {
	Verdict   apps.Verdict `json:"verdict"`
	Accounts  int          `json:"accounts,omitzero"`
	Identity  string       `json:"identity,omitempty"` // who is signed in
	Warnings  []string     `json:"warnings"`
	Markers   []string     `json:"markers"`
	Name      bool         `json:"name,omitzero"`    // the person may say whose session it is, for a runner to confirm
	Rotates   int          `json:"rotates,omitzero"` // seconds after which a credential was seen to be replaced, with the warning rotating
	Elsewhere []Elsewhere  `json:"elsewhere,omitempty"`
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

// Refusal is a proof that does not allow the transfer.
type Refusal struct {
	err     *session.Error
	Verdict Verdict
}

// Error is the refusal's code and detail.
func (r *Refusal) Error() string { return r.err.Error() }

// Unwrap returns the session error.
func (r *Refusal) Unwrap() error { return r.err }

// nameable reports whether a person may name the account: nobody can tell from
// here, and a runner can ask the app on arrival.
func nameable(app *catalogue.App, v apps.Verdict, travelling *session.Capture) bool {
	unclear := v == apps.VerdictUnproven || v == apps.VerdictUnknown
	return unclear && app.Question() != nil && len(travelling.Cookies)+travelling.ItemCount() > 0
}

// proofOf says whose word a permitted transfer rests on.
func proofOf(result apps.Result, told, named bool) session.Proof {
	switch {
	case result.Verdict != apps.VerdictOne && named:
		return session.ProofPerson
	case told:
		return session.ProofApp
	case result.Has(apps.WarnAssumed):
		return session.ProofAssumed
	}
	return session.ProofJar
}
