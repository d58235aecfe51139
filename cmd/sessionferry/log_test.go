package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLogOfTwoHosts begins a log by two hosts at once, as when two browsers start:
// the lines of both are in one file.
func TestLogOfTwoHosts(t *testing.T) {
	t.Parallel()
	for range 50 {
		dir := t.TempDir()
		var begin, done sync.WaitGroup
		begin.Add(1)
		for range 2 {
			log := openLog(dir)
			done.Go(func() {
				begin.Wait()
				log.Info().Msg("request")
			})
		}
		begin.Done()
		done.Wait()
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		require.Equal(t, []string{logFile(dir)}, files)
		text, err := os.ReadFile(logFile(dir))
		require.NoError(t, err)
		assert.Equal(t, 2, strings.Count(string(text), "\n"))
	}
}
