package vaultapi

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/vaultapi/vaultapitest"
)

// clientOf makes this test binary a client of the vault at an address or socket.
// Proxies and authorities are variables of a process, so each case needs a process of
// its own.
var clientOf = flag.String("client-of", "", "the `VAULT` that this process is a client of")

func TestMain(m *testing.M) {
	flag.Parse()
	if *clientOf == "" {
		os.Exit(m.Run())
	}
	if strings.HasPrefix(*clientOf, "/") {
		_, err := Enrol(context.Background(), *clientOf, "device", "laptop", nil)
		fmt.Println(err)
		return
	}
	e, err := Begin(context.Background(), *clientOf, "device", "laptop", someone("").Key, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("type", e.Code)
}

// client runs a client of the vault at base in this environment and returns what
// it printed.
func client(t *testing.T, base string, env ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-client-of", base)
	cmd.Env = append([]string{}, env...) // not nil, which would be this process's own
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

const (
	vaultName = "vault.company.test" // known to the proxy alone
	typeCode  = "type BCDF-GHJK"
)

// authority issues certificates that only its file makes trusted. Its name tries to
// write to a terminal.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	a := &authority{key: key, file: filepath.Join(t.TempDir(), "authority.pem")}
	a.cert = &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Company \x1b[31mRoot"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, a.cert, a.cert, key.Public(), key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return a
}

// serve starts a server with a certificate for name, valid until end.
func (a *authority) serve(t *testing.T, name string, end time.Time, h http.Handler) *httptest.Server {
	t.Helper()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: a.cert.NotBefore, NotAfter: end, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if ip := net.ParseIP(name); ip != nil {
		leaf.IPAddresses = []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.cert, a.key.Public(), a.key)
	require.NoError(t, err)
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // clients are expected to refuse it
	s.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: a.key}}}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// port of a server, with the colon.
func port(s *httptest.Server) string {
	return s.Listener.Addr().String()[strings.LastIndexByte(s.Listener.Addr().String(), ':'):]
}

// enrolling is a vault that hands a code out.
func enrolling(w http.ResponseWriter, r *http.Request) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	page := scheme + "://" + r.Host + "/device"
	vaultapitest.Answer(w, http.StatusCreated, map[string]any{"enrolment": "e", "code": "BCDF-GHJK", "page": page, "until": later(), "interval": 1})
}

// vaultOf starts such a vault with a certificate for name.
func vaultOf(t *testing.T, ca *authority, name string) (s *httptest.Server, base string) {
	t.Helper()
	s = ca.serve(t, name, later(), http.HandlerFunc(enrolling))
	return s, "https://" + name + port(s)
}

func later() time.Time { return time.Now().Add(time.Hour) }

// TestProxy: the company's proxy, named as every other program wants it named.
func TestProxy(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	vault, base := vaultOf(t, ca, vaultName)
	trusted := "SSL_CERT_FILE=" + ca.file
	needsName := "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm=\"secret realm\"\r\nConnection: close\r\n\r\n"
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()

	for _, c := range []struct {
		name   string
		answer string   // of the proxy
		env    []string // ADDRESS stands for its own
		want   []string // in what the client printed
		asked  string   // by the proxy, "" for nothing
	}{
		{"HTTPS_PROXY", "", []string{"HTTPS_PROXY=http://ADDRESS"}, []string{typeCode}, "CONNECT " + vaultName + port(vault)},
		{"in small letters, without a scheme", "", []string{"https_proxy=ADDRESS"}, []string{typeCode}, "CONNECT " + vaultName + port(vault)},
		{"ALL_PROXY", "", []string{"ALL_PROXY=http://ADDRESS"}, []string{typeCode}, "CONNECT " + vaultName + port(vault)},
		{"with a password", "", []string{"HTTPS_PROXY=http://bob:secret@ADDRESS"}, []string{typeCode}, "CONNECT " + vaultName + port(vault) + " Basic Ym9iOnNlY3JldA=="},
		{"an exception", "", []string{"HTTPS_PROXY=http://ADDRESS", "NO_PROXY=.company.test"}, []string{"vault_unreachable", vaultName}, ""},
		{"no proxy at all", "", nil, []string{"vault_unreachable", vaultName, "HTTPS_PROXY"}, ""},
		{"a password is missing", needsName, []string{"HTTPS_PROXY=http://ADDRESS"}, []string{"proxy_auth_needed", "Negotiate, Basic"}, "CONNECT " + vaultName + port(vault)},
		{"refused by it", "HTTP/1.1 403 Filtered\r\n\r\n", []string{"HTTPS_PROXY=http://ADDRESS"}, []string{"proxy_failed", "status 403"}, "CONNECT " + vaultName + port(vault)},
		{"it does not reach the vault", "HTTP/1.1 502 Bad Gateway\r\n\r\n", []string{"HTTPS_PROXY=http://ADDRESS"}, []string{"gateway_failed", "status 502"}, "CONNECT " + vaultName + port(vault)},
		{"it does not answer", "", []string{"HTTPS_PROXY=http://bob:secret@" + gone.Listener.Addr().String()}, []string{"proxy_failed", gone.Listener.Addr().String()}, ""},
		{"its address cannot be read", "", []string{"HTTPS_PROXY=http://bob:secret@ADDRESS:x"}, []string{"proxy_failed", "HTTPS_PROXY"}, ""},
		{"of a kind that is not known", "", []string{"HTTPS_PROXY=ftp://ADDRESS"}, []string{"proxy_failed", "ftp"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &vaultapitest.Proxy{To: vault.Listener.Addr().String(), Answer: c.answer}
			s := httptest.NewServer(p)
			t.Cleanup(s.Close)
			env := []string{trusted}
			for _, e := range c.env {
				env = append(env, strings.ReplaceAll(e, "ADDRESS", s.Listener.Addr().String()))
			}
			out := client(t, base, env...)
			for _, want := range c.want {
				assert.Contains(t, out, want)
			}
			assert.NotContains(t, out, "secret")
			assert.Equal(t, c.asked, strings.Join(p.Requests(), "\n"))
		})
	}
}

