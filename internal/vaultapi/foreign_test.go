package vaultapi

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/dpop"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// gateway starts a server that answers every request with these bytes.
func gateway(t *testing.T, answer string) string {
	t.Helper()
	s := httptest.NewServer(vaultapitest.Gateway(answer))
	t.Cleanup(s.Close)
	return s.URL
}

// TestForeignAnswers: an answer counts as the vault's only in the vault's form. Any
// other is named for what it is, with a next step that can help.
func TestForeignAnswers(t *testing.T) {
	t.Parallel()
	const problem = "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nX-Request-Id: 1\r\nContent-Type: "
	for name, c := range map[string]struct {
		answer string
		code   session.Code
		detail string
	}{
		"nginx, too large":       {vaultapitest.Nginx("413 Request Entity Too Large", "413 Request Entity Too Large", ""), session.CodeTooLarge, "a proxy on the way accepts less than the vault; status 413, an HTML page"},
		"nginx, vault stopped":   {vaultapitest.Nginx("502 Bad Gateway", "502 Bad Gateway", ""), session.CodeGatewayFailed, "status 502, an HTML page"},
		"nginx, vault hangs":     {vaultapitest.Nginx("504 Gateway Time-out", "504 Gateway Time-out", ""), session.CodeGatewayFailed, "status 504, an HTML page"},
		"nginx, maintenance":     {vaultapitest.Nginx("503 Service Temporarily Unavailable", "503 Service Temporarily Unavailable", ""), session.CodeGatewayFailed, "status 503, an HTML page"},
		"nginx, basic auth":      {vaultapitest.Nginx("401 Unauthorized", "401 Authorization Required", "WWW-Authenticate: Basic realm=\"secret\"\r\n"), session.CodeAnswerForeign, "status 401, an HTML page"},
		"nginx, filtered":        {vaultapitest.Nginx("403 Forbidden", "403 Forbidden", ""), session.CodeAnswerForeign, "status 403, an HTML page"},
		"single sign-on":         {vaultapitest.Nginx("302 Moved Temporarily", "302 Found", "Location: https://Login.Company.example/sso?token=secret\r\n"), session.CodeVaultRedirected, "status 302, to https://login.company.example"},
		"a page of the same":     {vaultapitest.Nginx("307 Temporary Redirect", "307", "Location: /cdn-cgi/login?secret\r\n"), session.CodeVaultRedirected, "status 307, to another page of the same host"},
		"a redirect to nonsense": {vaultapitest.Nginx("302 Moved Temporarily", "302 Found", "Location: https://secret$/\r\n"), session.CodeVaultRedirected, "to an address that cannot be shown"},
		"a redirect to nowhere":  {vaultapitest.Nginx("302 Moved Temporarily", "302 Found", ""), session.CodeVaultRedirected, "to no address"},
		"a captive portal":       {"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<!doctype html><title>secret Hotel</title>", session.CodeAnswerForeign, "status 200, an HTML page"},
		"a captive portal, 511":  {"HTTP/1.1 511 Network Authentication Required\r\nConnection: close\r\nContent-Type: text/html\r\n\r\n<html>", session.CodeAnswerForeign, "status 511, an HTML page"},
		"a proxy's password":     {"HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\nProxy-Authenticate: NTLM\r\n\r\n", session.CodeProxyAuthNeeded, "it offers NTLM; Sessionferry supports Basic"},
		"a limit of requests":    {"HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n\r\nslow down", session.CodeAttemptsExceeded, "a proxy on the way limits requests; status 429, a body of another kind"},
		"JSON of a gateway":      {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n{\"versions\":[]}", session.CodeAnswerForeign, "status 200, JSON of another service"},
		"an error of a gateway":  {problem + "application/json\r\n\r\n{\"code\":\"unauthorized\"}", session.CodeAnswerForeign, "status 401, JSON of another service"},
		"a problem of a gateway": {problem + "application/problem+json\r\n\r\n{\"status\":401,\"code\":\"unauthorized\"}", session.CodeAnswerForeign, "status 401, JSON of another service"},
		"nothing":                {"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", session.CodeAnswerForeign, "status 204, an empty body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := New(gateway(t, c.answer), someone("token"))
			require.NoError(t, err)
			_, err = client.Do(t.Context(), Request{Method: "PUT", Path: "/v1/x", Body: make([]byte, 2_500_000), Want: []int{200, 204}})
			e := session.AsError(err)
			assert.Equal(t, c.code, e.Code)
			assert.Contains(t, e.Detail, c.detail)
			assert.NotContains(t, e.Error(), "secret")
			if c.code == session.CodeTooLarge {
				assert.NotContains(t, strings.ToLower(e.Error()), "try again")
			}
		})
	}
}

// TestRedirectsAreNotFollowed: a proof and a token go to the vault alone.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a request came here, with %d proofs", len(r.Header.Values(dpop.Header)))
	}))
	t.Cleanup(elsewhere.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		client, err := New(gateway(t, vaultapitest.Nginx(fmt.Sprintf("%d Moved", status), "Moved", "Location: "+elsewhere.URL+"/\r\n")), someone("token"))
		require.NoError(t, err)
		_, err = client.Roster(t.Context())
		require.Equal(t, session.CodeVaultRedirected, session.CodeOf(err), status)
	}
}
