package catalogue

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// listKind says what a list of selectors is for, and so what its members may
// name.
type listKind int

const (
	forPresence listKind = iota // is the item there?
	forIdentity                 // which account names does it hold?
	forTime                     // which second does it name?
	forTravel                   // does the item travel?
)

// Bounds of one file, far above what any app needs.
const (
	maxSelectors = 64
	maxOps       = 16
	maxHeaders   = 8
)

func (r *reader) selectors(n ast.Node, list string, use listKind) []Selector {
	nodes := r.list(n, list)
	if len(nodes) > maxSelectors {
		r.fail(line(n), "%s has more than %d members", list, maxSelectors)
		return nil
	}
	var out []Selector
	for _, m := range nodes {
		out = append(out, r.selector(m, list, use))
	}
	return out
}

// selector reads one selector: a mapping, or the name of a cookie alone.
func (r *reader) selector(n ast.Node, list string, use listKind) Selector {
	s, before := Selector{Line: line(n)}, len(r.faults)
	if _, short := n.(*ast.StringNode); short {
		s.Store, s.Name = Cookie, r.pattern(n)
	} else {
		r.entries(n, "a selector", func(key string, v ast.Node) bool { return r.selectorKey(&s, key, v) })
	}
	if r.good(before) {
		r.checkSelector(&s, list, use)
	}
	return s
}

func (r *reader) selectorKey(s *Selector, key string, v ast.Node) bool {
	switch key {
	case string(Cookie), string(Local), string(Session), string(IDB):
		if s.Store != "" {
			r.fail(line(v), "a selector names one store")
		}
		s.Store, s.Name = Store(key), r.pattern(v)
	case "cookie_path":
		re, steps, err := compile(r.text(v, key))
		if err != nil {
			r.fail(line(v), "%s", err)
		}
		r.spend(v, steps)
		s.CookiePath = re
	case "equals":
		t, ok := v.(*ast.StringNode)
		if !ok {
			r.fail(line(v), "equals is a text, quoted if it looks like a number")
			return true
		}
		s.Equals = &t.Value
	case "scope":
		s.Scope = r.scope(v)
	case "take":
		s.Take = r.number(v, key, 1, 9)
	case "chunk":
		s.Chunk = r.number(v, key, 1, 9)
	case "via":
		s.Via = r.pipeline(v)
	case "kind":
		s.Kind = r.kind(v)
	default:
		return false
	}
	return true
}

func (r *reader) pattern(n ast.Node) Pattern {
	p, err := ParsePattern(r.text(n, "the name"))
	if err != nil {
		r.fail(line(n), "%s", err)
	}
	r.spend(n, p.steps)
	return p
}

// spend bounds what all regular expressions of a file come to.
func (r *reader) spend(n ast.Node, steps int) {
	if r.steps += steps; r.steps > maxAllSteps {
		r.fail(line(n), "the regular expressions of the file are too large together")
	}
}

func (r *reader) scope(n ast.Node) Scope {
	if t, ok := n.(*ast.StringNode); ok {
		if by := ScopeBy(t.Value); by == ScopeHost || by == ScopePath {
			return Scope{By: by}
		}
		r.fail(line(n), "scope is host, path or the number of a group")
		return Scope{}
	}
	return Scope{By: ScopeGroup, Group: r.number(n, "scope", 1, 9)}
}

func (r *reader) pipeline(n ast.Node) []Op {
	nodes := r.list(n, "a pipeline")
	if len(nodes) == 0 || len(nodes) > maxOps {
		r.fail(line(n), "a pipeline has 1 to %d ops", maxOps)
		return nil
	}
	var out []Op
	for _, m := range nodes {
		op, err := ParseOp(r.text(m, "an op"))
		if err != nil {
			r.fail(line(m), "%s", err)
			return nil
		}
		r.spend(m, op.steps)
		out = append(out, op)
	}
	return out
}

func (r *reader) kind(n ast.Node) string {
	k := r.text(n, "kind")
	if len(k) > 32 || strings.Trim(k, "abcdefghijklmnopqrstuvwxyz_") != "" {
		r.fail(line(n), "a kind is a word of a to z and _")
	}
	return k
}

// checkSelector refuses what would be ignored or could not work.
func (r *reader) checkSelector(s *Selector, list string, use listKind) {
	groups, storage := s.Name.groups(), s.Store != Cookie
	switch {
	case s.Store == "":
		r.fail(s.Line, "a selector names a store: cookie, local, session or idb")
	case s.Scope.Group > groups, s.Take > groups, s.Chunk > groups:
		r.fail(s.Line, "the name has %d groups", groups)
	case s.Chunk > 0 && s.Take > 0:
		r.fail(s.Line, "take and chunk exclude each other")
	case storage && (s.CookiePath != nil || s.Scope.By == ScopePath):
		r.fail(s.Line, "only cookies have a path")
	case use == forIdentity && s.Kind == "":
		r.fail(s.Line, "%s needs the kind of the identity", list)
	case use != forIdentity && s.Kind != "":
		r.fail(s.Line, "%s reads no identity", list)
	case use == forTravel && (s.Via != nil || s.Take > 0 || s.Chunk > 0 || s.Equals != nil || s.Scope.By != ScopeNone):
		r.fail(s.Line, "%s picks items by store, name and path only", list)
	}
}
