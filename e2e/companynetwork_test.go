package e2e

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/internal/vaultapi/vaultapitest"
)

// companyNetwork is a vault behind a gateway that ends TLS with a certificate of the
// company's own authority, and that only the company's proxy can find.
type companyNetwork struct {
	*world
	address  string // as people type it
	gateway  *httptest.Server
	proxy    *vaultapitest.Proxy
	settings map[string]string // what a shell sets to get there
	refusing atomic.Bool       // the gateway takes no session, as nginx with a lower limit
	admin    string            // cookie
}

func newCompanyNetwork(t *testing.T) *companyNetwork {
	n := &companyNetwork{world: newBareWorld(t)}
	n.bed.Unsetenv("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
	require.NoError(t, n.bed.StartKeyring(t.Context()))
	port, err := testbed.FreePort(0)
	require.NoError(t, err)
	behind := fmt.Sprintf("127.0.0.1:%d", port)
	certificate, err := n.bed.Certificate(t.Context(), "vault.company.test")
	require.NoError(t, err)
	vault := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: behind})
		r.Out.Host = r.In.Host
	}}
	n.gateway = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut && n.refusing.Load() {
			vaultapitest.Gateway(vaultapitest.Nginx("413 Request Entity Too Large", "413 Request Entity Too Large", "")).ServeHTTP(rw, r)
			return
		}
		vault.ServeHTTP(rw, r)
	}))
	n.gateway.Config.ErrorLog = log.New(io.Discard, "", 0) // that a client refuses the certificate is part of the test
	n.gateway.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	n.gateway.StartTLS()
	t.Cleanup(n.gateway.Close)
	n.proxy = &vaultapitest.Proxy{To: n.gateway.Listener.Addr().String()}
	proxy := httptest.NewServer(n.proxy)
	t.Cleanup(proxy.Close)
	n.settings = map[string]string{"HTTPS_PROXY": proxy.URL, "SSL_CERT_FILE": n.bed.Path("authority.pem")}

	_, own, _ := strings.Cut(n.gateway.Listener.Addr().String(), ":")
	n.address = "vault.company.test:" + own
	n.vault, err = n.bed.StartVault(t.Context(), "--listen", behind, "--public-url", "https://"+n.address)
	require.NoError(t, err)
	n.vault.URL = "http://" + behind // for the test itself
	n.admin, err = n.vault.SetUp(t.Context())
	require.NoError(t, err)
	return n
}

// connects runs a program until a person has allowed it at the vault, and returns
// what it printed.
func (n *companyNetwork) connects(program string, args ...string) string {
	n.t.Helper()
	p, err := n.bed.Start(program+"-"+args[0], n.bed.Program(program), args...)
	require.NoError(n.t, err)
	answer, err := n.vault.Post(n.t.Context(), "/v1/enrolments/answer", n.admin, map[string]any{"code": said(n.t, p, `Type +([A-Z-]+)`), "allow": true})
	require.NoError(n.t, err)
	_ = answer.Body.Close()
	require.Equal(n.t, http.StatusNoContent, answer.StatusCode)
	<-p.Exited()
	out, err := os.ReadFile(p.Log)
	require.NoError(n.t, err)
	return string(out)
}

// TestCompanyNetwork connects computer and runner to a vault that the company's proxy
// alone reaches. The program that the browser starts gets there too, although the
// variables were set in a shell only.
func TestCompanyNetwork(t *testing.T) {
	t.Parallel()
	n := newCompanyNetwork(t)
	_, err := n.bed.Sessionferry(t.Context(), "login", n.address)
	require.ErrorContains(t, err, "[vault_unreachable]")
	assert.ErrorContains(t, err, "the name vault.company.test cannot be resolved; where a proxy is needed, set HTTPS_PROXY")

	n.bed.Setenv("HTTPS_PROXY", n.settings["HTTPS_PROXY"])
	_, err = n.bed.Sessionferry(t.Context(), "login", n.address)
	require.ErrorContains(t, err, "[certificate_untrusted]")
	assert.ErrorContains(t, err, `issued by "CN=Sessionferry test bed"`)

	n.bed.Setenv("SSL_CERT_FILE", n.settings["SSL_CERT_FILE"])
	out := n.connects("sessionferry", "login", n.address, "--name", "test laptop")
	for name, value := range n.settings {
		assert.Contains(t, out, "Kept for your browser: "+name+"="+value)
	}
	key := n.bed.Path("runner.pub")
	require.NoError(t, os.WriteFile(key, []byte(n.runner("key")), 0o600))
	_, hash, found := strings.Cut(n.person("runner", "add", key), "sessionferry-runner trust ")
	require.True(t, found)
	assert.Contains(t, n.connects("sessionferry-runner", "enrol", n.address), "enrolled at  https://"+n.address)
	n.runner("trust", strings.TrimSpace(hash))
	assert.Contains(t, n.runner("status"), "is verified and lists this runner")
	assert.Contains(t, n.proxy.Requests(), "CONNECT "+n.address)

	n.startWiki()
	bob := n.card("Bob")
	n.bed.Unsetenv("HTTPS_PROXY", "SSL_CERT_FILE")
	c := n.browser("profile", "*://mw.localhost/*")
	for name, value := range n.settings {
		n.bed.Setenv(name, value)
	}
	require.NoError(t, n.wiki.SignIn(t.Context(), c, n.wiki.Bob))
	p := n.details(c, bob)
	require.NoError(t, p.Share(t.Context()))
	assert.Equal(t, "Bob", n.restore(bob).RestoredAs)

	n.refusing.Store(true)
	require.NoError(t, p.Dismiss(t.Context()))
	err = p.Share(t.Context())
	assert.Equal(t, "too_large", refused(t, err))
	assert.Contains(t, err.Error(), "a proxy on the way accepts less than the vault")
	assert.NotContains(t, strings.ToLower(err.Error()), "try again")
	state, generation := n.status(bob)
	assert.Equal(t, "transferred", state)
	assert.EqualValues(t, 1, generation)
}
