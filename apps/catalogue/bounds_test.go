package catalogue_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"sessionferry/apps/catalogue"
)

// hardest are the units that make shapes which are hard to parse.
var hardest = map[string]string{
	"sequences in one line": "- ",
	"keys in one line":      "? ",
	"flow":                  "[",
	"mappings":              "{a: ",
	"quotes":                "'' ",
	"lines":                 "a\n",
	"comments":              "# a\n",
	"keys":                  "a: b\n",
	"colons":                ": ",
	"members":               "- a\n",
	"commas":                ",",
	"escapes":               `"\x`,
	"literals":              "|\n ",
}

// filled is a file of a size whose end is one unit again and again.
func filled(head, unit string, size int) []byte {
	return []byte(base + head + strings.Repeat(unit, (size-len(base)-20)/len(unit)))
}

// The largest file, in the shapes that are hardest to parse, costs little.
func TestWorkIsBounded(t *testing.T) {
	for name, unit := range hardest {
		t.Run(name, func(t *testing.T) {
			for _, head := range []string{"", "need:\n  ", "need: ["} {
				text := filled(head, unit, catalogue.MaxFile)
				var err error
				assert.Less(t, allocated(func() { _, err = catalogue.Parse("probe", text) }), uint64(64<<20))
				assert.Equal(t, name == "comments" && head == "", err == nil)
			}
		})
	}
}

// BenchmarkHardest parses files of the largest size and of a quarter of it. The ratio
// tells how many times as long a byte takes in the large one: 1 is linear.
func BenchmarkHardest(b *testing.B) {
	for name, unit := range hardest {
		quarter, whole := filled("", unit, catalogue.MaxFile/4), filled("", unit, catalogue.MaxFile)
		b.Run(name, func(b *testing.B) {
			var small, large time.Duration
			for b.Loop() {
				began := time.Now()
				_, _ = catalogue.Parse("probe", quarter)
				small += time.Since(began)
				_, _ = catalogue.Parse("probe", whole)
				large += time.Since(began)
			}
			b.ReportMetric(float64(large)/float64(small)/4, "ratio")
		})
	}
}
