package vault

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestHiddenNames: no person, program or account is called what nobody can see.
func TestHiddenNames(t *testing.T) {
	s := &Server{cfg: Config{Apps: Catalogue{}}}
	for _, hidden := range []string{"\u009b", "\u202e", "\u200b", "\u200d", "\ufeff", "\u3164", "\x1b", "\n"} {
		name := "Bo" + hidden + "b"
		require.False(t, isName(name), "%q", name)
		_, err := s.profile(t.Context(), name, "bob@company.example", "correct horse battery staple")
		require.Equal(t, session.CodeNameInvalid, session.CodeOf(err), "%q", name)
		err = s.checkCard(Card{App: "mediawiki", Site: "https://wiki.example", Username: name})
		require.Equal(t, session.CodeUsernameInvalid, session.CodeOf(err), "%q", name)
	}
}