// socksProxy starts a SOCKS5 proxy without a password that connects everybody to one
// address.
func socksProxy(t *testing.T, to string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		// RFC 1928: version, methods; then version, CONNECT, 0, a name, its port.
		greeting, request := make([]byte, 3), make([]byte, 4+1+len(vaultName)+2)
		for _, step := range []struct{ read, answer []byte }{{greeting, []byte{5, 0}}, {request, []byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0}}} {
			if _, err := io.ReadFull(conn, step.read); err != nil {
				return
			}
			_, _ = conn.Write(step.answer)
		}
		vaultapitest.Connect(conn, to)
	}()
	return l.Addr().String()
}

// TestProxyKinds: a proxy may be reached over TLS or speak SOCKS.
func TestProxyKinds(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	vault, base := vaultOf(t, ca, vaultName)
	over := ca.serve(t, "127.0.0.1", later(), &vaultapitest.Proxy{To: vault.Listener.Addr().String()})
	socks := socksProxy(t, vault.Listener.Addr().String())
	trusted := "SSL_CERT_FILE=" + ca.file
	assert.Equal(t, typeCode, client(t, base, trusted, "HTTPS_PROXY=https://bob:secret@"+over.Listener.Addr().String()))
	assert.Equal(t, typeCode, client(t, base, trusted, "ALL_PROXY=socks://"+socks), "as GNOME writes it")
	out := client(t, base, "HTTPS_PROXY=https://bob:secret@"+over.Listener.Addr().String())
	assert.Contains(t, out, "certificate_untrusted")
	assert.Contains(t, out, "of the proxy "+over.Listener.Addr().String())
	assert.NotContains(t, out, "secret")
}

// TestNoProxyHere: an address of this computer has no proxy, whatever the
// environment says, and neither has the socket.
func TestNoProxyHere(t *testing.T) {
	t.Parallel()
	trap := &vaultapitest.Proxy{}
	s := httptest.NewServer(trap)
	t.Cleanup(s.Close)
	proxies := []string{"HTTPS_PROXY=" + s.URL, "HTTP_PROXY=" + s.URL, "ALL_PROXY=" + s.URL}
	plain := httptest.NewServer(http.HandlerFunc(enrolling))
	t.Cleanup(plain.Close)
	assert.Equal(t, typeCode, client(t, plain.URL, proxies...))
	ca := newAuthority(t)
	_, base := vaultOf(t, ca, "127.0.0.1")
	assert.Equal(t, typeCode, client(t, base, append(proxies, "SSL_CERT_FILE="+ca.file)...))
	assert.Contains(t, client(t, t.TempDir()+"/none.sock", proxies...), "vault_unreachable")
	assert.Empty(t, trap.Requests())
}

// TestCertificates: a certificate that is refused is named, with what is wrong.
func TestCertificates(t *testing.T) {
	t.Parallel()
	ca := newAuthority(t)
	serve := func(name string, until time.Time) string {
		return "https://127.0.0.1" + port(ca.serve(t, name, until, http.NotFoundHandler()))
	}
	trusted := "SSL_CERT_FILE=" + ca.file
	out := client(t, serve("127.0.0.1", later()))
	assert.Contains(t, out, "certificate_untrusted")
	assert.Contains(t, out, `issued by "CN=Company \x1b[31mRoot"`)
	assert.Contains(t, out, "SSL_CERT_FILE")
	out = client(t, serve("vault.example", later()), trusted)
	assert.Contains(t, out, "certificate_invalid")
	assert.Contains(t, out, "issued for another name than 127.0.0.1")
	out = client(t, serve("127.0.0.1", time.Now().Add(-time.Minute)), trusted)
	assert.Contains(t, out, "certificate_invalid")
	assert.Contains(t, out, "valid until "+time.Now().Add(-time.Minute).UTC().Format(time.DateOnly))

	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	out = client(t, "https://"+plain.Listener.Addr().String())
	assert.Contains(t, out, "answer_foreign")
	assert.Contains(t, out, "HTTP without TLS")
}
