package apps_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// FuzzEvaluate: no jar makes a rule panic, an empty one is never an account, a
// refusal always has its code, and what travels is part of what was captured.
func FuzzEvaluate(f *testing.F) {
	f.Add(uint8(0), uint8(15), "wikiUserID", "2", "wiki_session", "s", "k", "v", `["k"]`, `[{"a":1},2]`)
	f.Add(uint8(36), uint8(15), "auth_token", "a", "twid", "u%3D1", "auth_multi", "2:x", `[1]`, `[["Date","x"]]`)
	f.Add(uint8(31), uint8(7), "sb-a-auth-token.0", "base64-e30", "sb-a-auth-token.1", "x", "sb-a-auth-token", `{"user":{"id":1}}`, `-1`, `[{"self":0}]`)
	f.Add(uint8(9), uint8(1), "", "", "", "", "", "", "", "")
	apps38 := catalogue.Embedded().Names()
	withoutRule := rule(f, "")
	f.Fuzz(func(t *testing.T, which, read uint8, n1, v1, n2, v2, key, val, rk, rv string) {
		a, err := catalogue.Embedded().Get(apps38[int(which)%len(apps38)])
		require.NoError(t, err)
		c := jar(ck(n1, v1), ck(n2, v2))
		c.Cookies[1].Path = "/u/1"
		c = local(c, key, val)
		c.Origins[0].Session = c.Origins[0].Local
		c.Origins[0].Databases = []session.Database{{Name: session.Text(key), Stores: []session.ObjectStore{{Name: session.Text(n1),
			Records: []session.Record{{Key: session.Text(rk), Value: session.Text(rv)}}}}}}
		c.Read = nil
		for i, s := range allStores {
			if read&(1<<i) != 0 {
				c.Read = append(c.Read, s)
			}
		}
		in := input(c)
		in.Expect = &session.Identity{Kind: "uid", Value: v1}
		in.Bound = []string{n2}
		in.Registered = read&16 != 0
		r := apps.Evaluate(a, in)
		require.Equal(t, r.Verdict == apps.VerdictOne, r.Err() == nil)
		require.LessOrEqual(t, len(r.Markers), 12)
		if r.Err() != nil {
			require.NotEqual(t, session.CodeInternal, r.Err().Code)
		}
		items := in.Items
		in.Items = nil
		require.NotEqual(t, apps.VerdictOne, apps.Evaluate(a, in).Verdict)
		in.Items = items
		for _, told := range []*apps.Answer{nil, {State: apps.WhoamiSignedIn, Identity: *in.Expect, Path: "/"}, {State: apps.WhoamiSignedOut, Path: "/"}} {
			in.Told = told
			r := apps.Evaluate(withoutRule, in)
			require.NotEqual(t, apps.VerdictOne, r.Verdict, "an app without a rule proves nothing")
			require.NotNil(t, r.Err())
		}
		require.NotEqual(t, apps.VerdictOne, apps.Generic(input(c)).Verdict)
		require.NotPanics(t, func() { apps.Travels(withoutRule, c) })
		got, left := apps.Travels(a, c)
		require.Equal(t, len(c.Cookies), len(got.Cookies)+left.Cookies)
	})
}

// FuzzVectors: no text makes the reader of vectors panic, and what it reads runs.
func FuzzVectors(f *testing.F) {
	f.Add([]byte("now: 1\nvectors:\n- {id: A, app: x, c: {.x.com: {auth_token: [a, {v: {jwt: {sub: 1}}, p: /a, e: 5}]}}, want: {verdict: unproven}}"))
	f.Add([]byte("vectors:\n- {id: A, app: generic, told: {a: b}, checked: never, registered: true, local: {a: {urljson: 1}}, want: {verdict: unknown, travels: [a]}}"))
	f.Add([]byte("answers:\n- {id: A, app: x, ask: /, bearer: {local: a}, from: bearer, status: 200, body: {jwt: {}}, want: {state: no_answer}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := apps.ReadVectors(bytes.NewReader(data))
		if err != nil {
			require.Equal(t, session.CodeCatalogueInvalid, session.CodeOf(err))
			return
		}
		if _, err := v.Run(catalogue.Embedded().Get); err != nil {
			require.Equal(t, session.CodeAppUnknown, session.CodeOf(err))
		}
	})
}
