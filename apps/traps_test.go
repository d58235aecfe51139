package apps_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

func local(c *session.Capture, items ...string) *session.Capture {
	o := session.OriginStorage{Origin: "https://probe.example"}
	for i := 0; i < len(items); i += 2 {
		o.Local = append(o.Local, session.Item{Key: session.Text(items[i]), Value: session.Text(items[i+1])})
	}
	c.Origins = append(c.Origins, o)
	return c
}

func jwt(claims string) string {
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(`{"alg":"none"}`)) + "." + e([]byte(claims)) + ".c3ludGhldGlj"
}

// The traps that real services set, each with the answer that is safe.

func TestTrapRosterWithoutTheActiveAccount(t *testing.T) {
	// X lists the others only: one entry there means two accounts.
	r := evaluate(app(t, "x"), ck("auth_token", "s"), ck("twid", "u%3D1"), ck("auth_multi", `"2:aaaa"`))
	assert.Equal(t, apps.VerdictSeveral, r.Verdict)
	assert.Equal(t, 2, r.Accounts)
	// GitHub lists all: one entry there is the account itself.
	r = evaluate(app(t, "github"), ck("user_session", "s"), ck("dotcom_user", "bob"), ck("saved_user_sessions", "1%3Aaaaa"))
	assert.Equal(t, apps.VerdictOne, r.Verdict)
}

func TestTrapPresenceIsNotSignedIn(t *testing.T) {
	// MediaWiki keeps the name after sign-out, and gives strangers a session.
	r := evaluate(app(t, "mediawiki"), ck("wiki_session", "s"), ck("wikiUserName", "Bob"))
	assert.Equal(t, apps.VerdictSignedOut, r.Verdict)
	// With remember-me there need be no session.
	r = evaluate(app(t, "mediawiki"), ck("wikiToken", "s"), ck("wikiUserID", "2"), ck("wikiUserName", "Bob"))
	assert.Equal(t, apps.VerdictOne, r.Verdict)
	// An expired cookie is not there.
	r = evaluate(app(t, "mediawiki"), ck("wiki_session", "s"), until(ck("wikiUserID", "2"), now.Add(-time.Second)))
	assert.Equal(t, apps.VerdictSignedOut, r.Verdict)
	// GitHub's flags outlive the session by fifty weeks.
	r = evaluate(app(t, "github"), ck("logged_in", "yes"), ck("dotcom_user", "bob"))
	assert.Equal(t, apps.VerdictSignedOut, r.Verdict)
}

func TestTrapTwoWikisOnOneHost(t *testing.T) {
	r := evaluate(app(t, "mediawiki"), ck("en_session", "s"), ck("enUserID", "2"), ck("de_session", "s"), ck("deUserID", "2"))
	assert.Equal(t, apps.VerdictPickScope, r.Verdict)
	assert.Equal(t, 2, r.Accounts)
}

func TestTrapNumericIDIsNoSecondAccount(t *testing.T) {
	r := evaluate(app(t, "twitch"), ck("auth-token", "s"), ck("login", "Bob"), ck("persistent", "42%3A%3Ax"))
	assert.Equal(t, apps.VerdictOne, r.Verdict)
	assert.Len(t, r.Identities, 2)
}

func TestTrapHalfOfASession(t *testing.T) {
	// MSAL keeps its key in a cookie and its tokens in storage: both are carried.
	c := local(jar(ck("msal.cache.encryption", "k")), "msal.3.token.keys", "t")
	got, left := apps.Travels(app(t, "msal"), c)
	assert.Len(t, got.Cookies, 1)
	assert.Len(t, got.Origins[0].Local, 1)
	assert.Zero(t, left.Items)
}

func TestTrapAnonymousUsers(t *testing.T) {
	c := local(jar(), "sb-ref-auth-token", `{"user":{"id":"a1","is_anonymous":true}}`)
	assert.Equal(t, apps.VerdictSignedOut, apps.Evaluate(app(t, "supabase"), input(c)).Verdict)
	c = local(jar(), "sb-ref-auth-token", `{"user":{"id":"a1","is_anonymous":false}}`)
	assert.Equal(t, apps.VerdictOne, apps.Evaluate(app(t, "supabase"), input(c)).Verdict)
}

