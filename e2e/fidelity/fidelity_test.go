package fidelity

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFidelity is what "make fidelity" prints.
func TestFidelity(t *testing.T) {
	for _, browser := range Browsers {
		t.Run(browser, func(t *testing.T) {
			c, err := Run(t.Context(), "../../bin", "../../extension", browser)
			require.NoError(t, err)
			for _, rows := range [][]row{c.Cookies, c.Headers, c.Storage, c.Bytes} {
				for _, r := range rows {
					assert.True(t, r.Target == "" || explained[r.What] != "", "%s: %s", r.What, r.Target)
				}
			}
			n := countOf(c.Cookies)
			assert.Equal(t, 28, n.Of)
			assert.Equal(t, 27, n.Exact, "but the Latin-1 byte from Chromium, and the unnamed one from Firefox")
			if browser == "chromium" {
				assert.Contains(t, c.Named, "latin1", "before the transfer")
			} else {
				assert.Contains(t, c.Named, "v09.", "a TAB in a value")
			}
			assert.Contains(t, c.Named, "p20. (paths.test/p20. x)", "a space in a path")
			assert.Contains(t, c.Named, "values/any/key, not extractable", "before the transfer")
			assert.Greater(t, countOf(c.Storage).Exact, 60)
		})
	}
}

// TestJarIsWhole keeps the jar from shrinking, and every line of it apart.
func TestJarIsWhole(t *testing.T) {
	require.Len(t, jar, 28)
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
