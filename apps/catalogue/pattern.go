package catalogue

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// Bounds of regular expressions. RE2 takes no more than linear time, but a short
// text with counts can stand for a large machine.
const (
	maxExpression = 512   // of one source, in bytes
	maxSteps      = 1000  // of one machine
	maxAllSteps   = 20000 // of all machines of one file
)

// Pattern matches the names of items: exactly, as a glob with "*", or as a
// regular expression (RE2) between slashes. Names are compared with their case.
type Pattern struct {
	source string
	re     *regexp.Regexp // nil: exactly source
	steps  int            // of the machine
}

// ParsePattern reads a pattern in its written form.
func ParsePattern(source string) (Pattern, error) {
	p := Pattern{source: source}
	var err error
	switch {
	case source == "":
		return p, fmt.Errorf("the name is empty")
	case len(source) > 1 && source[0] == '/' && strings.HasSuffix(source, "/"):
		p.re, p.steps, err = compile(source[1 : len(source)-1])
	case strings.Contains(source, "*"):
		p.re, p.steps, err = compile("^" + strings.ReplaceAll(regexp.QuoteMeta(source), `\*`, "(?s:.*)") + "$")
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

// compile also returns how many steps the machine has, at most.
func compile(source string) (re *regexp.Regexp, steps int, err error) {
	if len(source) > maxExpression {
		return nil, 0, fmt.Errorf("a regular expression of more than %d bytes", maxExpression)
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, 0, fmt.Errorf("not a regular expression of RE2")
	}
	if steps = stepsOf(tree); steps > maxSteps {
		return nil, 0, fmt.Errorf("the counts of the regular expression are too large")
	}
	if re, err = regexp.Compile(source); err != nil {
		return nil, 0, fmt.Errorf("not a regular expression of RE2")
	}
	return re, steps, nil
}

func stepsOf(tree *syntax.Regexp) int {
	n := 1
	if tree.Op == syntax.OpLiteral {
		n = len(tree.Rune)
	}
	for _, sub := range tree.Sub {
		n += stepsOf(sub)
	}
	if tree.Op == syntax.OpRepeat {
		n *= max(tree.Min, tree.Max, 1)
	}
	return n
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
