package treecheck

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSecurityNamesTests: docs/security.md has every chapter of the standard, and
// each test that it names is there.
func TestSecurityNamesTests(t *testing.T) {
	all := files(t)
	doc := string(all["docs/security.md"])
	for n := 1; n <= 17; n++ {
		assert.Contains(t, doc, fmt.Sprintf("\n| V%d ", n))
	}
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for name, data := range all {
		if strings.HasSuffix(name, "_test.go") {
			for _, m := range declared.FindAllSubmatch(data, -1) {
				there[filepath.ToSlash(filepath.Dir(name))+"."+string(m[1])] = true
			}
		}
	}
	named := regexp.MustCompile("`([a-z0-9/-]+\\.(?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(doc, -1)
	require.Greater(t, len(named), 40)
	for _, m := range named {
		assert.True(t, there[m[1]], "there is no %s", m[1])
	}
}

// TestThreatModelNamesTests: each test that docs/threat-model.md names is there.
func TestThreatModelNamesTests(t *testing.T) {
	all := files(t)
	named := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(all["docs/threat-model.md"], -1)
	require.NotEmpty(t, named)
	for _, m := range named {
		declared := regexp.MustCompile(`(?m)^func ` + string(m[1]) + `\(`)
		found := false
		for name, data := range all {
			found = found || strings.HasSuffix(name, "_test.go") && declared.Match(data)
		}
		assert.True(t, found, "%s", m[1])
	}
}

// TestPagesHaveThePopupsColours: the vault cannot embed a file of the extension, so
// the colours stand twice.
func TestPagesHaveThePopupsColours(t *testing.T) {
	all := files(t)
	colours := func(file string) string {
		_, rest, _ := strings.Cut(string(all[file]), ":root {")
		block, _, found := strings.Cut(rest, "@media (prefers-contrast")
		require.True(t, found, file)
		return block
	}
	assert.Equal(t, colours("extension/popup/base.css"), colours("vault/pages/style.css"))
}
