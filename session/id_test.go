package session

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestID(t *testing.T) {
	a, b := NewID(), NewID()
	require.NotEqual(t, a, b)
	require.False(t, a.IsZero())
	require.True(t, ID{}.IsZero())

	back, err := ParseID(a.String())
	require.NoError(t, err)
	require.Equal(t, a, back)

	data, err := Marshal(map[string]ID{"id": a})
	require.NoError(t, err)
	require.Equal(t, `{"id":"`+a.String()+`"}`, string(data))
}

func TestParseIDAcceptsOneFormOnly(t *testing.T) {
	zero := strings.Repeat("a", 26)
	_, err := ParseID(zero)
	require.NoError(t, err)
	for name, s := range map[string]string{
		"empty":            "",
		"short":            zero[1:],
		"long":             zero + "a",
		"upper case":       strings.ToUpper(zero),
		"padded":           zero[:25] + "=",
		"a line break":     zero[:25] + "\n",
		"another alphabet": zero[:25] + "1",
		"loose bits":       zero[:25] + "b",
	} {
		_, err := ParseID(s)
		require.ErrorIs(t, err, &Error{Code: CodeMessageInvalid}, name)
	}
	var v struct {
		ID ID `json:"id"`
	}
	require.ErrorIs(t, Unmarshal([]byte(`{"id":"x"}`), &v, CodeRequestInvalid), &Error{Code: CodeMessageInvalid})
}

func TestIsKey(t *testing.T) {
	for s, want := range map[string]bool{
		"a": true, "share-1_A": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a b": false, "a/b": false, "é": false, "a\n": false,
	} {
		require.Equal(t, want, IsKey(s), "%q", s)
	}
}
