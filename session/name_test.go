package session

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unseen are characters that change what a person reads, or that no person sees.
var unseen = map[string]string{
	"escape":                 "\x1b",
	"control sequence":       "\u009b",
	"next line":              "\u0085",
	"delete":                 "\x7f",
	"line break":             "\n",
	"tab":                    "\t",
	"line separator":         "\u2028",
	"right-to-left override": "\u202e",
	"right-to-left isolate":  "\u2067",
	"right-to-left mark":     "\u200f",
	"Arabic letter mark":     "\u061c",
	"zero-width space":       "\u200b",
	"zero-width joiner":      "\u200d",
	"word joiner":            "\u2060",
	"byte order mark":        "\ufeff",
	"soft hyphen":            "\u00ad",
	"grapheme joiner":        "\u034f",
	"Hangul filler":          "\u3164",
	"variation selector":     "\ufe0f",
	"supplementary selector": "\U000e0100",
	"tag":                    "\U000e0041",
	"private use":            "\ue000",
}

func TestValidName(t *testing.T) {
	for _, name := range []string{"Bob", "bob@site.example", "Ana María", "名前", "نام", "a b", "büro \U0001F6A2", "می\u200cخواهم", "ශ්\u200dරී", strings.Repeat("a", 100)} {
		require.True(t, ValidName(name, 100), name)
		require.NoError(t, ValidateUsername(name), name)
	}
	bad := []string{"", " Bob", "Bob\u00a0", "Bob\u3000x", "B\x00b", "B\xffb", "\u200cنام", "ශ්\u200dරී\u200d", "\U0001F469\u200d\U0001F4BB", strings.Repeat("a", 201)}
	for _, c := range unseen {
		bad = append(bad, "B"+c+"b")
	}
	for _, name := range bad {
		require.False(t, ValidName(name, 100), "%q", name)
		require.ErrorIs(t, ValidateUsername(name), &Error{Code: CodeUsernameInvalid}, "%q", name)
	}
}

func TestShown(t *testing.T) {
	require.Equal(t, `Ana "the boss" 名前`, Shown(`Ana "the boss" 名前`))
	require.Equal(t, "ශ්\u200dරී", Shown("ශ්\u200dරී"))
	require.Equal(t, `"B\xffb"`, Shown("B\xffb"))
	require.Equal(t, `"x\x1b[2J\nfake\tyes\u202e"`, Shown("x\x1b[2J\nfake\tyes\u202e"))
	for what, c := range unseen {
		shown := Shown("a" + c + "b")
		require.False(t, strings.ContainsFunc(shown, IsHidden), "%s: %q", what, shown)
		require.Regexp(t, `^"a\\.*b"$`, shown, what)
	}
}

// TestEscaped: a JSON string with an escape in a character's place is the same text.
func TestEscaped(t *testing.T) {
	for what, c := range unseen {
		var back string
		require.NoError(t, json.Unmarshal([]byte(`"`+Escaped([]rune(c)[0])+`"`), &back), what)
		require.Equal(t, c, back, what)
	}
}
