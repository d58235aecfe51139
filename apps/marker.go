package apps

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"sessionferry/apps/catalogue"
)

// naming knows which parts of names hold identities or tokens: some apps keep
// them in the keys of their storage and the names of their cookies.
type naming []catalogue.Selector

// namingOf collects the selectors of a rule that take an identity from a name.
func namingOf(rule *catalogue.Rule) naming {
	return slices.DeleteFunc(slices.Concat(rule.Active, rule.Others, rule.Roster, rule.Hints, rule.Acting),
		func(s catalogue.Selector) bool { return s.Take == 0 })
}

// marker is the item's name as it may be shown.
func (n naming) marker(it *Item) string {
	name := it.Name
	for i := range n {
		if n[i].Store != it.Store {
			continue
		}
		if from, to, ok := n[i].Name.Span(name, n[i].Take); ok {
			name = name[:from] + "•" + name[to:]
		}
	}
	return printable(name)
}

// maxMarker bounds a shown name, in characters.
const maxMarker = 80

// private finds what some apps put into names and a person need not see: the
// addresses of people, and long words of letters and digits, which are tokens,
// hashes or keys.
var private = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\w.+-]+@[\w.-]+|[A-Za-z0-9]{12,}`) })

// printable is a name without control characters, in bounds, and without what
// is private.
func printable(name string) string {
	name = private().ReplaceAllStringFunc(name, func(word string) string {
		switch {
		case strings.Contains(word, "@"):
			return "•@•"
		case strings.ContainsAny(word, "0123456789") && strings.ContainsFunc(word, unicode.IsLetter):
			return "•"
		}
		return word
	})
	var b strings.Builder
	n := 0
	for _, r := range name {
		if n++; n > maxMarker {
			b.WriteString("…")
			break
		}
		if !strconv.IsPrint(r) || r == '\uFFFD' {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
