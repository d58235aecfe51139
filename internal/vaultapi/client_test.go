package vaultapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func TestAddresses(t *testing.T) {
	for base, ok := range map[string]bool{
		"https://vault.example":          true,
		"https://vault.example:8443":     true,
		"http://127.0.0.1:7421":          true,
		"http://[::1]:7421":              true,
		"http://vault.example":           false,
		"http://localhost:7421":          false, // a name may lead elsewhere
		"https://vault.example/":         false,
		"https://vault.example?a=b":      false,
		"https://vault.example#a":        false,
		"https://bob@vault.example":      false,
		"ftp://127.0.0.1":                false,
		"/run/vault.sock":                false,
		"http://127.0.0.1.vault.example": false,
	} {
		_, err := New(base, "token")
		require.Equal(t, ok, err == nil, base)
	}
}

// TestAnswers: whatever a vault answers, the error is ours.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   session.Code
	}{
		"a code of ours":    {404, `{"code":"not_found","title":"<b>"}`, session.CodeNotFound},
		"its database gone": {503, `{"code":"vault_unavailable"}`, session.CodeVaultUnavailable},
		"its disk full":     {503, `{"code":"vault_disk_full"}`, session.CodeVaultDiskFull},
		"an unknown code":   {404, `{"code":"teapot"}`, session.CodeVaultFailed},
		"its own fault":     {500, `{"code":"internal"}`, session.CodeVaultFailed},
		"no JSON":           {502, `<html>`, session.CodeVaultFailed},
		"a redirect":        {302, ``, session.CodeVaultFailed},
		"another success":   {204, ``, session.CodeVaultFailed},
		"not what it wants": {200, `[1]`, session.CodeVaultAnswer},
		"too much":          {200, `"` + strings.Repeat("a", maxAnswer) + `"`, session.CodeVaultAnswer},
		"a newer vault":     {200, `{"versions":[],"more":1}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer token" || r.URL.Path != "/v1/roster" {
					t.Errorf("%s %s", r.URL.Path, r.Header.Get("Authorization"))
				}
				w.Header().Set("Location", "/v1/elsewhere")
				w.Header().Set("X-Request-Id", "<script>")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			defer s.Close()
			client, err := New(s.URL, "token")
			require.NoError(t, err)
			_, err = client.Roster(t.Context())
			require.Equal(t, c.want, session.CodeOf(err))
			if err != nil {
				require.NotContains(t, err.Error(), "<")
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	client, err := New(s.URL, "token")
	require.NoError(t, err)
	_, err = client.Roster(t.Context())
	require.Equal(t, session.CodeVaultUnreachable, session.CodeOf(err))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Roster(ctx)
	require.Equal(t, session.CodeInterrupted, session.CodeOf(err))
	_, err = Enrol(t.Context(), t.TempDir()+"/none.sock", "device", "laptop", nil)
	require.Equal(t, session.CodeVaultUnreachable, session.CodeOf(err))
}
