package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// TestBadInput shares while page, tab and vault do what they should not. Each
// ends with a code, and the session of before is untouched.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t)
	w.startWiki()
	bob := w.card("Bob")
	c := w.browser("profile", "*://mw.localhost/*")
	require.NoError(t, w.wiki.SignIn(t.Context(), c, w.wiki.Bob))
	home := w.wiki.Site + "/index.php"
	share := func(t *testing.T) error {
		p := w.in(t).freshDetails(c, bob)
		defer p.Close()
		return p.Share(t.Context())
	}
	require.NoError(t, share(t))
	generation := uint64(1)
	untouched := func(t *testing.T) {
		t.Helper()
		state, now := w.in(t).status(bob)
		assert.Equal(t, "transferred", state)
		assert.Equal(t, generation, now)
	}

	t.Run("a page that fills its storage while it is read", func(t *testing.T) {
		require.NoError(t, c.Visit(t.Context(), home))
		_, err := c.Eval(t.Context(), fillForEver)
		require.NoError(t, err)
		if err := share(t); err == nil {
			generation++
		} else {
			assert.Contains(t, []string{"bundle_too_large", "capture_failed"}, refused(t, err))
		}
		untouched(t)
		w.in(t).emptyStorage(c, home)
	})
	t.Run("a page with more than can be transferred", func(t *testing.T) {
		require.NoError(t, c.Visit(t.Context(), home))
		_, err := c.Eval(t.Context(), fillWith(40<<20))
		require.NoError(t, err)
		assert.Equal(t, "bundle_too_large", refused(t, share(t)))
		untouched(t)
		w.in(t).emptyStorage(c, home)
	})
	t.Run("a tab that closes while it is read", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, c.Visit(t.Context(), w.vault.URL))
		tab, err := c.OpenTab(t.Context(), home)
		require.NoError(t, err)
		_, err = tab.Eval(t.Context(), `setTimeout(() => { for (;;); }, 100), ""`) // it answers nobody
		require.NoError(t, err)
		p := w.freshDetails(c, bob)
		defer p.Close()
		require.NoError(t, p.StartShare(t.Context()))
		require.NoError(t, tab.Close(t.Context()))
		assert.Equal(t, "tab_closed", refused(t, p.Outcome(t.Context())))
		untouched(t)
	})

	put := func(r *http.Request) bool { return r.Method == http.MethodPut }
	for name, lie := range map[string]struct {
		which  func(*http.Request) bool
		answer func(http.ResponseWriter)
		codes  []session.Code
	}{
		"with a page of the web":      {put, func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, "<!doctype html><title>Sign in</title>") }, []session.Code{session.CodeVaultAnswer}},
		"with nothing":                {put, func(http.ResponseWriter) {}, []session.Code{session.CodeVaultAnswer}},
		"with an error of its own":    {put, func(rw http.ResponseWriter) { vaultapitest.Refuse(rw, 500, session.CodeInternal) }, []session.Code{session.CodeVaultFailed}},
		"with half of an answer":      {put, halfAnswer, []session.Code{session.CodeVaultAnswer, session.CodeVaultUnreachable}},
		"by hanging up":               {put, func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, []session.Code{session.CodeVaultUnreachable}},
		"with a list of foreign keys": {isRoster, func(rw http.ResponseWriter) { _, _ = io.WriteString(rw, `{"versions":["AAAA"]}`) }, []session.Code{session.CodeRosterInvalid}},
	} {
		t.Run("a vault that answers "+name, func(t *testing.T) {
			w := w.in(t)
			p := w.freshDetails(c, bob) // sees the truth still
			defer p.Close()
			w.lie(lie.which, lie.answer)
			w.letGo(c)
			assert.Contains(t, lie.codes, session.Code(refused(t, p.Share(t.Context()))))
		})
		untouched(t)
		w.in(t).letGo(c)
	}
	t.Run("a vault that answers slowly", func(t *testing.T) {
		w := w.in(t)
		w.between(func(vault http.Handler) http.HandlerFunc {
			return func(rw http.ResponseWriter, r *http.Request) {
				time.Sleep(time.Second) // the slowness is the subject, as on a poor line; nothing waits for its end
				vault.ServeHTTP(rw, r)
			}
		})
		w.letGo(c)
		require.NoError(t, share(t))
		generation++
	})
	w.letGo(c)
	untouched(t)

	c.Close()
	w.hostEnds()
}

func isRoster(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/roster") }

func halfAnswer(rw http.ResponseWriter) {
	rw.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(rw, `{"state":"transf`)
}

// freshDetails opens the details page of a card and puts away how the last share
// ended.
func (w *world) freshDetails(c *testbed.Chromium, account string) *testbed.Popup {
	w.t.Helper()
	p := w.details(c, account)
	require.NoError(w.t, p.Dismiss(w.t.Context()))
	return p
}

// fillWith puts that many bytes into the page's IndexedDB.
func fillWith(size int) string {
	return fmt.Sprintf(`(async () => {
		const db = await %s;
		for (let i = 0; i < %d; i++) await add(db);
		return '';
	%s})()`, openFill, size>>20, addFill)
}

const (
	openFill = `new Promise((done, failed) => {
		const r = indexedDB.open('fill', 1);
		r.onupgradeneeded = () => r.result.createObjectStore('all', { autoIncrement: true });
		r.onsuccess = () => done(r.result);
		r.onerror = () => failed(r.error);
	})`
	addFill = `
		function add(db) {
			return new Promise((done, failed) => {
				const r = db.transaction('all', 'readwrite').objectStore('all').add('x'.repeat(1048576));
				r.onsuccess = () => done();
				r.onerror = () => failed(r.error);
			});
		}
	`
	// fillForEver goes on until the page is left.
	fillForEver = `(async () => {
		const db = await ` + openFill + `;
		await add(db);
		(async () => { for (;;) await add(db); })();
		return '';
	` + addFill + `})()`
)

// emptyStorage leaves the page and takes away what it has stored.
func (w *world) emptyStorage(c *testbed.Chromium, page string) {
	w.t.Helper()
	require.NoError(w.t, c.Visit(w.t.Context(), page))
	_, err := c.Eval(w.t.Context(), `new Promise((done, failed) => {
		const r = indexedDB.deleteDatabase('fill');
		r.onsuccess = () => done('');
		r.onerror = () => failed(r.error);
	})`)
	require.NoError(w.t, err)
}
