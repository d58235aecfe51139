package apps_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/session"
)

// Each verdict, the code that it refuses with, and what the person is told.
func TestVerdicts(t *testing.T) {
	const lines = `signed_in: [[sid, {cookie: realm, scope: path}], [sid]]
maybe_signed_in: [anon]
signed_out_if: [{cookie: out, equals: '1'}]
active: [{cookie: uid, kind: uid}, {cookie: uid2, kind: uid}]
others: [{cookie: more, via: ['split:|'], kind: uid}]
acting: [{cookie: page, kind: uid}]
complete: yes`
	a := rule(t, lines)
	sealed := rule(t, strings.Replace(lines, "complete: yes", "complete: no", 1))
	tenants := rule(t, "signed_in: [[{cookie: sid, scope: host}]]\ncomplete: yes")
	other := ck("sid", "secret-b")
	other.Domain = "b.probe.example"
	twin := ck("sid", "secret-b")
	twin.HostOnly = false
	sid, uid := ck("sid", "secret-a"), ck("uid", "100042")
	for name, tc := range map[string]struct {
		got     apps.Result
		verdict apps.Verdict
		code    session.Code
		detail  string
	}{
		"one":         {evaluate(a, sid, uid), apps.VerdictOne, "", ""},
		"signed out":  {evaluate(a, uid), apps.VerdictSignedOut, session.CodeAccountSignedOut, ""},
		"told so":     {evaluate(a, sid, uid, ck("out", "1")), apps.VerdictSignedOut, session.CodeAccountSignedOut, "seen in out"},
		"tombstone":   {evaluate(a, ck("sid", "deleted"), uid), apps.VerdictSignedOut, session.CodeAccountSignedOut, ""},
		"unknown":     {evaluate(a, ck("anon", "x")), apps.VerdictUnknown, session.CodeAccountUnclear, "seen in anon"},
		"several":     {evaluate(a, sid, uid, ck("more", "7|8")), apps.VerdictSeveral, session.CodeAccountSeveral, "3 accounts; seen in more, uid; signed in as 1•2"},
		"sources":     {evaluate(a, sid, uid, ck("uid2", "7")), apps.VerdictConflict, session.CodeAccountConflict, "2 accounts; seen in uid, uid2"},
		"credentials": {evaluate(a, sid, twin, uid), apps.VerdictConflict, session.CodeAccountConflict, "seen in sid; signed in as 1•2"},
		"unreadable":  {evaluate(a, sid), apps.VerdictUnproven, session.CodeAccountUnprovable, "seen in sid"},
		"sealed":      {evaluate(sealed, sid, uid), apps.VerdictUnproven, session.CodeAccountUnprovable, "seen in sid; signed in as 1•2"},
		"acting":      {evaluate(a, sid, uid, ck("page", "9")), apps.VerdictActing, session.CodeAccountActing, "seen in page; signed in as 1•2"},
		"tenants":     {evaluate(tenants, sid, other), apps.VerdictPickScope, session.CodeAccountPickScope, "2 sites; seen in sid"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.verdict, tc.got.Verdict)
			err := tc.got.Err()
			if tc.code == "" {
				require.Nil(t, err)
				return
			}
			require.NotNil(t, err)
			assert.Equal(t, tc.code, err.Code)
			assert.Equal(t, tc.detail, err.Detail)
		})
	}
}

func TestBound(t *testing.T) {
	in := input(jar(ck("sid", "s")))
	in.Bound = []string{"sid", "absent"}
	r := apps.Evaluate(rule(t, "signed_in: [[sid]]\ncomplete: yes"), in)
	assert.Equal(t, apps.VerdictBound, r.Verdict)
	assert.Equal(t, []string{"sid"}, r.Markers)
	assert.Equal(t, session.CodeSessionBound, r.Err().Code)
}

