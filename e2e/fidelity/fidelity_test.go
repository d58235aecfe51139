package fidelity

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed/places"
)

// TestFidelity is what "make fidelity" prints.
func TestFidelity(t *testing.T) {
	require.NoError(t, places.Check("chromium", "firefox-esr"))
	leave, err := places.Take(t.Context())
	require.NoError(t, err)
	defer leave()
	for _, browser := range Browsers {
		t.Run(browser, func(t *testing.T) {
			c, err := Run(t.Context(), "../../bin", "../../extension", browser)
			require.NoError(t, err)
			for _, rows := range [][]row{c.Cookies, c.Headers, c.Storage} {
				for _, r := range rows {
					assert.True(t, r.Target == "" || explained[r.What] != "", "%s: %s", r.What, r.Target)
				}
			}
			n := countOf(c.Cookies)
			assert.Equal(t, 27, n.Of)
			if browser == "chromium" {
				assert.Equal(t, 27, n.Exact)
				assert.Contains(t, c.Named, "latin1", "before the transfer")
			}
			assert.Contains(t, c.Named, "values/any/key, not extractable", "before the transfer")
			assert.Greater(t, countOf(c.Storage).Exact, 60)
		})
	}
}

// TestJarIsWhole keeps the jar from shrinking, and every line of it apart.
func TestJarIsWhole(t *testing.T) {
	require.Len(t, jar, 27)
	for _, c := range jar {
		var at []string
		for _, other := range jar {
			if other.Line == c.Line {
				at = append(at, other.Kind)
			}
		}
		assert.Len(t, at, 1, c.Kind)
	}
}
