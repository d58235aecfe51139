package apps_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/session"
)

// Every vector passes, with the rules that are shipped.
func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/accounts.yaml")
	require.NoError(t, err)
	defer f.Close()
	results, err := apps.RunVectors(f)
	require.NoError(t, err)
	require.Len(t, results, 92)
	for _, r := range results {
		assert.Truef(t, r.Pass, "%s %s: got %s, wanted %s", r.ID, r.App, r.Got, r.Want)
	}
	var table bytes.Buffer
	require.NoError(t, apps.WriteVectorTable(&table, results))
	assert.Contains(t, table.String(), "92 passed, 0 failed")
}

// A vector that does not pass is told, for people and for programs.
func TestVectorsThatFail(t *testing.T) {
	results, err := apps.RunVectors(strings.NewReader(`now: 1780000000
vectors:
- {id: A, app: x, c: {.x.com: {auth_token: a, twid: u%3D1}}, want: {verdict: several, n: 2}}
- {id: B, app: generic, want: {verdict: unknown, warn: [no_candidate]}}
`))
	require.NoError(t, err)
	var table, program bytes.Buffer
	require.NoError(t, apps.WriteVectorTable(&table, results))
	assert.Contains(t, table.String(), "FAIL  A  x        one 1 as 1              wanted: several 2")
	assert.Contains(t, table.String(), "1 passed, 1 failed")
	require.NoError(t, apps.WriteVectorJSON(&program, results))
	assert.Contains(t, program.String(), `{"passed":1,"failed":1,"results":[{"id":"A","app":"x","pass":false,`)
}

func TestVectorsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"now: 1\nvectors:\n- {id: A, app: x, cookies: {}}":     "the vectors, line 3",
		"vectors: [{id: A, app: x, want: {verdict: one}}]":     "who is it?",
		"vectors: [{id: A, app: x}]":                           "no verdict",
		"vectors: [{id: A, app: x, want: {verdict: several}}]": "how many",
		strings.Repeat("#", 2<<20):                             "more than",
	} {
		_, err := apps.RunVectors(strings.NewReader(text))
		assert.Equal(t, session.CodeCatalogueInvalid, session.CodeOf(err))
		assert.Contains(t, session.AsError(err).Detail, want)
	}
	_, err := apps.RunVectors(strings.NewReader("vectors: [{id: A, app: nosuch, want: {verdict: unknown}}]"))
	assert.Equal(t, session.CodeAppUnknown, session.CodeOf(err))
}
