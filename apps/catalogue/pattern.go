package catalogue

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// maxExpression bounds the source of one regular expression, in bytes.
const maxExpression = 512

// Pattern matches the names of items: exactly, as a glob with "*", or as a
// regular expression (RE2) between slashes. Names are compared with their case.
type Pattern struct {
	source string
	re     *regexp.Regexp // nil: exactly source
}

// ParsePattern reads a pattern in its written form.
func ParsePattern(source string) (Pattern, error) {
	p := Pattern{source: source}
	var err error
	switch {
	case source == "":
		return p, fmt.Errorf("the name is empty")
	case len(source) > 1 && source[0] == '/' && strings.HasSuffix(source, "/"):
		p.re, err = compile(source[1 : len(source)-1])
	case strings.Contains(source, "*"):
		p.re, err = compile("^" + strings.ReplaceAll(regexp.QuoteMeta(source), `\*`, "(?s:.*)") + "$")
	}
	return p, err
}

// Match returns nil if name does not match, and else the match and its groups;
// groups that took no part are empty.
func (p Pattern) Match(name string) []string {
	if p.re == nil {
		if name != p.source {
			return nil
		}
		return []string{name}
	}
	return p.re.FindStringSubmatch(name)
}

// Span returns where in name the group lies; ok is false if it took no part.
func (p Pattern) Span(name string, group int) (from, to int, ok bool) {
	if p.re == nil {
		return 0, 0, false
	}
	at := p.re.FindStringSubmatchIndex(name)
	if 2*group+1 >= len(at) || at[2*group] < 0 {
		return 0, 0, false
	}
	return at[2*group], at[2*group+1], true
}

// String returns the written form.
func (p Pattern) String() string { return p.source }

func (p Pattern) groups() int {
	if p.re == nil {
		return 0
	}
	return p.re.NumSubexp()
}

// lazy compiles an expression of this package when it is first needed, since the
// package does no work before.
func lazy(source string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })
}

func compile(source string) (*regexp.Regexp, error) {
	if len(source) > maxExpression {
		return nil, fmt.Errorf("a regular expression of more than %d bytes", maxExpression)
	}
	re, err := regexp.Compile(source)
	if err != nil {
		return nil, fmt.Errorf("not a regular expression of RE2")
	}
	return re, nil
}

// anchored reports whether an expression ties itself to the beginning or the
// end of the text.
func anchored(re *regexp.Regexp) bool {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	return err == nil && hasAnchor(tree)
}

func hasAnchor(tree *syntax.Regexp) bool {
	if tree.Op == syntax.OpBeginText || tree.Op == syntax.OpEndText {
		return true
	}
	for _, sub := range tree.Sub {
		if hasAnchor(sub) {
			return true
		}
	}
	return false
}
