package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
)

// The vectors notice at least 95 of 100 changes of the app files.
func TestVectorsNotice(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run("../testdata/accounts.yaml", &out, io.Discard), "%s", &out)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	assert.Regexp(t, `^\{"mutations":\d{4},"caught":\d{4}\}$`, lines[len(lines)-1])
}

// A change is of one mutant only, and names the line of its key.
func TestMutants(t *testing.T) {
	a, err := catalogue.Embedded().Get("x")
	require.NoError(t, err)
	source, err := catalogue.Embedded().Source("x")
	require.NoError(t, err)
	var keys []string
	for _, m := range mutants(a, string(source)) {
		assert.NotEqual(t, a, m.app, "%s: %s", m.key, m.change)
		keys = append(keys, m.key+": "+m.change)
		if m.key == "others[0]" {
			assert.Contains(t, strings.Split(string(source), "\n")[m.line-1], "others:")
		}
	}
	assert.Subset(t, keys, []string{"signed_in[0]: dropped", "active[0].via[1]: dropped unquote", "complete: is no", "need[0].cookie: is auth_tokenzz"})
	again, err := catalogue.Parse("x", source)
	require.NoError(t, err)
	assert.Equal(t, again, a, "the app itself is as it was")
}
