package pages

import (
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"sessionferry/session"
)

// Language is one that the pages speak, as BCP 47 writes it.
type Language string

// The languages.
const (
	English Language = "en"
	Spanish Language = "es"
)

// Languages are all of them, the one for strangers first.
func Languages() []Language { return []Language{English, Spanish} }

var matcher = language.NewMatcher([]language.Tag{language.English, language.Spanish})

// Speak chooses the language of a page: what the person has chosen, else what the
// browser asks for in its Accept-Language.
func Speak(chosen, accepted string) Language {
	if l := Language(chosen); slices.Contains(Languages(), l) {
		return l
	}
	tags, _, err := language.ParseAcceptLanguage(accepted)
	if err != nil {
		return English
	}
	_, at, _ := matcher.Match(tags...)
	return Languages()[at]
}

// Text is a sentence of the catalogue. Its arguments take the places of $1, $2 and
// so on; a number that is the first chooses between the forms KEY_one and KEY_other.
type Text struct {
	Key  string
	Args []any
}

// Say makes a Text.
func Say(key string, args ...any) Text { return Text{key, args} }

// catalogues hold the sentences by language and key. Those of codes, causes and
// actions in English are the ones that the vault says everywhere.
var catalogues = func() map[Language]map[string]string {
	out := map[Language]map[string]string{}
	for _, l := range Languages() {
		out[l] = map[string]string{}
		for _, kind := range []string{"", "settled."} {
			b, err := files.ReadFile("words/" + kind + string(l) + ".json")
			must(err)
			var m map[string]string
			must(session.Unmarshal(b, &m, session.CodeInternal))
			for key, text := range m {
				out[l][key] = text
			}
		}
	}
	return out
}()

// What sets a name apart from the sentence around it.
const isolate, isolateEnd = "\u2068", "\u2069"

var places = regexp.MustCompile(`\$\d`)

// In writes the text in a language. Names are set apart from the sentence around
// them, which one that is written from right to left would turn.
func (t Text) In(l Language) string {
	if t.Key == "" {
		return ""
	}
	key := t.Key
	if _, exact := catalogues[l][key]; !exact && len(t.Args) > 0 {
		key += "_other"
		if fmt.Sprint(t.Args[0]) == "1" {
			key = t.Key + "_one"
		}
	}
	text, ok := catalogues[l][key]
	if !ok {
		panic("pages: no sentence " + t.Key) // a test asks for each that is used
	}
	return places.ReplaceAllStringFunc(text, func(place string) string {
		n, _ := strconv.Atoi(place[1:])
		switch arg := t.Args[n-1].(type) {
		case string:
			return isolate + session.Shown(arg) + isolateEnd
		case Text:
			return arg.In(l)
		default:
			return fmt.Sprint(arg)
		}
	})
}

// functions are what templates call.
func functions(l Language) template.FuncMap {
	return template.FuncMap{
		"t":     func(key string, args ...any) string { return Say(key, args...).In(l) },
		"raw":   func(key string) string { return catalogues[l][key] }, // a script fills the blanks in
		"say":   func(t Text) string { return t.In(l) },
		"lang":  func() Language { return l },
		"langs": Languages,
		"asset": asset,
		"icon":  icon,
		"when":  when,
		"day":   day,
		"list":  func(items ...any) []any { return items },
		"join":  strings.Join,
		"cause": func(c session.Cause) string { return Say("cause_" + string(c)).In(l) },
	}
}

// when is a moment, which a script shows in the person's own zone.
func when(t time.Time) template.HTML {
	t = t.UTC()
	return template.HTML(t.Format(`<time datetime="2006-01-02T15:04:05Z">2006-01-02 15:04 UTC</time>`)) //nolint:gosec // a time holds no markup
}

// day is a date of UTC.
func day(t time.Time) template.HTML {
	return template.HTML(t.UTC().Format(`<time datetime="2006-01-02">2006-01-02</time>`)) //nolint:gosec // as above
}
