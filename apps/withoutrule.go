package apps

import (
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// withoutRule judges the jar of an app whose file has no rule: as Generic does,
// and by what the app has told. Only a runner's question on arrival can settle
// such a share, so it is never VerdictOne.
func withoutRule(in Input) Result {
	r := Generic(in)
	told := in.Told
	if told == nil || r.Verdict != VerdictUnproven && r.Verdict != VerdictUnknown {
		return r
	}
	switch told.State {
	case WhoamiSignedOut:
		r.Verdict, r.Identity = VerdictSignedOut, nil
		r.mark([]string{shownPath(told.Path)})
	case WhoamiSignedIn:
		r.Verdict = VerdictUnproven
		r.Identity, r.Identities = &told.Identity, []session.Identity{told.Identity}
		if in.Expect != nil && in.Expect.Kind == told.Identity.Kind && !same(*in.Expect, told.Identity) {
			r.Verdict, r.Accounts = VerdictWrong, 1
			r.mark([]string{shownPath(told.Path)})
		}
	}
	return r
}

// carriedWithoutRule reports whether an item travels for an app without a rule:
// what may be a session, and the host's own cookies against forgery that go with
// it. Lists of accounts and telemetry stay, and so does all else: an app that
// needs more names it with need.
func carriedWithoutRule(it *Item) bool {
	v := plain(it)
	switch {
	case it.Store == catalogue.Cookie && telemetry().MatchString(it.Name), namesSeveral(it, v):
		return false
	case it.Store == catalogue.Cookie && againstForgery(it):
		return it.HostOnly
	}
	return mayBeSession(it) || len(tokensIn(v)) > 0
}
