package apps_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
)

// blocks returns the page's fenced blocks of one language.
func blocks(t *testing.T, page, language string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(page, -1) {
		out = append(out, m[1])
	}
	return out
}

func page(t *testing.T) string {
	data, err := os.ReadFile("../docs/adding-an-app.md")
	require.NoError(t, err)
	return string(data)
}

// The page's app is a whole file without a fault, its vectors pass, and the
// command prints what the page shows.
func TestPageExample(t *testing.T) {
	text := page(t)
	yaml, shown := blocks(t, text, "yaml"), blocks(t, text, "text")
	require.Len(t, yaml, 2)
	require.Len(t, shown, 1)
	require.Empty(t, catalogue.Lint("crm", []byte(yaml[0])))
	crm, err := catalogue.Parse("crm", []byte(yaml[0]))
	require.NoError(t, err)
	assert.True(t, crm.Offered())

	v, err := apps.ReadVectors(strings.NewReader(yaml[1]))
	require.NoError(t, err)
	results := v.RunApp(crm)
	for _, r := range results {
		assert.Truef(t, r.Pass, "%s: got %s, wanted %s", r.ID, r.Got, r.Want)
	}
	var table bytes.Buffer
	require.NoError(t, apps.WriteVectorTable(&table, results))
	assert.Equal(t, shown[0], regexp.MustCompile(` +\n`).ReplaceAllString(table.String(), "\n"))
}

// The page names every key and op of the language, and none that there is not.
func TestPageNamesTheLanguage(t *testing.T) {
	text := page(t)
	row := func(section string) []string {
		_, rest, ok := strings.Cut(text, "\n## "+section+"\n")
		require.True(t, ok, section)
		rest, _, _ = strings.Cut(rest, "\n## ")
		var out []string
		for _, m := range regexp.MustCompile("(?m)^\\| ((?:`[^`]+`(?:, )?)+) \\|").FindAllStringSubmatch(rest, -1) {
			for _, k := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(m[1], -1) {
				out = append(out, k[1])
			}
		}
		return out
	}
	unknown := func(file string) bool {
		for _, f := range catalogue.Lint("probe", []byte(file)) {
			if strings.Contains(f.Detail, "does not know the key") {
				return true
			}
		}
		return false
	}
	assert.ElementsMatch(t, []string{"app", "name", "icon", "domains", "card", "evidence", "whoami", "probe", "signed_in", "maybe_signed_in", "signed_out_if",
		"active", "others", "roster", "several_if", "hints", "acting", "expires", "rotating", "bound", "complete", "need", "leave"}, row("Keys of a file"))
	for _, key := range row("Keys of a file") {
		assert.False(t, unknown(key+": 1\n"), key)
	}
	for _, key := range row("Selectors") {
		assert.False(t, unknown("rotating: [{"+key+": 1}]\n"), key)
	}
	for _, key := range row("Whoami") {
		assert.False(t, unknown("whoami: {"+key+": 1}\n"), key)
	}
	for _, key := range row("Signed out") {
		assert.False(t, unknown("whoami: {signed_out: {"+key+": 1}}\n"), key)
	}
	fill := strings.NewReplacer("PREFIX", "a", "SEP", "|", "N", "0", "M", "1", "EXPRESSION", "(a)", "JSON", "1")
	ops := row("Pipelines")
	assert.Len(t, ops, 16)
	for _, op := range ops {
		_, err := catalogue.ParseOp(fill.Replace(op))
		assert.NoError(t, err, op)
	}
}
