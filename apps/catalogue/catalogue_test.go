package catalogue_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

func TestEveryFileParses(t *testing.T) {
	names := catalogue.Embedded().Names()
	require.Len(t, names, 40)
	require.IsIncreasing(t, names)
	for _, n := range names {
		a, err := catalogue.Embedded().Get(n)
		require.NoError(t, err)
		assert.Equal(t, n, a.App)
		assert.NotEmpty(t, a.Evidence.Source, n)
	}
}

// Cards are made only for what was checked and can be asked.
func TestOffered(t *testing.T) {
	apps, err := catalogue.Embedded().Offered()
	require.NoError(t, err)
	var names []string
	for _, a := range apps {
		names = append(names, a.App)
		assert.True(t, a.Offered())
	}
	assert.Subset(t, names, []string{"better-auth", "mediawiki"})
	a, err := catalogue.Embedded().Get("x")
	require.NoError(t, err)
	assert.False(t, a.Offered(), "nobody has found out how to ask X")
}

func TestMediaWiki(t *testing.T) {
	a, err := catalogue.Embedded().Get("mediawiki")
	require.NoError(t, err)
	assert.Equal(t, "MediaWiki", a.Name)
	assert.True(t, a.AnySite())
	assert.Equal(t, "username", a.Card)
	assert.Equal(t, catalogue.CompleteYes, a.Rule.Complete)
	assert.Equal(t, []catalogue.Store{catalogue.Cookie}, a.Rule.Stores())
	assert.Len(t, a.Whoami.Get, 2)
	scope, err := a.Scope("http://mw.localhost:9101")
	require.NoError(t, err)
	assert.Equal(t, []session.Domain{{Name: "mw.localhost", Exact: true}}, scope.Domains())
	x, err := catalogue.Embedded().Get("x")
	require.NoError(t, err)
	_, err = x.Scope("https://wiki.example")
	assert.Equal(t, session.CodeSiteInvalid, session.CodeOf(err))
}

func TestUnknownApp(t *testing.T) {
	for _, name := range []string{"", "nosuch", "../x", "X", "x.yaml", "files/x"} {
		_, err := catalogue.Embedded().Get(name)
		assert.Equal(t, session.CodeAppUnknown, session.CodeOf(err), name)
	}
}

// Whoever asks first parses; everybody gets the same.
func TestGetIsShared(t *testing.T) {
	var wg sync.WaitGroup
	got := make([]*catalogue.App, 16)
	for i := range got {
		wg.Go(func() { got[i], _ = catalogue.Embedded().Get("okta") })
	}
	wg.Wait()
	for _, a := range got {
		assert.Same(t, got[0], a)
	}
}

func BenchmarkParse(b *testing.B) {
	data, err := catalogue.Embedded().Source("mediawiki")
	require.NoError(b, err)
	for b.Loop() {
		_, err := catalogue.Parse("mediawiki", data)
		require.NoError(b, err)
	}
}
