package apps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"sessionferry/apps"
	"sessionferry/session"
)

const asked = "whoami: {get: [/me], via: [json, 'path:$.name'], kind: username, signed_out: {status: [401], type: application/json}}"

// An app without a rule can be offered, is never proved by its jar, and carries
// what may be a session.
func TestAppWithoutRule(t *testing.T) {
	a := rule(t, asked)
	assert.True(t, a.Offered())
	assert.False(t, rule(t, "").Offered(), "nobody could tell whether a restore works")

	c := local(jar(ck("sid", "0123456789abcdef"), ck("theme", "dark"), ck("csrf", "x")), "auth_token", "0123456789abcdef", "draft", "x")
	in := input(c)
	in.Expect = &session.Identity{Kind: "username", Value: "bob"}
	r := apps.Evaluate(a, in)
	assert.Equal(t, apps.VerdictUnknown, r.Verdict)
	assert.Equal(t, []string{"sid"}, r.Markers)
	assert.False(t, apps.Settles(a, r.Verdict), "without a probe the person names the account")

	probed := rule(t, "probe"+asked[len("whoami"):])
	assert.True(t, apps.Settles(probed, r.Verdict))
	assert.Equal(t, []string{"csrf", "sid"}, apps.Watched(probed, in))
	in.Told = &apps.Answer{State: apps.WhoamiSignedIn, Identity: *in.Expect, Path: "/me?x=1"}
	r = apps.Evaluate(probed, in)
	assert.Equal(t, apps.VerdictUnproven, r.Verdict, "the app names who is active, not who else is there")
	assert.Equal(t, "bob", r.Identity.Value)
	in.Told = &apps.Answer{State: apps.WhoamiSignedOut, Path: "/me?x=1"}
	r = apps.Evaluate(probed, in)
	assert.Equal(t, apps.VerdictSignedOut, r.Verdict)
	assert.Equal(t, []string{"/me"}, r.Markers)

	got, left := apps.Travels(a, c)
	assert.Equal(t, []string{"sid", "csrf", "local:auth_token"}, names(got))
	assert.Equal(t, []string{"draft", "theme"}, left.Stayed)
	got, _ = apps.Travels(rule(t, "need: [theme, {local: draft}]\n"+asked), c)
	assert.Equal(t, []string{"theme", "local:draft"}, names(got), "its owner decides what the app needs")
}

// A session that the browser saw registered for its device is refused by the names
// of its credentials; names that the file or the browser gives come first.
func TestBoundSessions(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\nbound: ['bound_*']\ncomplete: yes")
	in := input(jar(ck("sid", "s")))
	assert.Equal(t, apps.VerdictOne, apps.Evaluate(a, in).Verdict)
	in.Registered = true
	r := apps.Evaluate(a, in)
	assert.Equal(t, apps.VerdictBound, r.Verdict)
	assert.Equal(t, []string{"sid"}, r.Markers)
	assert.Equal(t, session.CodeSessionBound, r.Err().Code)
	assert.Contains(t, r.Seen(), "seen in sid")

	in = input(jar(ck("sid", "s"), ck("bound_key", "k")))
	assert.Equal(t, []string{"bound_key"}, apps.Evaluate(a, in).Markers)
	in = input(jar(ck("bound_key", "k")))
	assert.Equal(t, apps.VerdictSignedOut, apps.Evaluate(a, in).Verdict, "nobody is signed in")
}