func TestTrapChunksOutOfOrder(t *testing.T) {
	text := "base64-" + base64.RawURLEncoding.EncodeToString([]byte(`{"user":{"id":"a1"}}`))
	var cookies []session.Cookie
	for _, i := range []int{2, 0, 1} {
		from, to := i*10, min((i+1)*10, len(text))
		if i == 2 {
			to = len(text)
		}
		cookies = append(cookies, until(ck("sb-ref-auth-token."+string(rune('0'+i)), text[from:to]), now.Add(time.Duration(i+1)*time.Hour)))
	}
	r := evaluate(app(t, "supabase"), cookies...)
	assert.Equal(t, apps.VerdictOne, r.Verdict)
	assert.Equal(t, "a1", r.Identity.Value)
	assert.Equal(t, now.Add(time.Hour), *r.NotAfter, "the part that goes first ends the whole")
	assert.Equal(t, apps.VerdictSignedOut, evaluate(app(t, "supabase"), cookies[0], cookies[2]).Verdict, "a part is missing")
}

// IndexedDB travels as devalue text, and rules read it as JSON.
func TestTrapIndexedDB(t *testing.T) {
	c := jar()
	c.Origins = []session.OriginStorage{{Origin: "https://probe.example", Databases: []session.Database{{
		Name: "firebaseLocalStorageDb", Version: 1, Stores: []session.ObjectStore{{Name: "firebaseLocalStorage",
			Records: []session.Record{{Key: `["firebase:authUser:AIza:[DEFAULT]"]`, Value: `[{"uid":1,"isAnonymous":2},"u1",false]`}}}}}}}}
	r := apps.Evaluate(app(t, "firebase"), input(c))
	assert.Equal(t, apps.VerdictOne, r.Verdict)
	assert.Equal(t, "u1", r.Identity.Value)
	assert.Equal(t, []string{"firebaseLocalStorageDb/firebaseLocalStorage/firebase:authUser:AIza:[DEFAULT]"}, r.Markers)
}

// Names of keys can hold who it is, or a token: neither is shown.
func TestTrapIdentityInTheKey(t *testing.T) {
	const p = "CognitoIdentityServiceProvider.cl1."
	r := apps.Evaluate(app(t, "cognito"), input(local(jar(), p+"LastAuthUser", "bob", p+"bob.accessToken", "x", p+"alice.accessToken", "y")))
	require.Equal(t, apps.VerdictSeveral, r.Verdict)
	assert.Equal(t, []string{p + "LastAuthUser", p + "•.accessToken"}, r.Markers)
	assert.NotContains(t, r.Err().Error(), "alice")

	r = evaluate(app(t, "better-auth"), ck("better-auth.session_token", "t.s"), ck("better-auth.session_token_multi-t", "t.s"))
	assert.Equal(t, apps.VerdictOne, r.Verdict)
	assert.Nil(t, r.Identity, "a session's id is not a name")
	assert.Empty(t, r.Identities)
}

func TestTrapRotating(t *testing.T) {
	r := evaluate(app(t, "youtube"), ck("LOGIN_INFO", "s"), ck("SAPISID", "s"), ck("__Secure-1PSIDTS", "s"))
	assert.Equal(t, apps.VerdictUnproven, r.Verdict)
	assert.Equal(t, []string{apps.WarnRotating}, r.Warnings)
}

