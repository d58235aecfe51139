package catalogue

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"sessionferry/session"
)

// maxNesting bounds how deep collections go, before the parser recurses.
const maxNesting = 8

// maxFaults bounds how many mistakes of one file are told.
const maxFaults = 100

// reader turns YAML nodes into values and remembers the mistakes with their
// lines; after one, it goes on with zero values.
type reader struct {
	file   string
	faults []*session.Error
	last   int // the line of the last fault
	steps  int // of all regular expressions so far

	weak []*session.Error // what is read for the sake of older files, and told by Lint
}

// fail keeps a mistake, of each line the first: others follow from it.
func (r *reader) fail(line int, format string, args ...any) {
	if line == r.last || len(r.faults) == maxFaults {
		return
	}
	r.last = line
	r.faults = append(r.faults, r.at(line, format, args...))
}

// warn records a finding of Lint about a line that is still read.
func (r *reader) warn(line int, format string, args ...any) {
	r.weak = append(r.weak, r.at(line, format, args...))
}

func (r *reader) at(line int, format string, args ...any) *session.Error {
	return session.Errorf(session.CodeCatalogueInvalid, "%s line %d: %s", r.file, line, fmt.Sprintf(format, args...))
}

// good reports whether nothing was wrong since there were so many faults. What a
// value must be as a whole is only checked then.
func (r *reader) good(since int) bool { return len(r.faults) == since }

// root reads the one document of a file. Anchors, aliases, tags and merges are
// refused wherever they stand, since an app's file needs none of them; so is what
// would send the parser deep.
func (r *reader) root(data []byte) ast.Node {
	tokens := lexer.Tokenize(string(data))
	depth, dashes, dashLine := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceEntryType: // "- - -" nests within one line
			if t.Position.Line != dashLine {
				dashes, dashLine = 0, t.Position.Line
			}
			dashes++
		case token.MappingStartType, token.SequenceStartType:
			depth++
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType, token.DirectiveType, token.MappingKeyType:
			r.fail(t.Position.Line, "anchors, aliases, tags, directives and complex keys have no place here")
		}
		if depth > maxNesting || dashes > maxNesting || t.Position.IndentNum > 4*maxNesting {
			r.fail(t.Position.Line, "nested too deeply")
		}
	}
	if !r.good(0) {
		return nil
	}
	f, err := parser.Parse(tokens, 0)
	if err != nil {
		var syn yaml.Error
		line := 1
		if errors.As(err, &syn) && syn.GetToken() != nil && syn.GetToken().Position != nil {
			line = syn.GetToken().Position.Line
		}
		r.fail(line, "not YAML, or a key that stands twice")
		return nil
	}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		r.fail(1, "one document is needed")
		return nil
	}
	return f.Docs[0].Body
}

func line(n ast.Node) int {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return 1
	}
	return n.GetToken().Position.Line
}

// entries calls each for the keys of a mapping, in their order; each returns
// false for a key that it does not know.
func (r *reader) entries(n ast.Node, what string, each func(key string, v ast.Node) bool) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		r.fail(line(n), "%s is a mapping", what)
		return
	}
	for _, e := range m.Values {
		key, ok := e.Key.(*ast.StringNode)
		if !ok {
			r.fail(line(e), "a key of %s is not a word", what)
			return
		}
		if e.Value == nil {
			r.fail(line(e), "%s has no value", key.Value)
			return
		}
		if !each(key.Value, e.Value) {
			r.fail(line(key), "%s does not know the key %.40q", what, key.Value)
			return
		}
	}
}

// list returns the members of a sequence.
func (r *reader) list(n ast.Node, what string) []ast.Node {
	s, ok := n.(*ast.SequenceNode)
	if !ok {
		r.fail(line(n), "%s is a list", what)
		return nil
	}
	return s.Values
}

// text returns a string that is not empty. Numbers and booleans must be quoted.
func (r *reader) text(n ast.Node, what string) string {
	s, ok := n.(*ast.StringNode)
	if !ok || s.Value == "" {
		r.fail(line(n), "%s is a text, quoted if it looks like a number", what)
		return ""
	}
	return s.Value
}

// number returns an integer from low to high.
func (r *reader) number(n ast.Node, what string, low, high int) int {
	if i, ok := n.(*ast.IntegerNode); ok {
		if v, ok := i.Value.(uint64); ok && v >= uint64(low) && v <= uint64(high) {
			return int(v)
		}
	}
	r.fail(line(n), "%s is a number from %d to %d", what, low, high)
	return 0
}

func (r *reader) texts(n ast.Node, what string) []string {
	var out []string
	for _, m := range r.list(n, what) {
		out = append(out, r.text(m, what))
	}
	return out
}
