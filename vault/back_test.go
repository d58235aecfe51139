package vault

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWayBack: after a sign-in the browser goes to a page of the vault, whatever the
// address said and however a browser reads it.
func TestWayBack(t *testing.T) {
	t.Parallel()
	s := &Server{}
	s.answerAt("https://vault.example")
	for _, to := range []string{"/", "/you", "/accounts/x/transfer", "/device", "/you?done=saved", "/you#looks"} {
		require.Equal(t, to, s.back(url.Values{"to": {to}}))
	}
	elsewhere := []string{
		"", "you", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "https:evil.example", "javascript:alert(1)",
		"/..//evil.example", "/.//evil.example", "/you/../..//evil.example", "/%09/evil.example", "/%2fevil.example", "//vault.example/you",
		"/@evil.example\x00", "/you\r\nSet-Cookie: a=b", "https://vault.example@evil.example", "/you ", " /you", "/ñ", "/\u2028/evil.example", "/\uff0fevil.example", "/\xff",
	}
	for r := rune(0); r <= 0xff; r++ {
		if r <= ' ' || r >= 0x7f {
			elsewhere = append(elsewhere, "/"+string(r)+"/evil.example", string(r)+"//evil.example", "/"+string(r))
		}
	}
	for _, to := range elsewhere {
		require.Equal(t, "/", s.back(url.Values{"to": {to}}), "%q", to)
	}
}
