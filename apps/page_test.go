package apps_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
)

// The page's app is the one that is shipped, and its vectors pass.
func TestPageExamples(t *testing.T) {
	page, err := os.ReadFile("../docs/adding-an-app.md")
	require.NoError(t, err)
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(page, -1)
	require.Len(t, examples, 2)

	shown, err := catalogue.Parse("mediawiki", examples[0][1])
	require.NoError(t, err)
	shipped, err := catalogue.Embedded().Get("mediawiki")
	require.NoError(t, err)
	assert.Equal(t, shipped, shown)

	results := runVectors(t, strings.NewReader(string(examples[1][1])))
	require.NotEmpty(t, results)
	for _, r := range results {
		assert.Truef(t, r.Pass, "%s: got %s, wanted %s", r.ID, r.Got, r.Want)
	}
}
