package apps_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

func runVectors(t testing.TB, r io.Reader) []apps.VectorResult {
	v, err := apps.ReadVectors(r)
	require.NoError(t, err)
	results, err := v.Run(catalogue.Embedded().Get)
	require.NoError(t, err)
	return results
}

// Every vector passes, with the rules that are shipped.
func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/accounts.yaml")
	require.NoError(t, err)
	defer f.Close()
	results := runVectors(t, f)
	for _, r := range results {
		assert.Truef(t, r.Pass, "%s %s: got %s, wanted %s", r.ID, r.App, r.Got, r.Want)
	}
	var table bytes.Buffer
	require.NoError(t, apps.WriteVectorTable(&table, results))
	assert.Contains(t, table.String(), " passed, 0 failed")
}

// A vector that does not pass is told, for people and for programs.
func TestVectorsThatFail(t *testing.T) {
	results := runVectors(t, strings.NewReader(`now: 1780000000
vectors:
- {id: A, app: x, c: {.x.com: {auth_token: a, twid: u%3D1}}, want: {verdict: several, n: 2}}
- {id: B, app: generic, want: {verdict: unknown, warn: [no_candidate]}}
`))
	var table, program bytes.Buffer
	require.NoError(t, apps.WriteVectorTable(&table, results))
	assert.Contains(t, table.String(), "FAIL  A  x        one 1 as 1              wanted: several 2")
	assert.Contains(t, table.String(), "1 passed, 1 failed")
	require.NoError(t, apps.WriteVectorJSON(&program, results))
	assert.Contains(t, program.String(), `{"passed":1,"failed":1,"results":[{"id":"A","app":"x","pass":false,`)
}

func TestVectorsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"now: 1\nvectors:\n- {id: A, app: x, cookies: {}}":                                        "the vectors, line 3",
		"vectors: [{id: A, app: x, want: {verdict: one}}]":                                        "who is it?",
		"vectors: [{id: A, app: x}]":                                                              "no verdict",
		"vectors: [{id: A, app: x, want: {verdict: several}}]":                                    "how many",
		strings.Repeat("#", 2<<20):                                                                "more than",
		"vectors: [{id: A, app: x, want: {verdict: unknown, x: 1}}]":                              "want knows",
		"vectors: [{id: A, app: x, told: {a: b, c: d}, want: {verdict: unknown}}]":                "told is",
		"vectors: [{id: A, app: x, checked: soon, want: {verdict: unknown}}]":                     "a day, or never",
		"vectors: [{id: A, app: x, card: b, expect: {uid: '1'}, want: {verdict: unknown}}]":       "at most",
		"answers: [{id: A, app: x, ask: /, status: 200, want: {state: signed_in}}]":               "want has",
		"answers: [{id: A, app: x, ask: /, status: 200, want: {state: signed_out, username: b}}]": "want has",
	} {
		_, err := apps.ReadVectors(strings.NewReader(text))
		assert.Equal(t, session.CodeCatalogueInvalid, session.CodeOf(err))
		assert.Contains(t, session.AsError(err).Detail, want)
	}
	v, err := apps.ReadVectors(strings.NewReader("vectors: [{id: A, app: nosuch, want: {verdict: unknown}}]"))
	require.NoError(t, err)
	_, err = v.Run(catalogue.Embedded().Get)
	assert.Equal(t, session.CodeAppUnknown, session.CodeOf(err))
}