// The card's name is compared within its kind, as a person would.
func TestExpected(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\nactive: [{cookie: mail, kind: email}, {cookie: uid, kind: uid}]\ncomplete: yes")
	c := jar(ck("sid", "s"), ck("mail", "Bo.B@googlemail.com"), ck("uid", "7"))
	for _, tc := range []struct {
		kind, value string
		want        apps.Verdict
	}{
		{"email", "bob@gmail.com", apps.VerdictOne},
		{"email", "BOB@GMAIL.COM", apps.VerdictOne},
		{"email", "bob@example.test", apps.VerdictWrong},
		{"uid", "7", apps.VerdictOne},
		{"uid", "bob@gmail.com", apps.VerdictWrong},
		{"username", "bob", apps.VerdictUnproven},
		{"session", "7", apps.VerdictUnproven},
	} {
		in := input(c)
		in.Expect = &session.Identity{Kind: tc.kind, Value: tc.value}
		r := apps.Evaluate(a, in)
		assert.Equal(t, tc.want, r.Verdict, tc)
		if tc.want == apps.VerdictWrong && tc.kind == "email" {
			assert.Contains(t, r.Err().Detail, "signed in as B•B@g•m; the card names b•b@e•t")
		}
	}
	dots := rule(t, "signed_in: [[sid]]\nactive: [{cookie: '/^m/', kind: email}]\ncomplete: yes")
	assert.Equal(t, apps.VerdictOne, evaluate(dots, ck("sid", "s"), ck("m1", "b.ob@gmail.com"), ck("m2", "Bob@googlemail.com")).Verdict,
		"two spellings of one address are one account")
	assert.Equal(t, apps.VerdictConflict, evaluate(dots, ck("sid", "s"), ck("m1", "b.ob@x.test"), ck("m2", "bob@x.test")).Verdict,
		"elsewhere a dot counts")
}

func TestKnownServesTheCardsKind(t *testing.T) {
	r := evaluate(app(t, "mediawiki"), ck("wiki_session", "s"), ck("wikiUserID", "2"), ck("wikiUserName", "Bob%20B"))
	require.Equal(t, apps.VerdictOne, r.Verdict)
	assert.Equal(t, &session.Identity{Kind: "uid", Value: "2"}, r.Identity)
	assert.Equal(t, &session.Identity{Kind: "username", Value: "Bob B"}, r.Known("username"))
	assert.Nil(t, r.Known("email"))
	assert.Equal(t, []string{"wikiUserID", "wiki_session"}, r.Markers)
}

// A list of which a part cannot be read may hide an account: no proof.
func TestUnreadableListIsNoProof(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\nactive: [{cookie: uid, kind: uid}]\nroster: [{cookie: list, via: [json, 'path:$.*'], kind: uid}]\ncomplete: yes")
	sid, uid := ck("sid", "s"), ck("uid", "7")
	assert.Equal(t, apps.VerdictOne, evaluate(a, sid, uid, ck("list", `["7"]`)).Verdict)
	for _, list := range []string{`["7",{"id":8}]`, `["7","` + strings.Repeat("8", 129) + `"]`, `[` + strings.Repeat(`"7",`, 1001) + `"7"]`} {
		r := evaluate(a, sid, uid, ck("list", list))
		assert.Equal(t, apps.VerdictUnproven, r.Verdict)
		assert.Equal(t, []string{apps.WarnUnreadable}, r.Warnings)
	}
}

// What is older than a year proves nothing by itself any more.
func TestOldRuleAssumes(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\ncomplete: yes")
	in := input(jar(ck("sid", "s")))
	assert.Empty(t, apps.Evaluate(a, in).Warnings)
	in.Now = now.AddDate(1, 0, 0)
	r := apps.Evaluate(a, in)
	assert.Equal(t, apps.VerdictOne, r.Verdict)
	assert.Equal(t, []string{apps.WarnAssumed}, r.Warnings)
}

// Absence in a store that nobody read proves nothing, cookies included.
func TestStoreNotRead(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\nroster: [{local: list, kind: uid}, {cookie: uid, kind: uid}]\ncomplete: yes")
	in := input(jar(ck("sid", "s"), ck("uid", "7")))
	in.Read = []string{"cookie", "session", "idb"}
	r := apps.Evaluate(a, in)
	assert.Equal(t, apps.VerdictUnproven, r.Verdict)
	assert.Equal(t, session.CodeStorageUnread, r.Err().Code)
	assert.Contains(t, r.Err().Detail, "not all of the app's storage could be read")
	in.Read = []string{"local"}
	r = apps.Evaluate(a, in)
	assert.Equal(t, apps.VerdictUnknown, r.Verdict)
	assert.Equal(t, []string{apps.WarnNotRead}, r.Warnings)
	in.Read = nil
	assert.Equal(t, apps.VerdictUnknown, apps.Evaluate(a, in).Verdict)
}

