package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/vault/vaulttest"
)

// TestServeWithTLS serves with a certificate, whose client is one that trusts
// the same certificate and nothing else.
func TestServeWithTLS(t *testing.T) {
	pair := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(pair.Close)
	dir := vaulttest.Folder(t)
	cert, key, ready := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "ready")
	private, err := x509.MarshalPKCS8PrivateKey(pair.TLS.Certificates[0].PrivateKey)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate().Raw}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))

	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	var out, log bytes.Buffer
	go func() {
		done <- run(ctx, []string{"serve", "--data", filepath.Join(dir, "data"), "--socket", filepath.Join(dir, "run", "s"),
			"--listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key, "--ready-file", ready}, nil, &out, &log)
	}()
	where := announced(t, ready)
	require.Regexp(t, "^https://127.0.0.1:", where.URL)

	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, where.URL+"/healthz", nil)
	require.NoError(t, err)
	resp, err := pair.Client().Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, resp.Header.Get("Strict-Transport-Security"), "max-age=63072000")
	_, err = http.DefaultClient.Do(req) //nolint:bodyclose // a stranger's trust gets no answer
	require.Error(t, err)
	stop()
	require.NoError(t, <-done, "%s", &log)
}
