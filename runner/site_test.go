package runner

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// site is an app of our own, at https://NAME.example.test:PORT for every NAME
// (and at other registrable domains below .test).
type site struct {
	*httptest.Server
	*http.ServeMux
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{ServeMux: http.NewServeMux()}
	s.Server = httptest.NewTLSServer(s.ServeMux)
	t.Cleanup(s.Server.Close)
	s.HandleFunc("/echo", s.echo)
	s.HandleFunc("/sub/echo", s.echo)
	return s
}

// echo answers with what the request says of the browser.
func (s *site) echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"cookie": r.Header.Get("Cookie"), "agent": r.UserAgent(), "language": r.Header.Get("Accept-Language"), "hints": r.Header.Get("Sec-Ch-Ua"),
	})
}

// html serves a page.
func (s *site) html(path, body string) {
	s.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!doctype html>" + body))
	})
}

// origin returns the origin of a host below .test.
func (s *site) origin(host string) string { return "https://" + host + ":" + s.port() }

func (s *site) port() string {
	u, _ := url.Parse(s.URL)
	_, port, _ := net.SplitHostPort(u.Host)
	return port
}

// consoles has a browser write the consoles of its pages with its own output.
const consoles = "--enable-logging=stderr"

// asRoot is whether root runs the tests, whose browsers have no sandbox then.
var asRoot = os.Geteuid() == 0

// testConfig is for browsers that see the test's sites.
func testConfig(t *testing.T) Config {
	t.Helper()
	return Config{
		State:        t.TempDir(),
		NoSandbox:    asRoot,
		ExtraArgs:    []string{"--host-resolver-rules=MAP *.test 127.0.0.1", "--ignore-certificate-errors", consoles},
		BrowserStart: 2 * time.Minute, // the machine may be busy
		PageLoad:     2 * time.Minute,
	}
}

// testContext is what the person's browser looked like.
var testContext = session.BrowserContext{
	UserAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
	Languages: []string{"es-ES", "es", "en"}, TimeZone: "Asia/Tokyo",
	Screen: session.Screen{Width: 1600, Height: 900, Scale: 1.5}, ColorScheme: "dark",
	Hints: &session.Hints{
		Platform: "Windows", PlatformVersion: "15.0.0", Architecture: "x86", Bitness: "64",
		Brands: []session.Brand{{Brand: "Chromium", Version: "150"}}, FullVersionList: []session.Brand{{Brand: "Chromium", Version: "150.0.1.2"}},
	},
}

// bundleOf returns a bundle that has gone through its JSON form and its checks.
func bundleOf(t *testing.T, site string, cookies []session.Cookie, origins []session.OriginStorage) *session.Bundle {
	t.Helper()
	for i := range cookies {
		cookies[i].Store = "0"
	}
	b := &session.Bundle{
		Version: session.BundleVersion, App: "mediawiki", Site: site, Identity: session.Identity{Kind: "username", Value: "Alice"},
		Capture: session.Capture{
			Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"},
			Read: []string{"cookie", "local", "session", "idb"}, Cookies: cookies, Origins: origins, Context: testContext,
		},
	}
	var text strings.Builder
	require.NoError(t, b.Encode(&text))
	out, err := session.DecodeBundle([]byte(text.String()), []string{"*"})
	require.NoError(t, err)
	return out
}

// opened restores a bundle into a browser of the test.
func opened(t *testing.T, b *session.Bundle) *Restored {
	t.Helper()
	r, err := Open(t.Context(), testConfig(t), b)
	require.NoError(t, err, "these tests need a Chromium: install the package chromium, or set SESSIONFERRY_CHROMIUM")
	t.Cleanup(r.Close)
	keepIfFailed(t, r)
	return r
}

// visit opens an ordinary page of the restored browser and returns what an
// expression, which must give a string, gives there after the page has loaded.
func visit(t *testing.T, r *Restored, address, expression string) string {
	t.Helper()
	s, _, err := r.openPage(t.Context())
	require.NoError(t, err)
	return navigate(t, s, address, expression)
}