// A part of a store that was not read matters where the rule names something of it.
func TestUnread(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\nactive: [{cookie: uid, kind: uid}]\nroster: [{local: list, kind: uid}, {idb: 'auth/users/*', kind: uid}]\nleave: [{session: '*'}]\ncomplete: yes")
	for _, tc := range []struct {
		unread session.Unread
		want   apps.Verdict
	}{
		{session.Unread{Store: "local"}, apps.VerdictUnproven},
		{session.Unread{Store: "session"}, apps.VerdictOne},
		{session.Unread{Store: "idb"}, apps.VerdictUnproven},
		{session.Unread{Store: "idb", Name: "auth"}, apps.VerdictUnproven},
		{session.Unread{Store: "idb", Name: "auth/users"}, apps.VerdictUnproven},
		{session.Unread{Store: "idb", Name: "auth/users/7"}, apps.VerdictUnproven},
		{session.Unread{Store: "idb", Name: "auth/pictures"}, apps.VerdictOne},
		{session.Unread{Store: "idb", Name: "cache"}, apps.VerdictOne},
	} {
		in := input(jar(ck("sid", "s"), ck("uid", "7")))
		in.Unread = []session.Unread{tc.unread}
		r := apps.Evaluate(a, in)
		assert.Equal(t, tc.want, r.Verdict, tc.unread)
		assert.Equal(t, tc.want != apps.VerdictOne, r.Has(apps.WarnNotRead), tc.unread)
	}
	in := input(jar())
	in.Unread = []session.Unread{{Store: "local"}}
	assert.Equal(t, apps.VerdictUnknown, apps.Evaluate(a, in).Verdict, "a list of accounts may be there")
}

// Two cookies of one name contradict each other only where a browser would send
// both.
func TestCoSent(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\ncomplete: yes")
	one := ck("sid", "a")
	for name, tc := range map[string]struct {
		change func(*session.Cookie)
		want   apps.Verdict
	}{
		"deeper path":    {func(c *session.Cookie) { c.Path = "/shop" }, apps.VerdictConflict},
		"domain cookie":  {func(c *session.Cookie) { c.HostOnly = false }, apps.VerdictConflict},
		"same value":     {func(c *session.Cookie) { c.Path, c.Value = "/shop", "a" }, apps.VerdictOne},
		"sibling host":   {func(c *session.Cookie) { c.Domain = "b.probe.example" }, apps.VerdictOne},
		"other part":     {func(c *session.Cookie) { c.Partition = &session.PartitionKey{Site: "https://probe.example"} }, apps.VerdictOne},
		"expired":        {func(c *session.Cookie) { *c = until(*c, now); c.Path = "/shop" }, apps.VerdictOne},
		"sub of a wider": {func(c *session.Cookie) { c.Domain, c.Path = "b.probe.example", "/x" }, apps.VerdictOne},
	} {
		c := ck("sid", "b")
		tc.change(&c)
		assert.Equal(t, tc.want, evaluate(a, one, c).Verdict, name)
	}
	shop, shopping := ck("sid", "a"), ck("sid", "b")
	shop.Path, shopping.Path = "/shop", "/shopping"
	assert.Equal(t, apps.VerdictOne, evaluate(a, shop, shopping).Verdict, "a path ends at a slash")
}

// When a sign-in ends: the latest, over the alternatives, of each one's first
// end.
func TestNotAfter(t *testing.T) {
	a := rule(t, `signed_in: [[sid, half], [remember]]
rotating: [half]
expires: [{cookie: guard, via: ['field:|,1']}]
complete: yes`)
	hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	for name, tc := range map[string]struct {
		cookies []session.Cookie
		want    *time.Time
	}{
		"session cookies":        {[]session.Cookie{ck("remember", "r")}, nil},
		"one end":                {[]session.Cookie{until(ck("remember", "r"), hour(5))}, ptr(hour(5))},
		"first of one":           {[]session.Cookie{until(ck("sid", "s"), hour(2)), until(ck("half", "h"), hour(1))}, ptr(hour(2))},
		"latest of two":          {[]session.Cookie{until(ck("sid", "s"), hour(2)), ck("half", "h"), until(ck("remember", "r"), hour(9))}, ptr(hour(9))},
		"one without end":        {[]session.Cookie{ck("sid", "s"), ck("half", "h"), until(ck("remember", "r"), hour(9))}, nil},
		"a value ends all":       {[]session.Cookie{until(ck("remember", "r"), hour(9)), ck("guard", "x|1795575600")}, ptr(time.Unix(1795575600, 0).UTC())},
		"a value that is no end": {[]session.Cookie{until(ck("remember", "r"), hour(9)), ck("guard", "x|soon")}, ptr(hour(9))},
		"beyond the calendar":    {[]session.Cookie{ck("remember", "r"), ck("guard", "x|1e300")}, nil},
	} {
		r := evaluate(a, tc.cookies...)
		require.Equal(t, apps.VerdictOne, r.Verdict, name)
		assert.Equal(t, tc.want, r.NotAfter, name)
	}
	r := evaluate(a, ck("remember", "r"), ck("guard", "x|1700000000"))
	assert.Equal(t, apps.VerdictSignedOut, r.Verdict)
	assert.Equal(t, []string{"guard"}, r.Markers)
}

func ptr[T any](v T) *T { return &v }
