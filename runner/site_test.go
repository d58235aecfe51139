package runner

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"sessionferry/session"
)

// site is an app of our own at http://HOST.localhost:PORT.
type site struct {
	*httptest.Server
	mux *http.ServeMux
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{mux: http.NewServeMux()}
	s.Server = httptest.NewServer(s.mux)
	t.Cleanup(s.Server.Close)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>app</title><script>window.first = JSON.stringify([
			Object.entries(localStorage), Object.entries(sessionStorage)])</script>`))
	})
	// What arrived: the Cookie header and the user agent's words.
	s.mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"cookie": r.Header.Get("Cookie"), "agent": r.UserAgent(), "lang": r.Header.Get("Accept-Language"), "hints": r.Header.Get("Sec-Ch-Ua")})
	})
	return s
}

// origin returns the origin of the site under a name of *.localhost.
func (s *site) origin(name string) string {
	u, _ := url.Parse(s.URL)
	return "http://" + name + ".localhost:" + u.Port()
}

// bundleOf returns a bundle that decodes, with the given parts.
func bundleOf(t *testing.T, site string, cookies []session.Cookie, origins []session.OriginStorage) *session.Bundle {
	t.Helper()
	for i := range cookies {
		cookies[i].Store = "0"
	}
	b := &session.Bundle{
		Version: session.BundleVersion, App: "mediawiki", Site: site,
		Identity: session.Identity{Kind: "username", Value: "Alice"},
		Capture: session.Capture{
			Captured: time.Now().UTC(), Store: session.Store{ID: "0", Kind: "default"}, Read: []string{"cookie", "local", "session", "idb"},
			Cookies: cookies, Origins: origins,
			Context: session.BrowserContext{
				UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
				Languages: []string{"es-ES", "es", "en"}, TimeZone: "Asia/Tokyo",
				Screen: session.Screen{Width: 1600, Height: 900, Scale: 1.5}, ColorScheme: "dark",
				Hints: &session.Hints{Platform: "Linux", PlatformVersion: "6.1", Brands: []session.Brand{{Brand: "Chromium", Version: "150"}},
					FullVersionList: []session.Brand{{Brand: "Chromium", Version: "150.0.0.0"}}},
			},
		},
	}
	var buf strings.Builder
	if err := b.Encode(&buf); err != nil {
		t.Fatal(err)
	}
	out, err := session.DecodeBundle([]byte(buf.String()), []string{"*"})
	if err != nil {
		t.Fatalf("the test's bundle: %v", err)
	}
	return out
}
