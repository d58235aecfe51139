package session

import (
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		in, out string // JSON; out is what is written, in if empty
		units   []uint16
	}{
		"empty":                  {in: `""`, units: []uint16{}},
		"ASCII":                  {in: `"ab"`, units: []uint16{'a', 'b'}},
		"escapes":                {in: `"\u0061\/\ud83d\ude00"`, out: `"a/😀"`, units: []uint16{'a', '/', 0xD83D, 0xDE00}},
		"NUL":                    {in: `"\u0000"`, units: []uint16{0}},
		"a lone high surrogate":  {in: `{"utf16":"ANg="}`, units: []uint16{0xD800}},
		"a lone low surrogate":   {in: `{"utf16":"/98="}`, units: []uint16{0xDFFF}},
		"a reversed pair":        {in: `{"utf16":"AN4A2A=="}`, units: []uint16{0xDE00, 0xD800}},
		"a pair and a lone one":  {in: `{"utf16":"PdgA3gDY"}`, units: []uint16{0xD83D, 0xDE00, 0xD800}},
		"a lone one before text": {in: `{"utf16":"ANhhAA=="}`, units: []uint16{0xD800, 'a'}},
	} {
		t.Run(name, func(t *testing.T) {
			var v Text
			require.NoError(t, Unmarshal([]byte(c.in), &v, CodeBundleInvalid))
			require.Equal(t, c.units, v.units())
			out, err := Marshal(v)
			require.NoError(t, err)
			if c.out == "" {
				c.out = c.in
			}
			require.Equal(t, c.out, string(out))
		})
	}
}

func TestTextRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"a lone surrogate in a string": `"\ud800"`,
		"text that a string carries":   `{"utf16":"YQA="}`,
		"an empty text":                `{"utf16":""}`,
		"no text":                      `{}`,
		"null":                         `null`,
		"a pair":                       `{"utf16":"PdgA3g=="}`,
		"an odd length":                `{"utf16":"ANhh"}`,
		"no base64":                    `{"utf16":"%%%%"}`,
		"unpadded base64":              `{"utf16":"ANg"}`,
		"loose bits":                   `{"utf16":"ANh="}`,
		"a line break in base64":       `{"utf16":"AN\ng="}`,
		"another key":                  `{"utf16":"ANg=","x":1}`,
		"the key twice":                `{"utf16":"ANg=","utf16":"ANg="}`,
		"a number":                     `1`,
		"a list":                       `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			var v Text
			require.ErrorIs(t, Unmarshal([]byte(in), &v, CodeBundleInvalid), &Error{Code: CodeBundleInvalid})
		})
	}
}

func TestTextCarriesAnyUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.OneOf(rapid.Uint16(), rapid.Uint16Range(0xD7FF, 0xE000))
		units := rapid.SliceOf(unit).Draw(t, "units")
		data, err := Marshal(textOf(units))
		require.NoError(t, err)
		var back Text
		require.NoError(t, Unmarshal(data, &back, CodeBundleInvalid))
		require.Equal(t, len(units), len(back.units()))
		require.Equal(t, append([]uint16{}, units...), back.units())
	})
}

// FuzzText: whatever is read is written in one form, which reads as the same.
func FuzzText(f *testing.F) {
	for _, s := range []string{`"a"`, `"\ud83d\ude00"`, `"\ud800"`, `{"utf16":"ANg="}`, `{"utf16":"YQA="}`, `null`} {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"utf16":"` + base64.StdEncoding.EncodeToString([]byte{0, 0xDC, 0, 0xD8}) + `"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v Text
		if Unmarshal(data, &v, CodeBundleInvalid) != nil {
			return
		}
		out, err := Marshal(v)
		require.NoError(t, err)
		var again Text
		require.NoError(t, Unmarshal(out, &again, CodeBundleInvalid))
		require.Equal(t, v, again)
		require.Equal(t, v, textOf(v.units()))
	})
}
