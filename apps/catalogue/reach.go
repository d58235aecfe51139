package catalogue

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// Glob returns the pattern as a glob, for readers without RE2: "*" stands for any
// text. The glob of a regular expression is wider than the expression, and exact is
// false.
func (p Pattern) Glob() (glob string, exact bool) {
	if p.expression() {
		return p.head() + "*", false
	}
	return p.source, true
}

// MayMatchBelow reports whether p may match the name, or a name that begins with it
// and a slash. It is false only if p cannot.
func (p Pattern) MayMatchBelow(name string) bool {
	if p.re == nil {
		return p.source == name || strings.HasPrefix(p.source, name+"/")
	}
	return p.Match(name) != nil || compatible(p.head(), name+"/")
}

// MayOverlap reports whether one name may match both patterns. It is false only if
// none can.
func (p Pattern) MayOverlap(q Pattern) bool {
	switch {
	case p.re == nil:
		return q.Match(p.source) != nil
	case q.re == nil:
		return p.Match(q.source) != nil
	}
	return compatible(p.head(), q.head())
}

// compatible reports whether a text can begin with both.
func compatible(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

// expression reports whether the pattern is written as a regular expression.
func (p Pattern) expression() bool {
	return p.re != nil && strings.HasPrefix(p.source, "/") && strings.HasSuffix(p.source, "/")
}

// head returns a text with which every name begins that p matches.
func (p Pattern) head() string {
	if p.re == nil {
		return p.source
	}
	return literalHead(p.re)
}

// literalHead is the text after the anchor at the beginning of an expression.
// regexp.LiteralPrefix knows it of some expressions only.
func literalHead(re *regexp.Regexp) string {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil || tree.Op != syntax.OpConcat || tree.Sub[0].Op != syntax.OpBeginText {
		return ""
	}
	next := tree.Sub[1]
	if next.Op != syntax.OpLiteral || next.Flags&syntax.FoldCase != 0 {
		return ""
	}
	return string(next.Rune)
}
