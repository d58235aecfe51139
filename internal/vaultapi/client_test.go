package vaultapi

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/dpop"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// someone is a program with a token.
func someone(token string) Credentials {
	return Credentials{Key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)), Token: token}
}

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
		_, err := New(base, someone("token"))
		require.Equal(t, ok, err == nil, base)
	}
}

// TestAnswers: whatever a vault answers, the error is ours.
func TestAnswers(t *testing.T) {
	refuses := func(status int, code session.Code) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { vaultapitest.Refuse(w, status, code) }
	}
	says := func(status int, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { vaultapitest.Text(w, status, text) }
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   session.Code
	}{
		"a code of ours":    {refuses(404, session.CodeNotFound), session.CodeNotFound},
		"its database gone": {refuses(503, session.CodeVaultUnavailable), session.CodeVaultUnavailable},
		"its disk full":     {refuses(503, session.CodeVaultDiskFull), session.CodeVaultDiskFull},
		"its own limit":     {refuses(413, session.CodeTooLarge), session.CodeTooLarge},
		"an unknown code":   {refuses(404, "teapot"), session.CodeVaultFailed},
		"its own fault":     {refuses(500, session.CodeInternal), session.CodeVaultFailed},
		"another success":   {says(204, ``), session.CodeVaultFailed},
		"not what it wants": {says(200, `[1]`), session.CodeVaultAnswer},
		"too much":          {says(200, `"`+strings.Repeat("a", maxAnswer)+`"`), session.CodeVaultAnswer},
		"a newer vault":     {says(200, `{"versions":[],"more":1}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "DPoP token" || r.URL.Path != "/v1/roster" {
					t.Errorf("%s %s", r.URL.Path, r.Header.Get("Authorization"))
				}
				c.answer(w, r)
			}))
			defer s.Close()
			client, err := New(s.URL, someone("token"))
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
	client, err := New(s.URL, someone("token"))
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

// TestTokens: a program without a token fetches one by its key, one whose token
// was refused fetches another, once, and a nonce is taken over. A body is sent
// whole each time.
func TestTokens(t *testing.T) {
	granted, calls, revoked := 0, 0, false
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse := func(code session.Code) {
			vaultapitest.Refuse(w, http.StatusUnauthorized, code)
		}
		proof, err := dpop.Parse(r.Header.Get(dpop.Header))
		assert.NoError(t, err)
		switch {
		case proof.Nonce != "n":
			w.Header().Set(dpop.HeaderNonce, "n")
			w.Header().Set("WWW-Authenticate", `DPoP error="use_dpop_nonce"`)
			refuse(session.CodeNonceNeeded)
		case revoked:
			refuse(session.CodeUnauthorized)
		case r.URL.Path == "/v1/token":
			granted++
			vaultapitest.Answer(w, http.StatusCreated, map[string]string{"token": fmt.Sprintf("t%d", granted)})
		case r.Header.Get("Authorization") != fmt.Sprintf("DPoP t%d", granted):
			refuse(session.CodeUnauthorized)
		default:
			calls++
			body, err := io.ReadAll(r.Body)
			assert.NoError(t, err)
			assert.Equal(t, "the body", string(body))
			vaultapitest.Text(w, http.StatusOK, "{}")
		}
	}))
	defer s.Close()
	var kept []string
	who := someone("")
	who.Keep = func(_ context.Context, token string) { kept = append(kept, token) }
	client, err := New(s.URL, who)
	require.NoError(t, err)
	call := func() error {
		_, err := client.Do(t.Context(), Request{Method: "PUT", Path: "/v1/x", Body: []byte("the body"), Want: []int{200}})
		return err
	}
	require.NoError(t, call())
	require.Equal(t, []string{"t1"}, kept)
	granted++ // the token has ended
	require.NoError(t, call())
	require.Equal(t, []string{"t1", "t3"}, kept)
	require.Equal(t, 2, calls)
	revoked = true
	require.Equal(t, session.CodeUnauthorized, session.CodeOf(call()))
	require.Len(t, kept, 2)
}

// TestTypedAddresses: a bare host means https, as people are used to.
func TestTypedAddresses(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"vault.example":             "https://vault.example",
		"Vault.Example:8443/":       "https://vault.example:8443",
		"https://vault.example:443": "https://vault.example",
		"http://127.0.0.1:7421/":    "http://127.0.0.1:7421",
		"https://localhost:7421":    "https://localhost:7421",
		"127.0.0.1:7421":            "for the vault of this computer",
		"[::1]:7421":                "for the vault of this computer",
		"localhost":                 "for the vault of this computer",
		"http://vault.example":      "http:// is for 127.0.0.1",
		"http://localhost:7421":     "http:// is for 127.0.0.1",
		"ftp://vault.example":       "https://vault.example",
		"vault.example/device":      "https://vault.example",
		"bob:secret@vault.example":  "https://vault.example",
		"":                          "https://vault.example",
	} {
		got, err := Address(typed)
		if err != nil {
			require.Equal(t, session.CodeVaultAddress, session.CodeOf(err), typed)
			require.NotContains(t, err.Error(), "secret")
			got = err.Error()
		}
		require.Contains(t, got, want, typed)
	}
}

func TestASocketWithoutAVaultIsNamed(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "vault.sock")
	_, err := Enrol(t.Context(), socket, "device", "laptop", nil)
	assert.Equal(t, session.CodeVaultUnreachable, session.CodeOf(err))
	assert.ErrorContains(t, err, socket)
}

// TestAwaitOutlastsAGateway: a gateway that fails while a person looks for the page
// does not end the enrolment.
func TestAwaitOutlastsAGateway(t *testing.T) {
	t.Parallel()
	polls := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/enrolments" {
			enrolling(w, r)
			return
		}
		if polls++; polls == 1 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		vaultapitest.Answer(w, http.StatusOK, map[string]any{"vault": "http://" + r.Host, "workspace": session.NewID(), "person": session.NewID(), "principal": session.NewID()})
	}))
	t.Cleanup(s.Close)
	e, err := Begin(t.Context(), s.URL, "device", "laptop", someone("").Key, nil)
	require.NoError(t, err)
	enrolled, err := e.Await(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.URL, enrolled.Vault)
	e.Until = time.Now()
	polls = 0
	_, err = e.Await(t.Context())
	require.Equal(t, session.CodeGatewayFailed, session.CodeOf(err), "the code's time is over")
}
