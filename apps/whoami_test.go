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
		got := apps.ReadWhoami(w, tc.status, []byte(tc.body))
		assert.Equal(t, tc.want, got.State, name)
		if tc.want == apps.WhoamiSignedIn {
			assert.Equal(t, session.Identity{Kind: "username", Value: "Bob"}, got.Identity)
		} else {
			assert.Zero(t, got.Identity, name)
		}
	}
}

// Other apps answer with a status, or with null.
func TestWhoamiOfOtherApps(t *testing.T) {
	w := rule(t, `signed_in: [[sid]]
complete: yes
whoami: {get: [/me], via: [json, 'path:$.user.email'], kind: email, signed_out: {status: [401], any: [['re:^(null)$']]}}`).Whoami
	assert.Equal(t, apps.WhoamiSignedOut, apps.ReadWhoami(w, 401, nil).State)
	assert.Equal(t, apps.WhoamiSignedOut, apps.ReadWhoami(w, 200, []byte("null")).State)
	assert.Equal(t, apps.WhoamiNoAnswer, apps.ReadWhoami(w, 403, []byte("null")).State)
	got := apps.ReadWhoami(w, 200, []byte(`{"user":{"email":"Bob@gmail.com"}}`))
	assert.True(t, apps.SameIdentity(got.Identity, session.Identity{Kind: "email", Value: "b.o.b@googlemail.com"}))
	assert.False(t, apps.SameIdentity(got.Identity, session.Identity{Kind: "username", Value: "Bob@gmail.com"}))
}
