package catalogue_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"sessionferry/apps/catalogue"
)

// The largest file, in the shapes that are hardest to parse, takes no long time.
func TestWorkIsBounded(t *testing.T) {
	for name, unit := range map[string]string{
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
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			for _, head := range []string{"", "need:\n  ", "need: ["} {
				text := base + head + strings.Repeat(unit, (catalogue.MaxFile-len(base)-20)/len(unit))
				_, err := catalogue.Parse("probe", []byte(text))
				assert.Equal(t, name == "comments" && head == "", err == nil)
			}
			assert.Less(t, time.Since(start), 5*time.Second)
		})
	}
}
