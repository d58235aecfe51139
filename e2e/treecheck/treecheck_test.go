// Package treecheck holds the rules of the whole tree that no linter holds:
// package comments, the size of files, and nothing of one machine in the text.
package treecheck

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Other people's text, and what is made.
var skipped = []string{".git", ".cache", "bin", "node_modules", "testdata", "vendor"}

var kinds = []string{".css", ".go", ".html", ".js", ".json", ".md", ".mjs", ".sh", ".yaml", ".yml", "Makefile"}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "go.mod"))
	return dir
}

// files returns the tree's own text, by path below the root.
func files(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	dir := root(t)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(skipped, d.Name()) {
			return fs.SkipDir
		}
		isText := slices.ContainsFunc(kinds, func(k string) bool { return strings.HasSuffix(path, k) })
		if !d.Type().IsRegular() || !isText {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = data
		return err
	}))
	require.Contains(t, out, "e2e/treecheck/treecheck_test.go")
	return out
}

func TestEachPackageHasAComment(t *testing.T) {
	commented := map[string]bool{}
	for name, data := range files(t) {
		if filepath.Ext(name) != ".go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, data, parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		dir := filepath.Dir(name)
		commented[dir] = commented[dir] || describes(f)
	}
	for dir, ok := range commented {
		assert.True(t, ok, "%s has no package comment", dir)
	}
}

// describes reports whether the file's comment names the package, or for a
// program begins with any word.
func describes(f *ast.File) bool {
	text := f.Doc.Text()
	return strings.HasPrefix(text, "Package "+f.Name.Name+" ") || f.Name.Name == "main" && text != ""
}

func TestFilesAreSmall(t *testing.T) {
	const most = 500
	for name, data := range files(t) {
		if ext := filepath.Ext(name); ext == ".go" || ext == ".js" || ext == ".mjs" {
			assert.LessOrEqual(t, bytes.Count(data, []byte("\n")), most, "lines of %s", name)
		}
	}
}

// What lies on the machine of one person means nothing to another.
func TestNothingOfThisMachine(t *testing.T) {
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	for _, path := range []string{root(t), home} {
		if path == "/" {
			continue // the home of some system accounts: there is nothing to look for
		}
		here := regexp.MustCompile(`(?m)(^|[^\w./-])` + regexp.QuoteMeta(path) + `/`)
		for name, data := range files(t) {
			assert.False(t, here.Match(data), "%s names %s", name, path)
		}
	}
}

func TestNothingIsLeftToDo(t *testing.T) {
	marks := regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`)
	for name, data := range files(t) {
		assert.False(t, marks.Match(data), "%s leaves something to do", name)
	}
}

// Locks name versions and sums, not the mirror that someone fetched from.
func TestLocksNameNoServer(t *testing.T) {
	for name, data := range files(t) {
		if filepath.Base(name) == "package-lock.json" {
			assert.NotContains(t, string(data), `"resolved"`, name)
		}
	}
}
