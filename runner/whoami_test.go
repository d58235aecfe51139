package runner

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// TestWhoamiOfAToken asks an app whose answers name nobody: whom its token names
// counts once the app has accepted it.
func TestWhoamiOfAToken(t *testing.T) {
	const token = "eyJhbGciOiJub25lIn0.eyJ1c2VybmFtZSI6ImFsaWNlIiwiaW5zdGFuY2VJZCI6InN5bnRoIn0.synth" // of alice
	var refuses, portal atomic.Bool
	s := newSite(t)
	s.HandleFunc("/api/auth/check", func(w http.ResponseWriter, r *http.Request) {
		if portal.Load() {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<!doctype html><title>Welcome to our Wi-Fi</title>"))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if refuses.Load() || r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"message":"Unauthorized","statusCode":401}`))
			return
		}
		_, _ = w.Write([]byte(`{"status":"OK"}`))
	})
	homebridge, err := catalogue.Embedded().Get("homebridge")
	require.NoError(t, err)
	app := s.origin("app.example.test")

	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{{Origin: app, Local: items("access_token", token)}}))
	who, err := r.Whoami(t.Context(), homebridge)
	require.NoError(t, err)
	assert.Equal(t, session.Identity{Kind: "username", Value: "alice"}, who)
	portal.Store(true)
	_, err = r.Whoami(t.Context(), homebridge)
	assert.Equal(t, session.CodeAppUnreachable, session.CodeOf(err), "a portal accepts any token")
	portal.Store(false)
	refuses.Store(true)
	_, err = r.Whoami(t.Context(), homebridge)
	assert.Equal(t, session.CodeAppSignedOut, session.CodeOf(err))

	r = opened(t, bundleOf(t, app, nil, nil))
	_, err = r.Whoami(t.Context(), homebridge)
	assert.Equal(t, session.CodeAppSignedOut, session.CodeOf(err), "no token is not the text null")
}
