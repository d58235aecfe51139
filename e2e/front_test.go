package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/internal/vaultapi/vaultapitest"
)

// front is what device and runner take for the vault: it hands on to the vault,
// unless a test lets it lie. Proofs are made for its address, which the vault knows as
// its own: a relay under another would be found out at once.
type front struct {
	*httptest.Server
	behind string // where the vault itself listens
	truth  http.Handler
	now    atomic.Pointer[http.Handler]
}

// newFrontedWorld is newWorldWith with a front.
func newFrontedWorld(t *testing.T, vaultArgs ...string) *world {
	port, err := testbed.FreePort(0)
	require.NoError(t, err)
	address := fmt.Sprintf("127.0.0.1:%d", port)
	f := &front{behind: address, truth: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})}
	f.now.Store(&f.truth)
	f.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { (*f.now.Load()).ServeHTTP(rw, r) }))
	t.Cleanup(f.Close)
	w := newWorldWith(t, append(vaultArgs, "--listen", address, "--public-url", f.URL)...)
	w.front = f
	return w
}

// between puts a server between device and vault for the rest of the test.
func (w *world) between(server func(vault http.Handler) http.HandlerFunc) {
	w.t.Helper()
	liar := http.Handler(server(w.front.truth))
	w.front.now.Store(&liar)
	w.t.Cleanup(func() { w.front.now.Store(&w.front.truth) })
}

// lie lets some of the vault's requests be answered by another, for the rest of
// the test, under the header of a vault's JSON.
func (w *world) lie(which func(*http.Request) bool, answer func(http.ResponseWriter)) {
	w.t.Helper()
	w.between(func(truth http.Handler) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			if !which(r) {
				truth.ServeHTTP(rw, r)
				return
			}
			_, _ = io.Copy(io.Discard, r.Body)
			vaultapitest.Header(rw, "application/json")
			answer(rw)
		}
	})
}
