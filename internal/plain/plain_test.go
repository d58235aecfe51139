package plain

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func written(t testing.TB, text string, wrap func(io.Reader) io.Reader) string {
	var out bytes.Buffer
	w := Writer(&out)
	_, err := io.Copy(struct{ io.Writer }{w}, wrap(struct{ io.Reader }{strings.NewReader(text)}))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.String()
}

// TestWriter: however a text is cut, what acts on a terminal is escaped and all
// else remains.
func TestWriter(t *testing.T) {
	for text, want := range map[string]string{
		"NAME\tbüro \U0001F6A2 名前\n":        "NAME\tbüro \U0001F6A2 名前\n",
		"\x1b]52;c;eA==\x07\x1b[2J":         `\u001b]52;c;eA==\u0007\u001b[2J`,
		"a\u009b2Jb":                        `a\u009b2Jb`,
		"\u202egnp.exe":                     `\u202egnp.exe`,
		"Bo\u200bb\ufeff":                   `Bo\u200bb\ufeff`,
		"over\rwritten\b":                   `over\u000dwritten\u0008`,
		"\U000e0041":                        `\udb40\udc41`,
		"cut\xe2\x80":                       `cut\xe2\x80`,
		strings.Repeat("a\u202e", 1<<13):    strings.Repeat(`a\u202e`, 1<<13),
		`{"name":"` + "\u202e\u009b" + `"}`: `{"name":"\u202e\u009b"}`,
	} {
		require.Equal(t, want, written(t, text, func(r io.Reader) io.Reader { return r }))
		require.Equal(t, want, written(t, text, iotest.OneByteReader))
	}
}

// FuzzWriter: the value of a JSON text is what it was.
func FuzzWriter(f *testing.F) {
	for _, s := range []string{"Bob", "\u202e", "\x1b[2J", "\U000e0041", "\n\t\r"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var text bytes.Buffer
		enc := json.NewEncoder(&text)
		require.NoError(t, enc.Encode(value))
		var before, after string
		require.NoError(t, json.Unmarshal(text.Bytes(), &before))
		require.NoError(t, json.Unmarshal([]byte(written(t, text.String(), func(r io.Reader) io.Reader { return r })), &after))
		require.Equal(t, before, after)
	})
}
