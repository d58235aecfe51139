package pages

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSamples: every page is drawn in every state and both languages, so that no
// sentence and no icon is missing, and what people call themselves is text.
func TestSamples(t *testing.T) {
	drawnBy := map[string]bool{"style": true}
	for _, s := range Samples() {
		drawnBy[s.View.template()] = true
		for _, l := range Languages() {
			page := drawn(t, l, s.View)
			assert.Contains(t, page, `<html lang="`+string(l)+`"`, s.Name)
			assert.NotContains(t, page, "<img src=x", s.Name)
			assert.NotContains(t, page, `"alert(1)"`, s.Name)
			assert.Equal(t, 1, strings.Count(page, "<h1"), s.Name)
			once(t, page)
		}
	}
	own, err := fs.Glob(files, "templates/*.html")
	require.NoError(t, err)
	for _, file := range own {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html")
		assert.True(t, drawnBy[name] || name == "layout", "there is no sample of %s", name)
	}
}

// once asserts that no two elements of a page have the same id, and that each that
// is spoken of is there.
func once(t *testing.T, page string) {
	t.Helper()
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		assert.False(t, seen[m[1]], "twice: %s", m[1])
		seen[m[1]] = true
	}
	for _, m := range named.FindAllStringSubmatch(page, -1) {
		for _, id := range strings.Fields(m[2]) {
			assert.True(t, seen[id], "nothing is %s", id)
		}
	}
}

// TestStyle: the sheet has each sample by day and by night, runs no script, and
// turns with the writing.
func TestStyle(t *testing.T) {
	for _, l := range Languages() {
		s, err := NewStyle(l, l == Spanish)
		require.NoError(t, err)
		page := drawn(t, l, s)
		once(t, page)
		assert.Equal(t, len(Samples()), strings.Count(page, `<article data-theme="light">`))
		assert.Equal(t, len(Samples()), strings.Count(page, `<article data-theme="dark">`))
		assert.NotContains(t, page, "<script")
		assert.NotContains(t, page, "autofocus")
		assert.NotContains(t, page, "<img src=x")
		assert.Equal(t, l == Spanish, strings.Contains(page, `lang="es" dir="rtl"`))
	}
}
