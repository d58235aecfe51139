package vault

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHashOf: no parts are named as other parts are, whatever stands in them.
func TestHashOf(t *testing.T) {
	seen := map[[32]byte][]string{}
	for _, parts := range [][]string{
		{}, {""}, {"", ""}, {"a"}, {"a", ""}, {"", "a"}, {"a", "b"}, {"ab"}, {"a\x00b"}, {"a", "b", "c"}, {"a\x00b", "c"}, {"a", "b\x00c"}, {"\x01a"}, {"a\x01b"},
	} {
		name := hashOf(parts...)
		require.NotContains(t, seen, name, "%q and %q", parts, seen[name])
		seen[name] = parts
	}
}
