package main

import (
	"fmt"
	"slices"
	"strings"

	"sessionferry/apps/catalogue"
)

// mutant is an app with one change.
type mutant struct {
	app    *catalogue.App
	line   int    // in the app's file
	key    string // e.g. "active[0].via[1]"
	change string
}

// maker collects the mutants of one app.
type maker struct {
	of     *catalogue.App
	source []string
	out    []mutant
}

// mutants returns every change: each member of a list dropped, each value
// replaced by another, each step of a pipeline dropped and changed.
func mutants(a *catalogue.App, source string) []mutant {
	m := &maker{of: a, source: strings.Split(source, "\n")}
	m.lists()
	m.alternatives()
	for _, c := range []catalogue.Complete{catalogue.CompleteYes, catalogue.CompleteAssumed, catalogue.CompleteNo} {
		if c != a.Rule.Complete {
			m.add(m.lineOf("complete"), "complete", "is "+string(c), func(x *catalogue.App) { x.Rule.Complete = c })
		}
	}
	for i := range a.Domains {
		key := fmt.Sprintf("domains[%d]", i)
		m.add(m.lineOf("domains"), key, "another", func(x *catalogue.App) { x.Domains[i] = "elsewhere.example" })
	}
	if a.Card != "username" {
		m.add(m.lineOf("card"), "card", "dropped", func(x *catalogue.App) { x.Card = "username" })
	}
	m.question("whoami", func(x *catalogue.App) *catalogue.Whoami { return x.Whoami })
	m.question("probe", func(x *catalogue.App) *catalogue.Whoami { return x.Probe })
	return m.out
}

// add makes one mutant of a copy.
func (m *maker) add(line int, key, change string, apply func(*catalogue.App)) {
	x := clone(m.of)
	apply(x)
	m.out = append(m.out, mutant{x, line, key, change})
}

// lineOf finds the line on which a key stands, at the beginning or within a
// mapping; keys that stand more than once are looked for after another.
func (m *maker) lineOf(keys ...string) int {
	at := 0
	for _, key := range keys {
		for i := at; i < len(m.source); i++ {
			if strings.HasPrefix(strings.TrimLeft(m.source[i], " "), key+":") {
				at = i
				break
			}
		}
	}
	return at + 1
}

// list is one list of selectors of a rule.
type list struct {
	key string
	in  func(*catalogue.App) *[]catalogue.Selector
}

var lists = []list{
	{"maybe_signed_in", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.MaybeSignedIn }},
	{"signed_out_if", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.SignedOutIf }},
	{"active", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Active }},
	{"others", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Others }},
	{"roster", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Roster }},
	{"several_if", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.SeveralIf }},
	{"hints", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Hints }},
	{"acting", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Acting }},
	{"expires", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Expires }},
	{"rotating", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Rotating }},
	{"bound", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Bound }},
	{"need", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Need }},
	{"leave", func(a *catalogue.App) *[]catalogue.Selector { return &a.Rule.Leave }},
}

func (m *maker) lists() {
	for _, l := range lists {
		for i, s := range *l.in(m.of) {
			key := fmt.Sprintf("%s[%d]", l.key, i)
			m.add(s.Line, key, "dropped", func(x *catalogue.App) { *l.in(x) = slices.Delete(*l.in(x), i, i+1) })
			m.selector(&s, key, func(x *catalogue.App) *catalogue.Selector { return &(*l.in(x))[i] })
			if other := opposite(l.key, &m.of.Rule); other != nil {
				m.add(s.Line, key, "in the opposite list", func(x *catalogue.App) {
					*l.in(x) = slices.Delete(*l.in(x), i, i+1)
					*other(&x.Rule) = append(*other(&x.Rule), s)
				})
			}
		}
	}
}

// opposite is leave for need, and need for leave where there is a need.
func opposite(key string, rule *catalogue.Rule) func(*catalogue.Rule) *[]catalogue.Selector {
	switch {
	case key == "need":
		return func(r *catalogue.Rule) *[]catalogue.Selector { return &r.Leave }
	case key == "leave" && len(rule.Need) > 0:
		return func(r *catalogue.Rule) *[]catalogue.Selector { return &r.Need }
	}
	return nil
}

func (m *maker) alternatives() {
	for i, group := range m.of.Rule.SignedIn {
		key := fmt.Sprintf("signed_in[%d]", i)
		m.add(group[0].Line, key, "dropped", func(x *catalogue.App) {
			x.Rule.SignedIn = slices.Delete(x.Rule.SignedIn, i, i+1)
		})
		for j, s := range group {
			key := fmt.Sprintf("%s[%d]", key, j)
			if len(group) > 1 {
				m.add(s.Line, key, "dropped", func(x *catalogue.App) {
					x.Rule.SignedIn[i] = slices.Delete(x.Rule.SignedIn[i], j, j+1)
				})
			}
			m.selector(&s, key, func(x *catalogue.App) *catalogue.Selector { return &x.Rule.SignedIn[i][j] })
		}
	}
}
