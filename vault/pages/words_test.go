package pages

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestLanguagesAreComplete: what is said in one language is said in the other, and
// with the same blanks.
func TestLanguagesAreComplete(t *testing.T) {
	for key, english := range catalogues[English] {
		spanish, ok := catalogues[Spanish][key]
		if assert.True(t, ok, "%s is missing in Spanish", key) {
			assert.ElementsMatch(t, blanks(english), blanks(spanish), key)
		}
	}
	for key := range catalogues[Spanish] {
		assert.Contains(t, catalogues[English], key, "%s is not said in English", key)
	}
}

func blanks(text string) []string { return places.FindAllString(text, -1) }

// TestSentencesAreTranslated: few words are the same in both languages.
func TestSentencesAreTranslated(t *testing.T) {
	same := []string{"name_of", "totp_key", "language_en", "language_es", "theme_", "adm_window_of", "adm_megabytes"}
	for key, english := range catalogues[English] {
		if strings.Contains(english, " ") && !slices.Contains(same, key) {
			assert.NotEqual(t, english, catalogues[Spanish][key], key)
		}
	}
}

var (
	inTemplate = regexp.MustCompile(`\b(?:t|raw) "(\w+)"`)
	computed   = regexp.MustCompile(`^(error|cause|action|state|role|nav|kind|device_is|language|theme|stage|adm)_`)
)

// TestSentencesAreUsed: what the catalogue has is asked for somewhere, so that it
// says no more than the pages do.
func TestSentencesAreUsed(t *testing.T) {
	var source strings.Builder
	require.NoError(t, fs.WalkDir(files, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(path)
		source.Write(b)
		return err
	}))
	for _, folder := range []string{".", ".."} {
		all, err := os.ReadDir(folder)
		require.NoError(t, err)
		for _, entry := range all {
			if strings.HasSuffix(entry.Name(), ".go") && !strings.HasSuffix(entry.Name(), "_test.go") && !strings.HasPrefix(entry.Name(), "sample") {
				b, err := os.ReadFile(folder + "/" + entry.Name())
				require.NoError(t, err)
				source.Write(b)
			}
		}
	}
	text := source.String()
	for key := range catalogues[English] {
		short := strings.TrimSuffix(strings.TrimSuffix(key, "_one"), "_other")
		if !computed.MatchString(key) {
			assert.True(t, strings.Contains(text, `"`+short+`"`), "nothing says %s", key)
		}
	}
	for _, m := range inTemplate.FindAllStringSubmatch(text, -1) {
		assert.Contains(t, catalogues[English], m[1])
	}
}

// TestSpeak: what the person has chosen goes before what the browser asks for, and
// what cannot be read is English.
func TestSpeak(t *testing.T) {
	for _, c := range []struct {
		chosen, accepted string
		want             Language
	}{
		{"", "", English}, {"es", "en", Spanish}, {"", "es-MX,es;q=0.9,en;q=0.8", Spanish}, {"", "fr-FR,fr;q=0.9", English},
		{"xx", "es", Spanish}, {"", ";;;", English},
	} {
		assert.Equal(t, c.want, Speak(c.chosen, c.accepted), "%q %.20q", c.chosen, c.accepted)
	}
}

// TestCodesAreSaid: what the vault says of a code in its API is what its pages say.
func TestCodesAreSaid(t *testing.T) {
	seen := 0
	for key, text := range catalogues[English] {
		if code, ok := strings.CutSuffix(strings.TrimPrefix(key, "error_"), "_sentence"); ok {
			seen++
			assert.Equal(t, session.Code(code).Message().Sentence, text, code)
			assert.Equal(t, session.Code(code).Message().Next, catalogues[English]["error_"+code+"_next"], code)
		}
		if cause, ok := strings.CutPrefix(key, "cause_"); ok {
			seen++
			assert.Equal(t, session.Cause(cause).Text(), text, cause)
		}
	}
	assert.Greater(t, seen, 100)
}
