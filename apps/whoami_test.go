package apps_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"sessionferry/apps"
	"sessionferry/session"
)

// The answers of MediaWiki, as its API gives them.
func TestWhoamiMediaWiki(t *testing.T) {
	w := app(t, "mediawiki").Whoami
	for name, tc := range map[string]struct {
		status int
		body   string
		want   apps.WhoamiState
	}{
		"signed in":      {200, `{"batchcomplete":"","query":{"userinfo":{"id":2,"name":"Bob"}}}`, apps.WhoamiSignedIn},
		"signed out":     {200, `{"batchcomplete":"","query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":""}}}`, apps.WhoamiSignedOut},
		"private wiki":   {200, `{"error":{"code":"readapidenied","info":"You need read permission."}}`, apps.WhoamiSignedOut},
		"another error":  {200, `{"error":{"code":"readonly"}}`, apps.WhoamiNoAnswer},
		"another page":   {200, `<!doctype html><title>Bob</title>`, apps.WhoamiNoAnswer},
		"not there":      {404, `{"query":{"userinfo":{"id":2,"name":"Bob"}}}`, apps.WhoamiNoAnswer},
		"server's error": {500, ``, apps.WhoamiNoAnswer},
		"redirected":     {302, ``, apps.WhoamiNoAnswer},
		"empty":          {200, ``, apps.WhoamiNoAnswer},
		"nameless":       {200, `{"query":{"userinfo":{"id":2,"name":""}}}`, apps.WhoamiNoAnswer},
		"name of a list": {200, `{"query":{"userinfo":{"id":2,"name":["Bob"]}}}`, apps.WhoamiNoAnswer},
		"too large":      {200, `{"query":{"userinfo":{"id":2,"name":"Bob"}}}` + strings.Repeat(" ", apps.MaxWhoami), apps.WhoamiNoAnswer},
	} {
		got := apps.ReadWhoami(w, response(tc.status, "application/json; charset=utf-8", tc.body))
		assert.Equal(t, tc.want, got.State, name)
		if tc.want == apps.WhoamiSignedIn {
			assert.Equal(t, session.Identity{Kind: "username", Value: "Bob"}, got.Identity)
		} else {
			assert.Zero(t, got.Identity, name)
		}
	}
}

// A session is signed out by the app's own mark alone: all of its parts, and no
// challenge of something before the app.
func TestSignedOutMark(t *testing.T) {
	const nobody = `{"user":null,"error":"nobody"}`
	w := rule(t, `signed_in: [[sid]]
complete: yes
whoami:
  get: [/me]
  via: [json, 'path:$.user.email']
  kind: email
  signed_out: {status: [401], type: application/json, header: {x-app: '/^crm/'}, any: [[json, 'keep:$.error="nobody"']]}`).Whoami
	signedOut := func(status int, media, body string, header ...string) bool {
		r := response(status, media, body)
		r.Header["x-app"] = "crm 4"
		for i := 0; i < len(header); i += 2 {
			r.Header[header[i]] = header[i+1]
		}
		return apps.ReadWhoami(w, r).State == apps.WhoamiSignedOut
	}
	assert.True(t, signedOut(401, "application/json", nobody))
	assert.True(t, signedOut(401, "Application/JSON ;charset=utf-8", nobody))
	assert.True(t, signedOut(200, "application/json", nobody), "a 2xx with the body's mark")
	for _, status := range []int{0, 302, 403, 404, 407, 429, 500, 502, 503} {
		assert.False(t, signedOut(status, "application/json", nobody), status)
	}
	assert.False(t, signedOut(401, "text/html", nobody))
	assert.False(t, signedOut(401, "", nobody))
	assert.False(t, signedOut(401, "application/json", `{"message":"Unauthorized"}`))
	assert.False(t, signedOut(401, "application/json", nobody, "x-app", "gateway"))
	assert.False(t, signedOut(401, "application/json", nobody+strings.Repeat(" ", apps.MaxWhoami)))
	for challenge, want := range map[string]bool{
		`Basic realm="staging"`: false, "Negotiate": false, "NTLM": false, `Bearer realm="api", Digest realm="x", nonce="y"`: false, "basic": false, "Negotiate,NTLM": false,
		`Bearer realm="basic"`: true, "DPoP error=invalid_token": true, "Basically": true, "": true,
	} {
		assert.Equal(t, want, signedOut(401, "application/json", nobody, "www-authenticate", challenge), challenge)
	}

	got := apps.ReadWhoami(w, response(200, "application/json", `{"user":{"email":"Bob@gmail.com"}}`))
	assert.True(t, apps.SameIdentity(got.Identity, session.Identity{Kind: "email", Value: "b.o.b@googlemail.com"}))
	assert.False(t, apps.SameIdentity(got.Identity, session.Identity{Kind: "username", Value: "Bob@gmail.com"}))
}

// Files of version 0.1 may name a status alone, which proves nothing. With a type or
// a header it does, at that status only.
func TestSignedOutWithoutBody(t *testing.T) {
	state := func(mark string, r apps.Response) apps.WhoamiState {
		return apps.ReadWhoami(rule(t, "signed_in: [[sid]]\ncomplete: yes\nwhoami: {get: [/me], via: [json, 'path:$.user'], kind: username, signed_out: "+mark+"}").Whoami, r).State
	}
	refused := response(401, "application/json", "")
	assert.Equal(t, apps.WhoamiNoAnswer, state("{status: [401]}", refused))
	assert.Equal(t, apps.WhoamiSignedOut, state("{status: [401], type: application/json}", refused))
	assert.Equal(t, apps.WhoamiSignedIn, state("{status: [401], type: application/json}", response(200, "application/json", `{"user":"bob"}`)))
	assert.Equal(t, apps.WhoamiNoAnswer, state("{status: [401], header: {x-app: crm}}", refused))
}

// response is an answer of the app's own origin.
func response(status int, media, body string) apps.Response {
	return apps.Response{Status: status, Header: map[string]string{"content-type": media}, Body: body}
}
