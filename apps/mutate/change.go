package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sessionferry/apps/catalogue"
)

// selector changes each key of one selector.
func (m *maker) selector(s *catalogue.Selector, key string, in func(*catalogue.App) *catalogue.Selector) {
	add := func(what, change string, apply func(*catalogue.Selector)) {
		m.add(s.Line, key+what, change, func(x *catalogue.App) { apply(in(x)) })
	}
	for _, p := range otherPatterns(s.Name.String()) {
		add("."+string(s.Store), "is "+p.String(), func(t *catalogue.Selector) { t.Name = p })
	}
	add("."+string(s.Store), "another store", func(t *catalogue.Selector) { t.Store = otherStore(s.Store) })
	if s.CookiePath != nil {
		add(".cookie_path", "dropped", func(t *catalogue.Selector) { t.CookiePath = nil })
		add(".cookie_path", "another", func(t *catalogue.Selector) { t.CookiePath = regexp.MustCompile("^/elsewhere$") })
	}
	if s.Equals != nil {
		other := *s.Equals + "x"
		add(".equals", "dropped", func(t *catalogue.Selector) { t.Equals = nil })
		add(".equals", "is "+other, func(t *catalogue.Selector) { t.Equals = &other })
	}
	if s.Scope.By != catalogue.ScopeNone {
		add(".scope", "dropped", func(t *catalogue.Selector) { t.Scope = catalogue.Scope{} })
		add(".scope", "another", func(t *catalogue.Selector) { t.Scope = catalogue.Scope{By: otherScope(s.Scope.By)} })
	}
	if s.Take > 0 {
		add(".take", "dropped", func(t *catalogue.Selector) { t.Take = 0 })
	}
	if s.Take > 1 {
		add(".take", "the group before", func(t *catalogue.Selector) { t.Take-- })
	}
	if s.Chunk > 0 {
		add(".chunk", "dropped", func(t *catalogue.Selector) { t.Chunk = 0 })
	}
	if s.Chunk > 1 {
		add(".chunk", "the group before", func(t *catalogue.Selector) { t.Chunk-- })
	}
	if s.Kind != "" {
		add(".kind", "another", func(t *catalogue.Selector) { t.Kind = "another" })
	}
	m.pipeline(s.Via, s.Line, key+".via", func(x *catalogue.App) *[]catalogue.Op { return &in(x).Via })
}

// pipeline drops and changes each step.
func (m *maker) pipeline(via []catalogue.Op, line int, key string, in func(*catalogue.App) *[]catalogue.Op) {
	for i, op := range via {
		at := fmt.Sprintf("%s[%d]", key, i)
		m.add(line, at, "dropped "+op.Source, func(x *catalogue.App) { *in(x) = slices.Delete(*in(x), i, i+1) })
		for _, other := range otherOps(op) {
			m.add(line, at, "is "+other.Source, func(x *catalogue.App) { (*in(x))[i] = other })
		}
	}
}

// question changes each key of whoami or probe.
func (m *maker) question(key string, in func(*catalogue.App) *catalogue.Whoami) {
	w := in(m.of)
	if w == nil {
		return
	}
	add := func(sub, change string, apply func(*catalogue.Whoami)) {
		m.add(m.lineOf(key, sub), key+"."+sub, change, func(x *catalogue.App) { apply(in(x)) })
	}
	for i := range w.Get {
		add("get", fmt.Sprintf("another path in the place of %d", i), func(q *catalogue.Whoami) { q.Get[i] += "x" })
	}
	if w.Bearer != nil {
		add("bearer", "dropped", func(q *catalogue.Whoami) { q.Bearer = nil })
		add("bearer", "another item", func(q *catalogue.Whoami) {
			q.Bearer = &catalogue.Bearer{Store: w.Bearer.Store, Name: w.Bearer.Name + "x"}
		})
	}
	if w.FromToken {
		add("from", "dropped", func(q *catalogue.Whoami) { q.FromToken = false })
	}
	add("kind", "another", func(q *catalogue.Whoami) { q.Kind = "another" })
	for i := range w.SignedOut.Status {
		add("status", fmt.Sprintf("%d dropped", w.SignedOut.Status[i]), func(q *catalogue.Whoami) {
			q.SignedOut.Status = slices.Delete(q.SignedOut.Status, i, i+1)
		})
	}
	if w.SignedOut.Type != "" {
		add("type", "dropped", func(q *catalogue.Whoami) { q.SignedOut.Type = "" })
		add("type", "another", func(q *catalogue.Whoami) { q.SignedOut.Type += "x" })
	}
	for i, h := range w.SignedOut.Header {
		add("header", h.Name+" dropped", func(q *catalogue.Whoami) { q.SignedOut.Header = slices.Delete(q.SignedOut.Header, i, i+1) })
		add("header", "another name", func(q *catalogue.Whoami) { q.SignedOut.Header[i].Name += "x" })
		for _, p := range otherPatterns(h.Value.String()) {
			add("header", h.Name+" is "+p.String(), func(q *catalogue.Whoami) { q.SignedOut.Header[i].Value = p })
		}
	}
	m.pipeline(w.Via, m.lineOf(key, "via"), key+".via", func(x *catalogue.App) *[]catalogue.Op { return &in(x).Via })
	for i, via := range w.SignedOut.Any {
		at := fmt.Sprintf("%s.signed_out.any[%d]", key, i)
		m.add(m.lineOf(key, "any"), at, "dropped", func(x *catalogue.App) {
			in(x).SignedOut.Any = slices.Delete(in(x).SignedOut.Any, i, i+1)
		})
		m.pipeline(via, m.lineOf(key, "any"), at, func(x *catalogue.App) *[]catalogue.Op { return &in(x).SignedOut.Any[i] })
	}
}

