package session

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUnmarshalIsStrict(t *testing.T) {
	type message struct {
		ID   string `json:"id"`
		Size int    `json:"size"`
	}
	for name, in := range map[string]string{
		"empty":                   ``,
		"duplicate key":           `{"id":"a","id":"b"}`,
		"escaped duplicate key":   `{"id":"a","\u0069d":"b"}`,
		"case-variant key":        `{"ID":"a"}`,
		"unknown key":             `{"id":"a","more":1}`,
		"invalid UTF-8":           "{\"id\":\"\xff\"}",
		"overlong UTF-8":          "{\"id\":\"\xc0\xaf\"}",
		"surrogate as UTF-8":      "{\"id\":\"\xed\xa0\x80\"}",
		"lone high surrogate":     `{"id":"\ud800"}`,
		"lone low surrogate":      `{"id":"\udc00"}`,
		"byte order mark":         "\ufeff" + `{"id":"a"}`,
		"trailing bytes":          `{"id":"a"}x`,
		"trailing value":          `{"id":"a"}{}`,
		"trailing NUL":            "{\"id\":\"a\"}\x00",
		"trailing comma":          `{"id":"a",}`,
		"raw control character":   "{\"id\":\"a\nb\"}",
		"a comment":               `{/**/"id":"a"}`,
		"an array":                `[]`,
		"a number":                `1`,
		"a number for a string":   `{"id":1}`,
		"a string for a number":   `{"size":"1"}`,
		"a fraction":              `{"size":1.5}`,
		"an exponent":             `{"size":1e2}`,
		"a number out of range":   `{"size":9223372036854775808}`,
		"an infinite number":      `{"size":1e400}`,
		"10,001 levels":           `{"id":` + strings.Repeat("[", 10_001),
		"10,001 levels of a body": `{"id":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			var m message
			err := Unmarshal([]byte(in), &m, CodeMessageInvalid)
			require.ErrorIs(t, err, &Error{Code: CodeMessageInvalid})
		})
	}
	var m message
	require.NoError(t, Unmarshal([]byte(" {\"size\":-1,\"id\":\"\\ud83d\\ude00\"}\n"), &m, CodeMessageInvalid))
	require.Equal(t, message{"😀", -1}, m)
}

func TestUnmarshalLoosePassesOverUnknownKeysOnly(t *testing.T) {
	var m struct {
		ID string `json:"id"`
	}
	require.NoError(t, UnmarshalLoose([]byte(`{"later":{"x":[1]},"id":"a","ID":"b"}`), &m, CodeMessageInvalid))
	require.Equal(t, "a", m.ID)
	for _, in := range []string{`{"later":1,"later":2}`, `{"id":"a"} x`, `{"later":"\ud800"}`, "{\"later\":\"\xff\"}"} {
		require.ErrorIs(t, UnmarshalLoose([]byte(in), &m, CodeMessageInvalid), &Error{Code: CodeMessageInvalid}, in)
	}
}

// Errors may reach logs and the browser, so they must not quote what was read.
func TestUnmarshalErrorsHoldNoContent(t *testing.T) {
	const canary = "canary-5f1c"
	for _, in := range []string{
		`{"` + canary + `":1}`, `{"id":"` + canary, `{"size":"` + canary + `"}`, `{"id":"a"}` + canary,
		`{"` + canary + `":1,"` + canary + `":2}`,
	} {
		var m struct {
			ID   string `json:"id"`
			Size int    `json:"size"`
		}
		err := Unmarshal([]byte(in), &m, CodeMessageInvalid)
		require.Error(t, err, in)
		require.NotContains(t, err.Error(), canary)
		require.NotContains(t, AsError(err).Detail, canary)
	}
}

func TestMarshalIsDeterministic(t *testing.T) {
	v := map[string]int{"b": 1, "a": 2, "c": 3}
	data, err := Marshal(v)
	require.NoError(t, err)
	require.Equal(t, `{"a":2,"b":1,"c":3}`, string(data))
	var w bytes.Buffer
	require.NoError(t, MarshalWrite(&w, v))
	require.Equal(t, string(data), w.String())
}
