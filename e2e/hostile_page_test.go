package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// TestHostilePage: a page cannot break who reads its storage, nor the popup that
// shows the names of it; all of it arrives as it was.
func TestHostilePage(t *testing.T) {
	t.Parallel()
	w, bank, bob := bankWorld(t)
	w.inBothBrowsers(func(w *world, name string, b testbed.Browser) {
		t, ctx := w.t, w.t.Context()
		many := "100000"
		if name == "firefox" { // which takes longer for each
			many = "10000"
		}
		require.NoError(t, b.Allow(ctx, bank.Pattern()))
		require.NoError(t, b.Visit(ctx, bank.Site+"/sign-in?hostile=yes&many="+many+"&user="+bank.Bob.Name))
		require.NoError(t, b.WaitFor(ctx, "body[data-hostile=yes]"))
		p := w.details(b, bob)
		defer p.Close()
		require.NoError(t, p.Ask(ctx))
		require.NoError(t, p.WaitFor(ctx, "[data-panel=losing]"))
		said, err := p.Text(ctx, "[data-panel=losing]")
		require.NoError(t, err)
		assert.Contains(t, said, "<b>__proto__</b>/__proto__/0", "a value that could change others is not carried")
		require.NoError(t, p.Click(ctx, "[data-action=accept]"))
		require.NoError(t, p.Outcome(ctx))
		require.NoError(t, p.Click(ctx, ".names summary"))
		require.NoError(t, p.WaitFor(ctx, ".names[open]"))
		said, err = p.Text(ctx, ".names")
		require.NoError(t, err)
		assert.Contains(t, said, "<img src=x onerror=alert(1)>", "a name is text")
		assert.Contains(t, said, "__proto__")
		images, err := p.Eval(ctx, "String(document.querySelectorAll('img[src=x]').length)")
		require.NoError(t, err)
		assert.Equal(t, "0", images)

		restored, err := w.bed.OpenRestored(ctx, bob, "--apps", companyApps)
		require.NoError(t, err)
		defer restored.Close()
		require.NoError(t, restored.Visit(ctx, bank.Site+"/"))
		for expression, want := range map[string]string{
			"localStorage.getItem('k'.repeat(1_500_000))":                        "a long key",
			"localStorage.getItem('__proto__')":                                  `{"polluted":true}`,
			"String(({}).polluted)":                                              "undefined",
			`String(localStorage.getItem('lone \ud800') === 'surrogate \udfff')`: "true",
			"String(sessionStorage.getItem(''))":                                 "an empty key",
			`new Promise((done) => { const open = indexedDB.open('<b>__proto__</b>'); open.onsuccess = () => {
				const count = open.result.transaction('many').objectStore('many').count();
				count.onsuccess = () => done(String(count.result)); }; })`: many,
		} {
			got, err := restored.Eval(ctx, expression)
			require.NoError(t, err, expression)
			assert.Equal(t, want, got, expression)
		}
	})
}
