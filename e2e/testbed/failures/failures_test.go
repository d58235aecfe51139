package failures

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// outcome stands in for a test that ends as it says.
type outcome struct {
	testing.TB
	failed  bool
	cleanup func()
	said    []string
}

func (o *outcome) Name() string     { return "TestX/one case" }
func (o *outcome) Failed() bool     { return o.failed }
func (o *outcome) Cleanup(f func()) { o.cleanup = f }
func (o *outcome) Log(a ...any)     { o.said = append(o.said, fmt.Sprint(a...)) }

func save(folder string) error { return Write(folder, "a/tree.txt", []byte("new")) }

func TestKeep(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	folder := filepath.Join(bin, "failures", "TestX-one case")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	require.NoError(t, Write(folder, "old.txt", nil))

	passed := &outcome{}
	Keep(passed, bin, save)
	passed.cleanup()
	assert.NoDirExists(t, folder, "an earlier run's, too")
	assert.Empty(t, passed.said)

	failed := &outcome{failed: true}
	Keep(failed, bin, save)
	failed.cleanup()
	assert.FileExists(t, filepath.Join(folder, "a-tree.txt"))
	assert.Contains(t, failed.said[0], folder)

	lost := &outcome{failed: true}
	Keep(lost, bin, func(string) error { return errors.New("the browser is gone") })
	lost.cleanup()
	assert.Contains(t, lost.said[0], "the browser is gone")
	assert.Contains(t, lost.said[1], folder)
}
