package runner

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// log is what a runner said, read while it speaks.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// serving runs Serve until the returned function is called, which returns its
// error.
func (w *scene) serving(t *testing.T) (said *log, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	said = new(log)
	done := make(chan error, 1)
	ready := make(chan string, 1)
	go func() {
		done <- w.runner.Serve(ctx, ServeOptions{Log: zerolog.New(said), Ready: func(v string) { ready <- v }})
	}()
	select {
	case v := <-ready:
		assert.Equal(t, w.vault.URL, v)
	case err := <-done:
		require.NoError(t, err)
	}
	return said, func() error { cancel(); return <-done }
}

// hand makes a share wait and returns what the vault has heard once its lease is
// given back.
func (w *scene) hand(t *testing.T, share uint64) []string {
	t.Helper()
	w.vault.mu.Lock()
	w.vault.said, w.vault.waiting = nil, []uint64{share}
	w.vault.mu.Unlock()
	var heard []string
	require.Eventually(t, func() bool {
		w.vault.mu.Lock()
		defer w.vault.mu.Unlock()
		heard = append([]string{}, w.vault.said...)
		return len(heard) > 0 && heard[len(heard)-1] == "released"
	}, 2*time.Minute, 20*time.Millisecond)
	return heard
}

// TestServe follows shares that wait to each of their ends.
func TestServe(t *testing.T) {
	secret := secretValue()
	wiki := newWiki(t, secret, "Alice")
	mallory := newWiki(t, secret, "Mallory")
	silent := newSite(t)
	w := newScene(t, wiki.origin("wiki.example.test"))
	said, stop := w.serving(t)

	for _, c := range []struct {
		name   string
		site   *site
		value  string
		says   []string
		logged string
		seen   uint64 // what the runner remembers as current
	}{
		{"another account", mallory, secret, []string{"invalid wrong_account_on_arrival", "released"}, "app_other_account", 0},
		{"signed out", wiki, secretValue(), []string{"invalid signed_out_by_app", "released"}, "app_signed_out", 0},
		{"tied to the device", newTyingWiki(t, secret), secret, []string{"invalid bound_to_device", "released"}, "session_bound", 0},
		{"no answer", silent, secret, []string{"released"}, "given back", 0},
		{"match", wiki, secret, []string{"confirmed ", "released"}, "confirmed: ", 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			site := c.site.origin("wiki.example.test")
			w.vault.account.Site = site
			w.share(t, bundleOf(t, site, wikiCookie(c.value), nil), 7)
			assert.Equal(t, c.says, w.hand(t, 7))
			require.Eventually(t, func() bool { return bytes.Contains([]byte(said.String()), []byte(c.logged)) }, time.Minute, 10*time.Millisecond)
			known, err := w.runner.store.trust()
			require.NoError(t, err)
			assert.Equal(t, c.seen, known.Seen[w.vault.account.ID].Share)
		})
	}
	require.NoError(t, stop())
	assert.Contains(t, said.String(), w.vault.account.ID.String())
	for _, hidden := range []string{secret, "Alice", "Mallory", "wikiToken"} {
		assert.NotContains(t, said.String(), hidden)
	}
}

// TestServeOutlastsTheVault: what passes by itself is waited for, what does not
// ends it.
func TestServeOutlastsTheVault(t *testing.T) {
	w := newScene(t, "https://wiki.example.test")
	said, stop := w.serving(t)
	for _, code := range []string{"vault_failed", "vault_unavailable"} {
		w.vault.mu.Lock()
		w.vault.problem = code
		w.vault.mu.Unlock()
		require.Eventually(t, func() bool { return bytes.Contains([]byte(said.String()), []byte(code)) }, time.Minute, 10*time.Millisecond)
	}
	w.vault.mu.Lock()
	w.vault.problem = ""
	w.vault.mu.Unlock()
	assert.Equal(t, []string{"released"}, w.hand(t, 3), "there is no envelope")
	require.NoError(t, stop())

	w.vault.problem = "unauthorized"
	assert.Equal(t, session.CodeUnauthorized, session.CodeOf(w.runner.Serve(t.Context(), ServeOptions{Log: zerolog.Nop()})))
	elsewhere := t.TempDir()
	err := New(Config{State: elsewhere}).Serve(t.Context(), ServeOptions{Log: zerolog.Nop()})
	assert.Equal(t, session.CodeNotEnrolled, session.CodeOf(err))
	assert.ErrorContains(t, err, elsewhere, "a service may have another XDG_STATE_HOME than the shell that enrolled")
}

// TestServeOutlastsWhatIsBetween: a gateway that fails, a captive portal and a
// sign-in page are named in the log and waited out.
func TestServeOutlastsWhatIsBetween(t *testing.T) {
	w := newScene(t, "https://wiki.example.test")
	answers := []http.HandlerFunc{
		func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "<html>", http.StatusBadGateway) },
		w.vault.routes().ServeHTTP, // in between it works, so that the pauses stay short
		func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Welcome to this hotel")) },
		w.vault.routes().ServeHTTP,
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://login.company.example/?next=secret", http.StatusFound)
		},
	}
	asked := 0 // by one request after the other
	w.vault.between = func(rw http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/v1/confirmations" || asked == len(answers) {
			return false
		}
		answers[asked](rw, r)
		asked++
		return true
	}
	said, stop := w.serving(t)
	for _, detail := range []string{"status 502, an HTML page", "status 200, an HTML page", "status 302, to https://login.company.example"} {
		require.Eventually(t, func() bool { return bytes.Contains([]byte(said.String()), []byte(detail)) }, 40*time.Second, 10*time.Millisecond, detail)
	}
	assert.Equal(t, []string{"released"}, w.hand(t, 3), "it goes on; there is no envelope")
	require.NoError(t, stop())
	assert.NotContains(t, said.String(), "secret")
}

// TestServeStops: a runner that is told to stop gives back what it holds.
func TestServeStops(t *testing.T) {
	entered := make(chan struct{})
	slow := newSite(t)
	slow.HandleFunc("/api.php", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-entered:
		default:
			close(entered)
		}
		<-r.Context().Done()
	})
	site := slow.origin("wiki.example.test")
	w := newScene(t, site)
	w.share(t, bundleOf(t, site, wikiCookie(secretValue()), nil), 7)
	said, stop := w.serving(t)
	w.vault.mu.Lock()
	w.vault.waiting = []uint64{7}
	w.vault.mu.Unlock()
	<-entered
	require.NoError(t, stop())
	assert.Equal(t, []string{"released"}, w.vault.said)
	assert.Contains(t, said.String(), "this runner stops")
}

func TestNextPause(t *testing.T) {
	var got []time.Duration
	for pause := time.Duration(0); len(got) < 8; got = append(got, pause) {
		pause = nextPause(pause)
	}
	assert.Equal(t, []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, time.Minute, time.Minute}, got)
}
