package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
)

func pattern(t *testing.T, source string) catalogue.Pattern {
	p, err := catalogue.ParsePattern(source)
	require.NoError(t, err)
	return p
}

// A glob covers all that its pattern matches.
func TestGlob(t *testing.T) {
	for source, want := range map[string]string{
		"sid":                   "sid",
		"auth/tokens/*":         "auth/tokens/*",
		"*-verifier":            "*-verifier",
		`/^msal(?:\.\d+)?\.x$/`: "msal*",
		`/^db/s/k:([^:]+)$/`:    "db/s/k:*",
		"/^(?i)token/":          "*",
		"/^a|b$/":               "*",
		"/token/":               "*",
		"/(?m)^token/":          "*",
	} {
		glob, exact := pattern(t, source).Glob()
		assert.Equal(t, want, glob, source)
		assert.Equal(t, source[0] != '/', exact, source)
	}
}

func TestMayMatchBelow(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"auth/tokens/*", "auth", true}, {"auth/tokens/*", "auth/tokens", true}, {"auth/tokens/*", "auth/tokens/0", true},
		{"auth/tokens/*", "auth/other", false}, {"auth/tokens/*", "au", false}, {"auth/tokens/*", "cache", false},
		{"auth/tokens/0", "auth", true}, {"auth/tokens/0", "auth/tokens/0", true}, {"auth/tokens/0", "auth/tokens/1", false},
		{"*/tokens/0", "cache", true}, {"/^auth/(.+)/0$/", "auth/x", true}, {"/^auth/(.+)/0$/", "cache", false}, {"/0$/", "cache", true},
	} {
		assert.Equal(t, tc.want, pattern(t, tc.pattern).MayMatchBelow(tc.name), "%s on %s", tc.pattern, tc.name)
	}
}

func TestMayOverlap(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"sid", "sid", true}, {"sid", "uid", false}, {"s*", "sid", true}, {"s*", "uid", false},
		{"cache/*", "auth/*", false}, {"cache/*", "*/tokens", true}, {"cache/*", "/^cache/a/(.+)$/", true}, {"cache/*", "/^auth/(.+)$/", false},
	} {
		a, b := pattern(t, tc.a), pattern(t, tc.b)
		assert.Equal(t, tc.want, a.MayOverlap(b), "%s and %s", tc.a, tc.b)
		assert.Equal(t, tc.want, b.MayOverlap(a), "%s and %s", tc.b, tc.a)
	}
}
