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

// TestPagesLookLikeThePopup: the vault cannot embed a file of the extension, so the
// colours and the icons stand twice.
func TestPagesLookLikeThePopup(t *testing.T) {
	all := files(t)
	require.NotEmpty(t, all["extension/popup/tokens.css"])
	assert.Equal(t, string(all["extension/popup/tokens.css"]), string(all["vault/pages/assets/tokens.css"]))

	ours := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\t"(\w+)": +"(M[^"]+)",$`).FindAllSubmatch(all["vault/pages/icons.go"], -1) {
		ours[string(m[1])] = string(m[2])
	}
	same := 0
	for _, m := range regexp.MustCompile(`(?m)^  (\w+): '(M[^']+)',$`).FindAllSubmatch(all["extension/popup/dom.js"], -1) {
		if path, both := ours[string(m[1])]; both {
			same++
			assert.Equal(t, string(m[2]), path, "%s", m[1])
		}
	}
	assert.Greater(t, same, 5)
}
