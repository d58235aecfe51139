package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/axtree"
	"sessionferry/e2e/testbed"
)

var update = flag.Bool("update", false, "write what screen readers are told of each page into testdata/trees")

// changing is what differs from run to run or from machine to machine, and what
// stands for it. Times that are marked as such are replaced in axtree.
var changing = []struct {
	is     *regexp.Regexp
	stands string
}{
	{regexp.MustCompile(`\b[A-Z][a-z]{2} \d{1,2}, \d{4}(, \d{1,2}:\d{2} [AP]M)?`), axtree.Moment},
	{regexp.MustCompile(`\b([a-z2-7]{4} ){7}[a-z2-7]{4}\b`), "<fingerprint>"},
	{regexp.MustCompile(`\b([A-Z2-7]{4}-)+[A-Z2-7]{4}\b`), "<code>"},
	{regexp.MustCompile(`\b127\.0\.0\.1:\d+`), "<address>"},
	{regexp.MustCompile(`(?m)(definition: )[\d.]+ [kKMG]i?B$`), "${1}<size>"},
}

// told waits until the accessibility tree of a page is that of testdata/trees, in the
// file of that name: the tree follows the page, and a live region gets its text after
// the page is shown.
func told(t *testing.T, p *testbed.Popup, name string) {
	t.Helper()
	var got string
	read := func() string {
		t.Helper()
		text, err := p.Tree(t.Context())
		require.NoError(t, err)
		for _, c := range changing {
			text = c.is.ReplaceAllString(text, c.stands)
		}
		return text
	}
	file := filepath.Join("testdata", "trees", name+".txt")
	if *update {
		for text := read(); text != got; time.Sleep(settled) {
			got, text = text, read()
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(got), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err, "a new page: %s", howToUpdate)
	if !holds(func() bool { got = read(); return got == string(want) }) {
		assert.Equal(t, string(want), got, "the accessibility tree differs from %s: %s", file, howToUpdate)
	}
}

// settled is how long a tree must stay the same before -update writes it as the right
// one: then there is nothing yet that could be waited for.
const settled = time.Second

const howToUpdate = `if it is right, run the test again with -update, and read what "git diff" then shows`
