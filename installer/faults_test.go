package installer

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/manifest"
)

var update = flag.Bool("update", false, "write the table of findings into docs/operations.md")

func TestFaultTable(t *testing.T) {
	seen := map[manifest.Fault]bool{}
	for _, r := range faultTable {
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, r.fault)
		require.False(t, seen[r.fault], "%s twice", r.fault)
		seen[r.fault] = true
		require.Regexp(t, `^[A-Z].*\.$`, r.sentence)
		require.NotEmpty(t, r.next, r.fault)
		require.NotRegexp(t, `[|\n]`, r.sentence+r.next)
	}
}

func TestOperationsPageHasTheTable(t *testing.T) {
	const page, begin, end = "../docs/operations.md", "<!-- findings:begin -->\n", "<!-- findings:end -->"
	data, err := os.ReadFile(page)
	require.NoError(t, err)
	head, rest, ok := strings.Cut(string(data), begin)
	require.True(t, ok, "the page has lost its first marker")
	_, tail, ok := strings.Cut(rest, end)
	require.True(t, ok, "the page has lost its second marker")

	var b strings.Builder
	b.WriteString("| code | sentence | next step |\n|---|---|---|\n")
	for _, r := range faultTable {
		sentence := r.sentence
		if r.note {
			sentence = "*Note.* " + sentence
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.fault, sentence, r.next)
	}
	want := head + begin + b.String() + end + tail
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(data), "run go test ./installer -run OperationsPage -update")
}
