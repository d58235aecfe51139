package password

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"
)

// small makes tests quick; what is tested does not depend on it.
var small = Costs{Memory: 64, Passes: 1, Threads: 1}

func TestHash(t *testing.T) {
	h := NewHasher(small, 1)
	stored, key, err := h.Hash(t.Context(), "correct horse battery staple")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$"), stored)
	ok, again, err := h.Check(t.Context(), stored, "correct horse battery staple")
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, key, again)
	other, otherKey, err := h.Hash(t.Context(), "correct horse battery staple")
	require.NoError(t, err)
	require.NotEqual(t, stored, other)
	require.NotEqual(t, key, otherKey)

	ok, key, err = h.Check(t.Context(), stored, "correct horse battery stapler")
	require.NoError(t, err)
	require.False(t, ok)
	require.Zero(t, key)
	for _, password := range []string{"", "anything"} {
		ok, _, err = h.Check(t.Context(), "", password)
		require.NoError(t, err)
		require.False(t, ok, "nobody's password")
	}
}

// TestStandardCosts: what new passwords are hashed with is what OWASP and RFC 9106
// ask for at least, and older costs still check.
func TestStandardCosts(t *testing.T) {
	require.GreaterOrEqual(t, Standard.Memory, uint32(64<<10))
	require.GreaterOrEqual(t, Standard.Passes, uint32(3))
	stored, _, err := NewHasher(small, 1).Hash(t.Context(), "correct horse battery staple")
	require.NoError(t, err)
	ok, _, err := NewHasher(Standard, 1).Check(t.Context(), stored, "correct horse battery staple")
	require.NoError(t, err)
	require.True(t, ok)
}

func TestStoredTextIsStrict(t *testing.T) {
	h := NewHasher(small, 1)
	stored, _, err := h.Hash(t.Context(), "x")
	require.NoError(t, err)
	for _, bad := range []string{
		"plain", stored + "=", stored + "$", strings.Replace(stored, "argon2id", "argon2i", 1), strings.Replace(stored, "v=19", "v=16", 1),
		strings.Replace(stored, "m=64", "m=99999999", 1), strings.Replace(stored, "m=64", "m=064", 1), strings.Replace(stored, "t=1", "t=0", 1),
		stored[:len(stored)-4],
	} {
		_, _, err := h.Check(t.Context(), bad, "x")
		require.Error(t, err, bad)
	}
}

// TestTurns: who waits for a turn may go away.
func TestTurns(t *testing.T) {
	h := NewHasher(small, 1)
	h.turns <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := h.Hash(ctx, "x")
	require.ErrorIs(t, err, context.Canceled)
	<-h.turns
	_, _, err = h.Hash(t.Context(), "x")
	require.NoError(t, err)
}

func TestWeak(t *testing.T) {
	for _, weak := range []string{
		"", "short-Pa55!", "password1234", "qwertyuiop12", "aaaaaaaaaaaaaaaa", "123456789012", "bob.smith@company.example", "sessionferry12",
		strings.Repeat("long ", 100), "not valid UTF-8 \xff\xfe",
	} {
		require.True(t, Weak(weak, "bob.smith@company.example", "Bob Smith"), weak)
	}
	for _, strong := range []string{"correct horse battery staple", "tr0mbone-Lagoon-7", "ein sehr langer Satz mit vielen Wörtern", strings.Repeat("x7Kq!", 21)} {
		require.False(t, Weak(strong, "bob@company.example"), strong)
	}
}

func TestTOTP(t *testing.T) {
	key, err := NewTOTP("bob@company.example")
	require.NoError(t, err)
	require.Contains(t, key.URL(), "otpauth://totp/Sessionferry:bob@company.example")
	now := time.Unix(1_800_000_015, 0)
	code := func(at time.Time) string {
		c, err := totp.GenerateCode(key.Secret(), at)
		require.NoError(t, err)
		return c
	}
	step := now.Unix() / 30
	require.Equal(t, step, Step(key.Secret(), code(now), now))
	require.Equal(t, step-1, Step(key.Secret(), code(now.Add(-30*time.Second)), now))
	require.Equal(t, step+1, Step(key.Secret(), code(now.Add(30*time.Second)), now))
	require.Zero(t, Step(key.Secret(), code(now.Add(-90*time.Second)), now))
	for _, bad := range []string{"", "12345", "1234567", "abcdef"} {
		require.Zero(t, Step(key.Secret(), bad, now), bad)
	}
}

func TestSealedSecret(t *testing.T) {
	h := NewHasher(small, 1)
	_, key, err := h.Hash(t.Context(), "correct horse battery staple")
	require.NoError(t, err)
	sealed, err := Seal(key, "SECRET")
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "SECRET")
	got, err := Open(key, sealed)
	require.NoError(t, err)
	require.Equal(t, "SECRET", got)
	for n := range sealed {
		_, err = Open(key, sealed[:n])
		require.Error(t, err)
	}
	_, err = Open(Key{}, sealed)
	require.Error(t, err)
}