// otherPatterns are a name that differs by a letter and, of an expression, those
// without its anchors.
func otherPatterns(source string) []catalogue.Pattern {
	var texts []string
	body, isExpression := strings.CutPrefix(source, "/")
	switch {
	case isExpression && len(source) > 1:
		body = strings.TrimSuffix(body, "/")
		texts = append(texts, "/"+body+"(?:zz)/")
		texts = append(texts, unanchored(body, "/", "/")...)
		for _, other := range otherExpressions(body) {
			texts = append(texts, "/"+other+"/")
		}
	case strings.Contains(source, "*"):
		texts = []string{"zz" + source, strings.ReplaceAll(source, "*", "")}
	default:
		texts = []string{source + "zz"}
	}
	var out []catalogue.Pattern
	for _, t := range texts {
		if p, err := catalogue.ParsePattern(t); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// unanchored returns an expression without each of its two outer anchors.
func unanchored(body, before, after string) []string {
	var out []string
	if rest, ok := strings.CutPrefix(body, "^"); ok {
		out = append(out, before+rest+after)
	}
	if rest, ok := strings.CutSuffix(body, "$"); ok && !strings.HasSuffix(rest, `\`) {
		out = append(out, before+rest+after)
	}
	return out
}

func otherScope(by catalogue.ScopeBy) catalogue.ScopeBy {
	if by == catalogue.ScopeHost {
		return catalogue.ScopePath
	}
	return catalogue.ScopeHost
}

func otherStore(s catalogue.Store) catalogue.Store {
	if s == catalogue.Cookie {
		return catalogue.Local
	}
	return catalogue.Cookie
}

// otherOps are steps that differ in what they are given.
func otherOps(op catalogue.Op) []catalogue.Op {
	name, arg, _ := strings.Cut(op.Source, ":")
	var args []string
	switch op.Name {
	case catalogue.OpStrip, catalogue.OpSplit:
		args = []string{arg + "z"}
	case catalogue.OpField, catalogue.OpAddFields:
		cut := strings.LastIndex(arg, ",") + 1
		if n, err := strconv.Atoi(arg[cut:]); err == nil {
			args = []string{arg[:cut] + strconv.Itoa(n+1), "z" + arg}
		}
	case catalogue.OpPath, catalogue.OpHave:
		args = []string{arg + "z"}
		if rest, ok := strings.CutSuffix(arg, "*"); ok {
			args = []string{rest + "z"}
		}
	case catalogue.OpKeep, catalogue.OpDrop:
		path, want, _ := strings.Cut(arg, "=")
		args = []string{path + "z=" + want, path + `="z"`}
	case catalogue.OpRe:
		args = append(unanchored(arg, "", ""), "zz(?:"+arg+")")
		args = append(args, otherExpressions(arg)...)
	}
	var out []catalogue.Op
	for _, a := range args {
		if other, err := catalogue.ParseOp(name + ":" + a); err == nil {
			out = append(out, other)
		}
	}
	return out
}
