package apps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sessionferry/session"
)

// Verdict is the one word that an evaluation comes to.
type Verdict string

// The verdicts. Only VerdictOne transfers without a further question.
const (
	VerdictOne       Verdict = "one"        // exactly one account, and the expected one
	VerdictSeveral   Verdict = "several"    // more than one account
	VerdictWrong     Verdict = "wrong"      // another account than the expected one
	VerdictConflict  Verdict = "conflict"   // two sources or two credentials contradict each other
	VerdictPickScope Verdict = "pick_scope" // sign-ins of more than one tenant
	VerdictUnproven  Verdict = "unproven"   // signed in; the jar does not show as whom, or not that it is all
	VerdictUnknown   Verdict = "unknown"    // perhaps nobody is signed in
	VerdictSignedOut Verdict = "signed_out" // nobody is
	VerdictActing    Verdict = "acting"     // the account acts as another page or person
	VerdictBound     Verdict = "bound"      // a credential is tied to the device
)

// The warnings of a Result.
const (
	WarnRotating   = "rotating"        // a credential goes stale within minutes
	WarnExpired    = "expired"         // a value names a time that has passed
	WarnAssumed    = "assumed"         // that there is one account is assumed: confirm at the far end
	WarnHint       = "hint_of_several" // a remembered id differs from the account
	WarnUnreadable = "id_unreadable"   // the account's id is declared and could not be read, or a list not whole
	WarnNotRead    = "store_not_read"  // a store that the rule needs was not read
	WarnNone       = "no_candidate"    // without a rule: nothing that looks like a session
)

// Result is what Evaluate and Generic found. It holds identities, which are
// personal, but no credential.
type Result struct {
	Verdict    Verdict
	Accounts   int                // how many accounts (of VerdictPickScope: tenants) were seen; 0: cannot be told
	Identity   *session.Identity  // the account in use; nil: not readable, or not one
	Identities []session.Identity // all that was read of the account in use, for example uid and username
	Warnings   []string           // words of the Warn constants, each once
	Markers    []string           // names of the cookies and storage keys that decided, sorted; never values
	NotAfter   *time.Time         // when the sign-in runs out at the latest; nil: it does not say

	expected *session.Identity
}

// maxMarkers bounds how many names a result lists.
const maxMarkers = 12

// Known returns what was read of the account in use in one kind, for example
// the kind of the app's cards, and nil if there is none or not exactly one.
func (r *Result) Known(kind string) *session.Identity {
	var out *session.Identity
	for _, id := range r.Identities {
		if id.Kind != kind || kind == kindSession {
			continue
		}
		if out != nil {
			return nil
		}
		out = &session.Identity{Kind: id.Kind, Value: id.Value}
	}
	return out
}

// Err returns the refusal that a verdict means, and nil for VerdictOne. Its
// detail names counts, markers and masked identities.
func (r *Result) Err() *session.Error {
	codes := map[Verdict]session.Code{
		VerdictSeveral:   session.CodeAccountSeveral,
		VerdictWrong:     session.CodeAccountWrong,
		VerdictConflict:  session.CodeAccountConflict,
		VerdictPickScope: session.CodeAccountPickScope,
		VerdictUnproven:  session.CodeAccountUnprovable,
		VerdictUnknown:   session.CodeAccountUnclear,
		VerdictSignedOut: session.CodeAccountSignedOut,
		VerdictActing:    session.CodeAccountActing,
		VerdictBound:     session.CodeSessionBound,
	}
	if r.Verdict == VerdictOne {
		return nil
	}
	code, ok := codes[r.Verdict]
	switch {
	case !ok:
		code = session.CodeInternal
	case r.Has(WarnNotRead):
		code = session.CodeStorageUnread
	}
	return session.Errorf(code, "%s", r.Seen())
}

// Seen says in words, for people, what the verdict rests on: counts, the names of
// markers and masked identities, never a value. Why it matters and what to do is
// the sentence of the code of Err.
func (r *Result) Seen() string {
	var parts []string
	switch {
	case r.Verdict == VerdictPickScope:
		parts = append(parts, fmt.Sprintf("%d sites", r.Accounts))
	case r.Accounts > 1:
		parts = append(parts, fmt.Sprintf("%d accounts", r.Accounts))
	}
	if len(r.Markers) > 0 {
		parts = append(parts, "seen in "+strings.Join(r.Markers, ", "))
	}
	if id := r.shown(); id != nil {
		parts = append(parts, "signed in as "+Mask(id.Value))
	}
	if r.Verdict == VerdictWrong && r.expected != nil {
		parts = append(parts, "the card names "+Mask(r.expected.Value))
	}
	if r.Has(WarnNotRead) {
		parts = append(parts, "not all of the app's storage could be read")
	}
	return strings.Join(parts, "; ")
}

// shown is the identity to tell a person: of the kind that was expected, if
// one was read.
func (r *Result) shown() *session.Identity {
	if r.expected != nil {
		if id := r.Known(r.expected.Kind); id != nil {
			return id
		}
	}
	return r.Identity
}

// Has reports whether the result carries a warning.
func (r *Result) Has(warning string) bool { return slices.Contains(r.Warnings, warning) }

func (r *Result) warn(word string) {
	if !r.Has(word) {
		r.Warnings = append(r.Warnings, word)
	}
}

// mark sets the names that decided.
func (r *Result) mark(names []string) {
	slices.Sort(names)
	names = slices.Compact(names)
	r.Markers = names[:min(len(names), maxMarkers)]
}