// Without a rule the answer is never one, whatever the jar.
func TestGeneric(t *testing.T) {
	for name, tc := range map[string]struct {
		c    *session.Capture
		want apps.Verdict
		who  string
	}{
		"nothing":             {jar(), apps.VerdictUnknown, ""},
		"a subject":           {jar(ck("t", jwt(`{"iss":"i","sub":"a1"}`))), apps.VerdictUnproven, "a1"},
		"two subjects":        {jar(ck("t", jwt(`{"iss":"i","sub":"a1"}`)), ck("u", jwt(`{"iss":"i","sub":"b2"}`))), apps.VerdictSeveral, ""},
		"two issuers":         {jar(ck("t", jwt(`{"iss":"i","sub":"a1"}`)), ck("u", jwt(`{"iss":"j","sub":"b2"}`))), apps.VerdictUnproven, ""},
		"no issuer":           {jar(ck("t", jwt(`{"sub":"a1"}`)), ck("u", jwt(`{"sub":"b2"}`))), apps.VerdictSeveral, ""},
		"two audiences":       {jar(ck("t", jwt(`{"sub":"a1","aud":"x"}`)), ck("u", jwt(`{"sub":"b2","aud":"y"}`))), apps.VerdictUnproven, ""},
		"run out":             {jar(ck("t", jwt(`{"sub":"a1","exp":1}`))), apps.VerdictUnknown, ""},
		"nobody":              {jar(ck("t", jwt(`{"sub":"a1","is_anonymous":true}`))), apps.VerdictUnknown, ""},
		"inside another text": {local(jar(), "state", `{"x":"`+jwt(`{"iss":"i","sub":"a1"}`)+`"}`), apps.VerdictUnproven, "a1"},
		"pairs":               {jar(ck("multi", "1234:aaaaaaaaaaaaaaaaaaaa|5678:bbbbbbbbbbbbbbbbbbbb")), apps.VerdictSeveral, ""},
		"one pair":            {jar(ck("multi", "1234:aaaaaaaaaaaaaaaaaaaa")), apps.VerdictUnknown, ""},
		"rows":                {local(jar(), "accounts", `[{"id":1,"token":"x"},{"id":2,"token":"y"}]`), apps.VerdictSeveral, ""},
		"rows of an object":   {local(jar(), "users", `{"accounts":[{"email":"a","session":1},{"email":"b","session":2}]}`), apps.VerdictSeveral, ""},
		"contacts":            {local(jar(), "users", `[{"id":1},{"id":2}]`), apps.VerdictUnknown, ""},
		"telemetry":           {jar(ck("ajs_user", jwt(`{"sub":"a1"}`))), apps.VerdictUnknown, ""},
	} {
		r := apps.Generic(input(tc.c))
		assert.Equal(t, tc.want, r.Verdict, name)
		if tc.who == "" {
			assert.Nil(t, r.Identity, name)
		} else {
			assert.Equal(t, tc.who, r.Identity.Value, name)
		}
		assert.NotNil(t, r.Err(), name)
	}
	r := apps.Generic(input(jar(ck("csrf_token", "aaaaaaaaaaaaaaaaaaaa"))))
	assert.Equal(t, []string{apps.WarnNone}, r.Warnings)
	r = apps.Generic(input(jar(ck("login_sid", "aaaaaaaaaaaaaaaaaaaa"))))
	assert.Equal(t, []string{"login_sid"}, r.Markers)
}

// No result shows the value of a cookie or of a storage item.
func TestNothingLeaks(t *testing.T) {
	const secret = "Zq7xPlmVt0secret"
	for _, name := range catalogue.Embedded().Names() {
		a := app(t, name)
		var cookies []session.Cookie
		for _, n := range []string{"sid", "SID", "HSID", "user_session", "token_v2", "c_user", "xs", "sessionid", "li_at", "d", "wikiUserID",
			"wiki_session", "better-auth.session_token", "better-auth.session_token_multi-" + secret, "__session", "auth_token", "twid"} {
			cookies = append(cookies, ck(n, secret+n))
		}
		c := local(jar(cookies...), "token", secret, "user:"+secret, secret, "CognitoIdentityServiceProvider.c."+secret+".accessToken", secret)
		_, left := apps.Travels(a, c)
		assert.NotContains(t, strings.Join(left.Stayed, " "), secret, name)
		for _, r := range []apps.Result{apps.Evaluate(a, input(c)), apps.Generic(input(c))} {
			assert.NotContains(t, strings.Join(r.Markers, " "), secret, name)
			if err := r.Err(); err != nil {
				assert.NotContains(t, err.Error(), secret, name)
			}
		}
	}
}
