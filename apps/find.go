package apps

import (
	"slices"
	"strconv"
	"strings"

	"sessionferry/apps/catalogue"
)

// tombstones are values that say "no value": what apps and frameworks leave
// behind when they sign somebody out.
var tombstones = []string{"", "0", "deleted", "Disabled", "#NONE#", "null", "undefined", `""`}

// hit is what a selector picked.
type hit struct {
	scope  string
	value  string
	items  []*Item // one, or the parts of a value
	marker string  // the item's name as it may be shown
}

// jar is the items that an evaluation may use, by store.
type jar struct {
	byStore map[catalogue.Store][]*Item
	named   naming
	now     float64
}

func newJar(in *Input, rule *catalogue.Rule) *jar {
	j := &jar{byStore: map[catalogue.Store][]*Item{}, named: namingOf(rule), now: secondsOf(in.Now)}
	for i := range in.Items {
		it := &in.Items[i]
		if slices.Contains(in.Read, string(it.Store)) {
			j.byStore[it.Store] = append(j.byStore[it.Store], it)
		}
	}
	return j
}

// find returns the live items that s picks: not expired, and no tombstone
// unless dead is set or the selector names the value.
func (j *jar) find(s *catalogue.Selector, dead bool) []hit {
	var hits, parts []hit
	var order []int
	for _, it := range j.byStore[s.Store] {
		m := s.Name.Match(it.Name)
		if m == nil || it.expired(j.now) || !placed(s, it) {
			continue
		}
		v := it.text()
		if s.Equals != nil {
			if v != *s.Equals {
				continue
			}
		} else if !dead && slices.Contains(tombstones, v) {
			continue
		}
		h := hit{scope: scopeOf(s, it, m), value: v, items: []*Item{it}, marker: j.named.marker(it)}
		if s.Chunk > 0 {
			n, err := strconv.Atoi("0" + m[s.Chunk])
			if err != nil {
				continue // no app numbers a part like this
			}
			parts, order = append(parts, h), append(order, n)
			continue
		}
		if s.Take > 0 {
			h.value = m[s.Take]
		}
		hits = append(hits, h)
	}
	return append(hits, join(parts, order)...)
}

// placed reports whether the item lies where the selector wants it.
func placed(s *catalogue.Selector, it *Item) bool {
	return s.CookiePath == nil || s.CookiePath.MatchString(it.path())
}

func scopeOf(s *catalogue.Selector, it *Item, m []string) string {
	switch s.Scope.By {
	case catalogue.ScopeGroup:
		return m[s.Scope.Group]
	case catalogue.ScopeHost:
		return it.Domain
	case catalogue.ScopePath:
		return it.path()
	}
	return ""
}

// join puts the parts of each scope's value together, by their numbers.
func join(parts []hit, order []int) []hit {
	at := make([]int, len(parts))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return order[a] - order[b] })
	var out []hit
	var texts []*strings.Builder
	byScope := map[string]int{}
	for _, i := range at {
		p := parts[i]
		n, ok := byScope[p.scope]
		if !ok {
			n = len(out)
			byScope[p.scope] = n
			out, texts = append(out, hit{scope: p.scope, marker: p.marker}), append(texts, &strings.Builder{})
		}
		texts[n].WriteString(p.value)
		out[n].items = append(out[n].items, p.items...)
	}
	for i := range out {
		out[i].value = texts[i].String()
	}
	return out
}

// live is find, narrowed to hits from which the pipeline reads something.
func (j *jar) live(s *catalogue.Selector) []hit {
	hits := j.find(s, false)
	if len(s.Via) == 0 {
		return hits
	}
	return slices.DeleteFunc(hits, func(h hit) bool {
		vals, _ := run(h.value, s.Via)
		return len(vals) == 0
	})
}

// any returns the hits of all of the selectors.
func (j *jar) any(list []catalogue.Selector, dead bool) []hit {
	var out []hit
	for i := range list {
		out = append(out, j.find(&list[i], dead)...)
	}
	return out
}

// reported returns, as they may be shown, those of the names that a cookie of the
// jar has.
func (j *jar) reported(names []string) []string {
	var out []string
	for _, it := range j.byStore[catalogue.Cookie] {
		if slices.Contains(names, it.Name) {
			out = append(out, printable(it.Name))
		}
	}
	return out
}
