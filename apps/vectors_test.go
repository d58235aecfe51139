package apps_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
)

// Every vector passes, with the rules that are shipped.
func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/accounts.yaml")
	require.NoError(t, err)
	defer f.Close()
	results, err := apps.RunVectors(f)
	require.NoError(t, err)
	require.Len(t, results, 77)
	for _, r := range results {
		assert.Truef(t, r.Pass, "%s %s: got %s, wanted %s", r.ID, r.App, r.Got, r.Want)
	}
	var table bytes.Buffer
	require.NoError(t, apps.WriteVectorTable(&table, results))
	assert.Contains(t, table.String(), "77 passed, 0 failed")
}
