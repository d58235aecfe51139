package vault_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/internal/dpop"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// nonce asks the vault for one.
func nonce(t *testing.T, s *scene) string {
	proof, err := dpop.Sign(s.device.Keys.DPoP(), dpop.Proof{ID: "x", Method: "POST", URL: s.URL + "/v1/token", Issued: time.Now()})
	require.NoError(t, err)
	resp := sendRaw(t, s, "POST", "/v1/token", "", proof)
	require.Equal(t, http.StatusUnauthorized, resp.Status)
	require.Equal(t, session.CodeNonceNeeded, resp.Code())
	require.Equal(t, `DPoP error="use_dpop_nonce"`, resp.Header.Get("WWW-Authenticate"))
	return resp.Header.Get(dpop.HeaderNonce)
}

// sendRaw sends a request with a token and proofs as given.
func sendRaw(t *testing.T, s *scene, method, path, token string, proofs ...string) vaulttest.Answer {
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, http.NoBody)
	require.NoError(t, err)
	if token != "" {
		req.Header.Set("Authorization", "DPoP "+token)
	}
	for _, p := range proofs {
		req.Header.Add(dpop.Header, p)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	var body bytes.Buffer
	_, err = body.ReadFrom(resp.Body)
	require.NoError(t, err)
	return vaulttest.Answer{Status: resp.StatusCode, Header: resp.Header, Body: body.Bytes()}
}

// TestProofsAreOfOneRequest: a token that was stolen without its key, and a proof
// that was caught on its way, open nothing.
func TestProofsAreOfOneRequest(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	path := s.path("/session")
	good := dpop.Proof{ID: "one", Method: "GET", URL: s.URL + path, Issued: time.Now(), Nonce: nonce(t, s), Token: dpop.TokenHash(s.device.Token)}
	sign := func(c *vaulttest.Client, edit func(*dpop.Proof)) string {
		p := good
		edit(&p)
		text, err := dpop.Sign(c.Keys.DPoP(), p)
		require.NoError(t, err)
		return text
	}
	same := func(*dpop.Proof) {}
	sendRaw(t, s, "GET", path, s.device.Token, sign(s.device, same)).Wants(t, 200)

	for name, tt := range map[string]struct {
		by   *vaulttest.Client
		edit func(*dpop.Proof)
		code session.Code
	}{
		"another key":        {s.runner, same, session.CodeUnauthorized},
		"another method":     {s.device, func(p *dpop.Proof) { p.Method = "DELETE" }, session.CodeProofInvalid},
		"another path":       {s.device, func(p *dpop.Proof) { p.URL = s.URL + "/v1/me" }, session.CodeProofInvalid},
		"another vault":      {s.device, func(p *dpop.Proof) { p.URL = "https://evil.example" + path }, session.CodeProofInvalid},
		"another token":      {s.device, func(p *dpop.Proof) { p.Token = dpop.TokenHash(s.runner.Token) }, session.CodeProofInvalid},
		"no token":           {s.device, func(p *dpop.Proof) { p.Token = "" }, session.CodeProofInvalid},
		"no id":              {s.device, func(p *dpop.Proof) { p.ID = "" }, session.CodeProofInvalid},
		"no nonce":           {s.device, func(p *dpop.Proof) { p.Nonce = "" }, session.CodeNonceNeeded},
		"a nonce of its own": {s.device, func(p *dpop.Proof) { p.Nonce = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }, session.CodeNonceNeeded},
		"an old clock":       {s.device, func(p *dpop.Proof) { p.Issued = p.Issued.Add(-time.Hour) }, session.CodeClockWrong},
		"a fast clock":       {s.device, func(p *dpop.Proof) { p.Issued = p.Issued.Add(time.Hour) }, session.CodeClockWrong},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.code, sendRaw(t, s, "GET", path, s.device.Token, sign(tt.by, tt.edit)).Wants(t, 401).Code())
		})
	}
	require.Equal(t, session.CodeProofInvalid, sendRaw(t, s, "GET", path, s.device.Token).Wants(t, 401).Code(), "no proof")
	require.Equal(t, session.CodeProofInvalid, sendRaw(t, s, "GET", path, s.device.Token, sign(s.device, same), sign(s.device, same)).Wants(t, 401).Code(), "two proofs")
}

// TestProofsChangeOnce: a change that is sent again is refused, a read is
// answered again until its nonce has ended.
func TestProofsChangeOnce(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	fresh := nonce(t, s)
	prove := func(method, path string) string {
		text, err := dpop.Sign(s.device.Keys.DPoP(), dpop.Proof{ID: method, Method: method, URL: s.URL + path, Issued: time.Now(), Nonce: fresh, Token: dpop.TokenHash(s.device.Token)})
		require.NoError(t, err)
		return text
	}
	path := s.path("/session")
	read, erase := prove("GET", path), prove("DELETE", path)
	sendRaw(t, s, "GET", path, s.device.Token, read).Wants(t, 200)
	sendRaw(t, s, "GET", path, s.device.Token, read).Wants(t, 200)
	sendRaw(t, s, "DELETE", path, s.device.Token, erase).Wants(t, 200)
	s.device.ShareNow(t, s.account, 100)
	require.Equal(t, session.CodeProofReplayed, sendRaw(t, s, "DELETE", path, s.device.Token, erase).Wants(t, 401).Code())
	require.Equal(t, session.StateTransferred, s.device.Do(t, "GET", path, nil).StatusOf(t).State)

	s.Advance(vault.NonceTime)
	require.Equal(t, session.CodeNonceNeeded, sendRaw(t, s, "GET", path, s.device.Token, read).Wants(t, 401).Code())
	require.Equal(t, session.CodeNonceNeeded, sendRaw(t, s, "DELETE", path, s.device.Token, erase).Wants(t, 401).Code())
}

// TestTokensEndAndAreRenewed by the key alone, until the program has left.
func TestTokensEndAndAreRenewed(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	old := *s.device
	s.Advance(vault.TokenTime)
	a, err := old.Try("GET", "/v1/me", nil)
	require.NoError(t, err)
	require.Equal(t, session.CodeUnauthorized, a.Wants(t, 401).Code())
	s.device.Renew(t)
	s.device.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
	s.device.Do(t, "DELETE", "/v1/me", nil).Wants(t, 204)
	s.device.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	gone := *s.device
	gone.Token = ""
	require.Equal(t, session.CodeUnauthorized, gone.Do(t, "POST", "/v1/token", nil).Wants(t, 401).Code())
}
