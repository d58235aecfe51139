package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestCrossing is the main job on real parts, with what can go wrong on the way.
// Its parts share one world and one browser and build on each other.
func TestCrossing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startWiki()
	alice, bob := w.card("Alice"), w.card("Bob")
	c := w.browser("profile", "*://mw.localhost/*")

	t.Run("nobody is signed in", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, c.Visit(t.Context(), w.wiki.Site+"/index.php"))
		p := w.details(c, bob)
		defer p.Close()
		assert.Equal(t, "account_signed_out", refused(t, p.Share(t.Context())))
	})

	require.NoError(t, w.wiki.SignIn(t.Context(), c, w.wiki.Bob))

	t.Run("the card of another account is refused", func(t *testing.T) {
		w := w.in(t)
		p := w.details(c, alice)
		defer p.Close()
		err := p.Share(t.Context())
		assert.Equal(t, "account_wrong", refused(t, err))
		assert.Contains(t, err.Error(), "UserName", "the marker is named")
		assert.NotContains(t, err.Error(), "Bob", "the identity is masked")
		state, _ := w.status(alice)
		assert.Equal(t, "none", state)
	})

	t.Run("share, and the app knows the restored copy", func(t *testing.T) {
		w := w.in(t)
		p := w.details(c, bob)
		defer p.Close()
		require.NoError(t, p.Share(t.Context()))
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 1, generation)
		got := w.restore(bob)
		assert.Equal(t, "Bob", got.RestoredAs)
		assert.True(t, got.Match)
		assert.Equal(t, got.Cookies.Captured, got.Cookies.Restored)
		assert.Positive(t, got.Cookies.Captured)
	})

	t.Run("a vault that is away leaves the older session", func(t *testing.T) {
		w := w.in(t)
		w.vault.Signal(syscall.SIGKILL)
		<-w.vault.Exited()
		p, err := c.Popup(t.Context(), w.screens())
		require.NoError(t, err)
		code, err := p.Screen(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "vault_unreachable", code)
		p.Close()
		w.restartVault()
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 1, generation)
	})

	t.Run("the worker dies in a share, which goes on when the popup is opened again", func(t *testing.T) {
		w := w.in(t)
		p := w.details(c, bob)
		w.vault.Signal(syscall.SIGSTOP) // so that the share cannot be over before the worker is dead
		require.NoError(t, p.StartShare(t.Context()))
		require.NoError(t, c.KillWorker(t.Context(), p))
		p.Close()
		w.vault.Signal(syscall.SIGCONT)
		p = w.details(c, bob)
		defer p.Close()
		require.NoError(t, p.Outcome(t.Context()))
		state, generation := w.status(bob)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 2, generation, "it was shared once, not twice")
	})

	t.Run("an app with no open tab gets one for a moment", func(t *testing.T) {
		w := w.in(t)
		require.NoError(t, c.Visit(t.Context(), w.vault.URL))
		before, err := c.Pages(t.Context())
		require.NoError(t, err)
		p := w.details(c, bob)
		require.NoError(t, p.Share(t.Context()))
		p.Close()
		_, generation := w.status(bob)
		assert.EqualValues(t, 3, generation)
		eventually(t, func() bool {
			after, err := c.Pages(t.Context())
			return err == nil && slices.Equal(before, after)
		}, "the tab is closed again")
		require.NoError(t, c.Visit(t.Context(), w.wiki.Site+"/index.php"))
	})

	t.Run("delete, and there is nothing to restore", func(t *testing.T) {
		w := w.in(t)
		p := w.details(c, bob)
		defer p.Close()
		require.NoError(t, p.Delete(t.Context()))
		state, _ := w.status(bob)
		assert.Equal(t, "none", state)
		_, err := w.bed.Runner(t.Context(), "restore", "--account", bob)
		var failed *testbed.RunError
		require.ErrorAs(t, err, &failed)
		assert.Contains(t, failed.Stderr, "session_none")
	})

	t.Run("no secret is in anything that was written", func(t *testing.T) {
		w := w.in(t)
		secrets, err := c.CookieValues(t.Context(), "wikiToken", "wiki_session")
		require.NoError(t, err)
		require.NotEmpty(t, secrets)
		w.searchFor(secrets)
	})

	t.Run("a browser that dies in a share leaves the older session and no host", func(t *testing.T) {
		w := w.in(t)
		p := w.details(c, bob)
		require.NoError(t, p.Share(t.Context()))
		before, generation := w.status(bob)
		p.Close()
		p = w.details(c, bob)
		w.vault.Signal(syscall.SIGSTOP)
		require.NoError(t, p.StartShare(t.Context()))
		require.NotEmpty(t, w.bed.Processes("sessionferry"))
		require.NoError(t, c.Kill(t.Context()))
		w.hostEnds()
		w.vault.Signal(syscall.SIGCONT)
		state, after := w.status(bob)
		assert.Equal(t, before, state)
		assert.Equal(t, generation, after)
	})
}

// in is the world in a part of a test.
func (w *world) in(t *testing.T) *world {
	w.kept.keepIfFailed(t)
	part := *w
	part.t = t
	return &part
}

type restored struct {
	RestoredAs string `json:"restored_as"`
	Match      bool
	Cookies    struct{ Captured, Restored int }
}

func (w *world) restore(account string) restored {
	lines := strings.Split(w.runner("restore", "--account", account, "--json"), "\n")
	var r restored
	require.NoError(w.t, json.Unmarshal([]byte(lines[len(lines)-1]), &r))
	return r
}

// restartVault starts the vault that was stopped, where it was.
func (w *world) restartVault(args ...string) {
	w.t.Helper()
	args = append(args, "--listen", strings.TrimPrefix(w.vault.URL, "http://"))
	if w.front != nil {
		args = append(args, "--listen", w.front.behind, "--public-url", w.front.URL)
	}
	v, err := w.bed.StartVault(w.t.Context(), args...)
	require.NoError(w.t, err)
	*w.vault = *v
}

// searchFor looks for secrets in every file of the bed that our programs and
// the extension write. The browser's own cookie store and caches are left out:
// there they belong.
func (w *world) searchFor(secrets []string) {
	searched := 0
	err := filepath.WalkDir(w.bed.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.IsDir() && d.Name() == "mediawiki" {
				return fs.SkipDir // the app's own database
			}
			return err
		}
		rel, _ := filepath.Rel(w.bed.Root, path)
		if strings.HasPrefix(rel, "profile") && !strings.Contains(rel, "Extension") || !d.Type().IsRegular() {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // a file of a running program, replaced meanwhile
			}
			return err
		}
		searched++
		for _, s := range secrets {
			if bytes.Contains(data, []byte(s)) {
				w.t.Errorf("%s holds the value of a cookie", rel)
			}
		}
		return nil
	})
	require.NoError(w.t, err)
	require.Greater(w.t, searched, 10)
}
