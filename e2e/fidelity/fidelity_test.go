package fidelity

import (
	"maps"
	"slices"
	"strings"
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
			for _, cookie := range []string{"nu0.größex=1", "nu1.用户x=1", `n22."x=1`, "vu2.=x😀y", "v20.=x y", "p5b.=1", "dcase.=1", "dlong.=1", "ihost.=1", "idotted.=1", "ichips.=1"} {
				assert.True(t, slices.Contains(c.Sent, cookie), "the person's browser does not even send %q", cookie)
			}
			assert.Contains(t, c.Named, "values/any/key, not extractable", "before the transfer")
			assert.Greater(t, countOf(c.Storage).Exact, 60)
		})
	}
}

// TestOctets keeps the check of bytes whole.
func TestOctets(t *testing.T) {
	all := strings.Join(slices.Collect(maps.Values(octets())), "")
	for b := 1; b < 0x100; b++ {
		if b != '\n' && b != '\r' {
			assert.Contains(t, all, string([]byte{byte(b)}))
		}
	}
	tokens := map[string]bool{}
	for _, p := range probes() {
		assert.False(t, tokens[p.token], p.token)
		tokens[p.token] = true
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
