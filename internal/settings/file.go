package settings

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds a file of settings, in bytes.
const maxFile = 64 << 10

// read takes the settings of a file: one mapping of names and single values.
func (s *Set) read(path string) (faults []error) {
	s.file = filepath.Base(path)
	data, err := load(path)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", s.file, err)}
	}
	f, err := parser.ParseBytes(data, 0)
	if err != nil {
		line := 1
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			line = syntax.GetToken().Position.Line
		}
		return []error{s.at(line, "this is not YAML, or a setting that stands twice")}
	}
	if len(f.Docs) > 1 {
		return []error{s.at(1, "one document is enough")}
	}
	if len(f.Docs) == 0 || f.Docs[0].Body == nil || f.Docs[0].Body.Type() == ast.CommentType {
		return nil // nothing is set
	}
	switch body := f.Docs[0].Body.(type) {
	case *ast.MappingNode:
		for _, e := range body.Values {
			faults = append(faults, s.entry(e))
		}
		return faults
	default:
		return []error{s.at(body.GetToken().Position.Line, "settings are written as NAME: VALUE, one a line")}
	}
}

func (s *Set) entry(e *ast.MappingValueNode) error {
	name := e.Key.GetToken()
	f := s.Lookup(name.Value)
	if f == nil {
		return s.at(name.Position.Line, "there is no setting %.40q; \"config print\" lists them all", name.Value)
	}
	switch e.Value.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return s.put(f, e.Value.GetToken().Value, fmt.Sprintf("%s:%d", s.file, name.Position.Line))
	}
	return s.at(name.Position.Line, "%s needs one value", f.Name)
}

func (s *Set) at(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.file, line, fmt.Sprintf(format, args...))
}

// load reads a file that others cannot have written.
func load(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		var p *os.PathError
		errors.As(err, &p)
		return nil, fmt.Errorf("it cannot be read: %w", p.Err) // the path is said already
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a file")
	case info.Mode().Perm()&0o022 != 0:
		return nil, errors.New("others may write it: set its mode to 0644 or 0600")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it is longer than %d bytes", maxFile)
	}
	return data, err
}
