package apps

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

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

var address = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\w.+-]+@[\w.-]+`) })

// printable is a name without control characters, in bounds, and without
// addresses of people.
func printable(name string) string {
	if strings.Contains(name, "@") {
		name = address().ReplaceAllString(name, "•@•")
	}
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
