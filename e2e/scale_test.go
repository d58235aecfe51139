package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The largest session that is promised. A browser keeps 180 cookies of a site,
// and about 5 MB of an origin's storage.
const (
	scaleSites   = 20
	scaleOrigins = 50
	scaleCookies = 3000
	scaleBytes   = 30 << 20
	scaleKeys    = 6
)

// TestScale captures it, carries it and restores it.
func TestScale(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	apps := t.TempDir()
	require.NoError(t, os.WriteFile(apps+"/scale.yaml", []byte(scaleApp()), 0o600))
	w := newWorldWith(t, "--apps", apps)
	w.addApps(apps)
	ports := startScale(t)
	at := func(site int) string { return fmt.Sprintf("http://site%d.localhost:%s", site, ports[0]) }
	var card struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(w.person("account", "add", "--app", "scale", "--site", at(0), "--username", "alice", "--json")), &card))

	var patterns []string
	for i := range scaleSites {
		patterns = append(patterns, fmt.Sprintf("*://site%d.localhost/*", i))
	}
	c := w.browser("profile", patterns...)
	for i := range scaleSites {
		require.NoError(t, c.Visit(ctx, at(i)+"/cookies?set=yes"))
		require.NoError(t, c.WaitFor(ctx, fmt.Sprintf("body[data-cookies='%d']", scaleCookies/scaleSites)))
	}
	require.NoError(t, c.Visit(ctx, at(0)+"/?set=yes"))
	whole := fmt.Sprintf("body[data-origins='%d']", scaleOrigins)
	require.NoError(t, c.WaitFor(ctx, whole))

	p := w.details(c, card.ID)
	defer p.Close()
	_, err := p.Eval(ctx, `(globalThis.seen = new Set(), new MutationObserver(() => {
		const stage = document.querySelector("[data-panel=progress]")?.dataset.stage;
		if (stage) seen.add(stage);
	}).observe(document.body, { subtree: true, childList: true, attributes: true }), "")`)
	require.NoError(t, err)
	highest := w.peakOfHost()
	started := time.Now()
	require.NoError(t, p.Share(ctx))
	t.Logf("shared in %v", time.Since(started))
	stages, err := p.Eval(ctx, `[...seen].join()`)
	require.NoError(t, err)
	assert.Equal(t, "reading,proving,sealing,uploading", stages)
	kib := highest()
	t.Logf("the host's peak is %.2f times the storage", float64(kib<<10)/scaleBytes)
	assert.Greater(t, kib<<10, scaleBytes)
	assert.LessOrEqual(t, kib<<10, 3*scaleBytes)

	restored, err := w.bed.OpenRestored(ctx, card.ID, "--apps", apps)
	require.NoError(t, err)
	defer restored.Close()
	require.NoError(t, restored.Visit(ctx, at(0)+"/"))
	require.NoError(t, restored.WaitFor(ctx, whole))
	for i := range scaleSites {
		require.NoError(t, restored.Visit(ctx, at(i)+"/cookies"))
		require.NoError(t, restored.WaitFor(ctx, fmt.Sprintf("body[data-cookies='%d']", scaleCookies/scaleSites)))
	}
}

// peakOfHost watches the host until the answer is asked for: its highest peak,
// in KiB.
func (w *world) peakOfHost() func() int {
	over, highest := make(chan struct{}), make(chan int)
	go func() {
		kib := 0
		for {
			for _, pid := range w.bed.Processes("sessionferry") {
				kib = max(kib, peakOf(pid))
			}
			select {
			case <-over:
				highest <- kib
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() int {
		close(over)
		return <-highest
	}
}

// scaleApp is the rule: site0 says who is signed in.
func scaleApp() string {
	var domains []string
	for i := range scaleSites {
		domains = append(domains, fmt.Sprintf("site%d.localhost", i))
	}
	return `app: scale
name: Scale (our pages)
icon: {letters: Sc, color: '#333333'}
evidence: {grade: A, checked: 2026-11-25, source: e2e/scale_test.go}
domains: [` + strings.Join(domains, ", ") + `]
signed_in: [[user]]
active: [{cookie: user, via: ['re:^([a-z]+)$'], kind: username}]
complete: yes
whoami: {get: [/whoami], via: [json, 'path:$.user'], kind: username, signed_out: {status: [401], type: application/json}}
`
}

// startScale serves all sites on as many ports as there are origins, since a
// *.localhost name has no subdomains of its own to a browser. It returns the ports.
func startScale(t *testing.T) (ports []string) {
	mux := http.NewServeMux()
	for range scaleOrigins {
		server := httptest.NewServer(mux)
		t.Cleanup(server.Close)
		_, port, err := net.SplitHostPort(server.Listener.Addr().String())
		require.NoError(t, err)
		ports = append(ports, port)
	}
	page := func(w http.ResponseWriter, script string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprintf(w, "<!doctype html><link rel=icon href=data:,><body><script>%s</script>", script)
	}
	list, err := json.Marshal(ports[1:])
	require.NoError(t, err)
	mux.HandleFunc("GET /cookies", func(w http.ResponseWriter, _ *http.Request) {
		page(w, fmt.Sprintf(cookiesScript, scaleCookies/scaleSites))
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		page(w, fmt.Sprintf(storageScript+framesScript, scaleKeys, scaleBytes/scaleOrigins/scaleKeys, list))
	})
	mux.HandleFunc("GET /frame", func(w http.ResponseWriter, _ *http.Request) {
		page(w, fmt.Sprintf(storageScript, scaleKeys, scaleBytes/scaleOrigins/scaleKeys)+"parent.postMessage(whole, '*');")
	})
	mux.HandleFunc("GET /whoami", func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie("user")
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"user": c.Value})
	})
	return ports
}

// cookiesScript sets this site's cookies if it is asked to, and counts those that
// are as they were set.
const cookiesScript = `
const want = (n) => n === 0 ? 'user=alice' : 'c' + n + '=' + location.hostname + 'x'.repeat(60);
const all = [...Array(%d).keys()].map(want);
if (location.search) for (const c of all) document.cookie = c + '; Max-Age=86400; Path=/';
const have = new Set(document.cookie.split('; '));
document.body.dataset.cookies = String(all.filter((c) => have.has(c)).length);
`

// storageScript fills this origin's storage if it is asked to; whole says whether
// it is as it was filled.
const storageScript = `
const value = (key) => (location.port + ' ' + key + ' ').repeat(size / 8).slice(0, size);
const keys = [...Array(%d).keys()].map((n) => 'key ' + n), size = %d;
if (location.search) for (const k of keys) localStorage.setItem(k, value(k));
const whole = localStorage.length === keys.length && keys.every((k) => localStorage.getItem(k) === value(k));
`

// framesScript counts the origins that are whole: this one and its frames.
const framesScript = `
let origins = Number(whole);
const show = () => { document.body.dataset.origins = String(origins); };
addEventListener('message', ({ data }) => { origins += Number(data); show(); });
for (const port of %s) {
  const frame = document.createElement('iframe');
  frame.src = 'http://' + location.hostname + ':' + port + '/frame' + location.search;
  document.body.append(frame);
}
show();
`
