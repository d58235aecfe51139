package apps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// What the app itself says settles whose session it is, and no more than that.
func TestToldByTheApp(t *testing.T) {
	const probe = "\nprobe: {get: ['/me?x=1'], via: [json, 'path:$.name'], kind: username, signed_out: {status: [401], type: application/json}}"
	plain := rule(t, "signed_in: [[sid]]\ncomplete: yes"+probe)
	declared := rule(t, "signed_in: [[sid]]\nactive: [{cookie: uid, kind: uid}]\nacting: [{cookie: page, kind: uid}]\ncomplete: yes"+probe)
	listed := rule(t, "signed_in: [[sid]]\nroster: [{cookie: '/^multi-(.+)$/', take: 1, kind: session}]\ncomplete: yes"+probe)
	sealed := rule(t, "signed_in: [[sid]]\nactive: [{cookie: name, kind: username}]\ncomplete: no"+probe)
	maybe := rule(t, "signed_in: [[sid, key]]\nmaybe_signed_in: [sid]\ncomplete: yes"+probe)
	stored := rule(t, "signed_in: [[sid]]\nothers: [{local: more, kind: uid}]\ncomplete: yes"+probe)

	bob := &apps.Answer{State: apps.WhoamiSignedIn, Identity: session.Identity{Kind: "username", Value: "bob"}, Path: "/me?x=1"}
	alice := &apps.Answer{State: apps.WhoamiSignedIn, Identity: session.Identity{Kind: "username", Value: "alice"}, Path: "/me?x=1"}
	nobody := &apps.Answer{State: apps.WhoamiSignedOut, Path: "/me?x=1"}
	sid := ck("sid", "secret")

	ask := func(a *catalogue.App, told *apps.Answer, cookies ...session.Cookie) apps.Result {
		in := input(jar(cookies...))
		in.Expect, in.Told = &session.Identity{Kind: "username", Value: "Bob"}, told
		return apps.Evaluate(a, in)
	}
	for name, tc := range map[string]struct {
		got  apps.Result
		want apps.Verdict
	}{
		"not asked":                       {ask(plain, nil, sid), apps.VerdictUnproven},
		"the card's account":              {ask(plain, bob, sid), apps.VerdictOne},
		"another account":                 {ask(plain, alice, sid), apps.VerdictWrong},
		"nobody":                          {ask(plain, nobody, sid), apps.VerdictSignedOut},
		"an id that cannot be read":       {ask(declared, bob, sid), apps.VerdictOne},
		"acting as another":               {ask(declared, bob, sid, ck("page", "9")), apps.VerdictActing},
		"a list of one":                   {ask(listed, bob, sid, ck("multi-a", "x")), apps.VerdictOne},
		"a list of two":                   {ask(listed, bob, sid, ck("multi-a", "x"), ck("multi-b", "x")), apps.VerdictSeveral},
		"a list that is not whole":        {ask(listed, bob, sid, ck("multi-a\x01", "x")), apps.VerdictUnproven},
		"a list kept at the app":          {ask(sealed, bob, sid, ck("name", "Bob")), apps.VerdictOne},
		"a name that contradicts":         {ask(sealed, alice, sid, ck("name", "Bob")), apps.VerdictConflict},
		"what strangers hold too":         {ask(maybe, bob, sid), apps.VerdictOne},
		"a stranger":                      {ask(maybe, nobody, sid), apps.VerdictSignedOut},
		"storage that could not be read":  {apps.Evaluate(stored, apps.Input{Items: apps.Items(jar(sid)), Read: []string{"cookie"}, Told: bob, Now: now}), apps.VerdictUnproven},
		"nothing that anybody could hold": {ask(plain, bob), apps.VerdictSignedOut},
	} {
		assert.Equal(t, tc.want, tc.got.Verdict, name)
	}
	assert.Equal(t, []string{"/me"}, ask(plain, alice, sid).Markers, "the query stays out")
	assert.Contains(t, ask(sealed, bob, sid, ck("name", "Bob")).Warnings, apps.WarnAssumed, "others may be there")

	assert.True(t, apps.Settles(plain, apps.VerdictUnproven))
	assert.True(t, apps.Settles(maybe, apps.VerdictUnknown))
	assert.False(t, apps.Settles(plain, apps.VerdictSeveral))
	assert.False(t, apps.Settles(rule(t, "signed_in: [[sid]]\ncomplete: yes"), apps.VerdictUnproven))
}

// The cookies that an answer is bound to are those that sign in.
func TestWatched(t *testing.T) {
	a := rule(t, "signed_in: [['/^sid\\d$/', key], [{local: token}]]\nmaybe_signed_in: [anon]\ncomplete: yes")
	got := apps.Watched(a, input(jar(ck("sid1", "x"), ck("sid2", "y"), ck("key", "deleted"), ck("anon", "z"), ck("other", "w"))))
	require.Equal(t, []string{"anon", "sid1", "sid2"}, got)
}
