package settings

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type example struct {
	*Set
	listen string
	within time.Duration
	json   bool
}

func newExample() *example {
	e := &example{Set: New("EXAMPLE")}
	e.StringVar(&e.listen, "listen", "127.0.0.1:1", "")
	e.DurationVar(&e.within, "erase-within", time.Minute, "")
	e.BoolVar(&e.json, "json-log", false, "")
	return e
}

func file(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "vault.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestPrecedence: flag, environment, file, default.
func TestPrecedence(t *testing.T) {
	path := file(t, "# ours\nlisten: '127.0.0.1:2'\nerase-within: 2m\njson-log: true\n")
	e := newExample()
	require.NoError(t, e.Load([]string{"PATH=/bin", "OTHER_LISTEN=x"}, ""))
	require.Equal(t, "127.0.0.1:1", e.listen)

	e = newExample()
	require.NoError(t, e.Load(nil, path))
	require.Equal(t, []any{"127.0.0.1:2", 2 * time.Minute, true}, []any{e.listen, e.within, e.json})

	e = newExample()
	require.NoError(t, e.Load([]string{"EXAMPLE_CONFIG=" + path, "EXAMPLE_LISTEN=127.0.0.1:3", "EXAMPLE_JSON_LOG=false"}, ""))
	require.Equal(t, []any{"127.0.0.1:3", 2 * time.Minute, false}, []any{e.listen, e.within, e.json})

	e = newExample()
	require.NoError(t, e.Parse([]string{"--listen=127.0.0.1:4"}))
	require.NoError(t, e.Load([]string{"EXAMPLE_LISTEN=127.0.0.1:3"}, path))
	require.Equal(t, "127.0.0.1:4", e.listen)

	var printed bytes.Buffer
	require.NoError(t, e.Print(&printed))
	require.Equal(t, "erase-within: 2m0s # vault.yaml:3\njson-log: true # vault.yaml:4\nlisten: 127.0.0.1:4 # --listen\n", printed.String())
	again := newExample()
	require.NoError(t, again.Load(nil, file(t, printed.String())))
	require.Equal(t, []any{e.listen, e.within, e.json}, []any{again.listen, again.within, again.json})
}

// TestMistakes: each is told with its place, and all of them at once.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "",
		"# nothing\n":                    "",
		"listen: 127.0.0.1:1":            "",
		"listen: \"\"\n":                 "",
		"a: [\n":                         "vault.yaml:1: this is not YAML, or a setting that stands twice",
		"listen: a\n\nlisten: b\n":       "vault.yaml:3: this is not YAML, or a setting that stands twice",
		"listen: a\n\tjson-log: true":    "vault.yaml:2: this is not YAML, or a setting that stands twice",
		"- listen\n":                     "vault.yaml:1: settings are written as NAME: VALUE, one a line",
		"listen\n":                       "vault.yaml:1: settings are written as NAME: VALUE, one a line",
		"listen: a\n---\nlisten: b\n":    "vault.yaml:1: one document is enough",
		"#\nlisten: a\nLISTEN: b\n":      "vault.yaml:3: there is no setting \"LISTEN\"; \"config print\" lists them all",
		"listen:\n":                      "vault.yaml:1: listen needs one value",
		"\nlisten: [a]\n":                "vault.yaml:2: listen needs one value",
		"listen: {a: b}\n":               "vault.yaml:1: listen needs one value",
		"listen: &a b\n":                 "vault.yaml:1: listen needs one value",
		"listen: |\n  a\n":               "vault.yaml:1: listen needs one value",
		"erase-within: 60\n":             "vault.yaml:1: erase-within is a time such as 90s, 15m or 30d, not \"60\"",
		"listen: a\njson-log: perhaps\n": "vault.yaml:2: json-log is true or false, not \"perhaps\"",
		"erase-within: soon\nlog: json":  "vault.yaml:1: erase-within is a time such as 90s, 15m or 30d, not \"soon\"\nvault.yaml:2: there is no setting \"log\"; \"config print\" lists them all",
	} {
		err := newExample().Load(nil, file(t, text))
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.EqualError(t, err, want, "%q", text)
	}
	for variable, want := range map[string]string{
		"EXAMPLE_ERASE_WITHIN=1": "EXAMPLE_ERASE_WITHIN: erase-within is a time such as 90s, 15m or 30d, not \"1\"",
		"EXAMPLE_LISTN=x":        "EXAMPLE_LISTN: there is no such setting; known are EXAMPLE_CONFIG, EXAMPLE_ERASE_WITHIN, EXAMPLE_JSON_LOG, EXAMPLE_LISTEN",
		"EXAMPLE_CONFIG=/none":   "none: it cannot be read: no such file or directory",
	} {
		require.EqualError(t, newExample().Load([]string{variable}, ""), want)
	}
}

// TestFiles: what others may have written is not read, nor what is no file.
func TestFiles(t *testing.T) {
	path := file(t, "listen: a")
	require.NoError(t, os.Chmod(path, 0o666))
	require.EqualError(t, newExample().Load(nil, path), "vault.yaml: others may write it: set its mode to 0644 or 0600")
	require.ErrorContains(t, newExample().Load(nil, t.TempDir()), "it is not a file")
	require.EqualError(t, newExample().Load(nil, file(t, string(make([]byte, maxFile+1)))), "vault.yaml: it is longer than 65536 bytes")
}

// TestPlace: a value that cannot be is told where it was set.
func TestPlace(t *testing.T) {
	wrong := Wrongf("listen", "%q is not an address", "a")
	e := newExample()
	require.EqualError(t, e.Place(wrong), `listen: "a" is not an address`)
	require.NoError(t, e.Load(nil, file(t, "#\n#\nlisten: a")))
	require.EqualError(t, e.Place(wrong), `vault.yaml:3: listen: "a" is not an address`)
	require.Equal(t, os.ErrExist, e.Place(os.ErrExist))
	require.NoError(t, e.Place(nil))
}

// FuzzFile: whatever a file holds, it is taken or refused with its place.
func FuzzFile(f *testing.F) {
	for _, s := range []string{"listen: a", "a: [", "- x", "listen: &a b\njson-log: *a", "\x00", "? a\n: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		e := newExample()
		if err := e.Load(nil, path); err != nil {
			return
		}
		var printed bytes.Buffer
		if err := e.Print(&printed); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, printed.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		again := newExample()
		if err := again.Load(nil, path); err != nil || again.listen != e.listen || again.within != e.within || again.json != e.json {
			t.Fatalf("%q is printed as %q: %v", data, printed.Bytes(), err)
		}
	})
}
