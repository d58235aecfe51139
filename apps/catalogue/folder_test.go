package catalogue_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// folder writes files into a folder of apps.
func folder(t *testing.T, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func named(name string) string {
	text := strings.Replace(base, "app: probe", "app: "+name, 1)
	return strings.Replace(text, "whoami: {none: a test asks nobody}",
		"whoami: {get: [/me], via: [json, 'path:$.name'], kind: username, signed_out: {status: [401], type: application/json}}", 1)
}

// A company's apps stand beside those of this build; one bad file takes no other
// app down.
func TestOpen(t *testing.T) {
	dir := folder(t, map[string]string{
		"crm.yaml": named("crm"), "broken.yaml": named("broken") + "nonsense: 1\n", "mediawiki.yaml": named("mediawiki"), "Big Name.yaml": named("x"),
		"crm.vectors.yaml": "vectors: []", "notes.txt": "no app", ".hidden.yaml": "no app",
	})
	require.NoError(t, os.Symlink(filepath.Join(dir, "crm.yaml"), filepath.Join(dir, "link.yaml")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder.yaml"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "open.yaml"), []byte(named("open")), 0o600))
	require.NoError(t, os.Chmod(filepath.Join(dir, "open.yaml"), 0o666))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "large.yaml"), []byte(named("large")+strings.Repeat("#\n", catalogue.MaxFile)), 0o600))

	c, err := catalogue.Open(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{"broken", "crm", "folder", "large", "link", "open"}, c.Own())
	assert.Len(t, c.Names(), len(catalogue.Embedded().Names())+6)
	crm, err := c.Get("crm")
	require.NoError(t, err)
	assert.True(t, crm.Offered())
	offered, err := c.Offered()
	require.NoError(t, err)
	own, err := catalogue.Embedded().Offered()
	require.NoError(t, err)
	assert.Len(t, offered, len(own)+1)
	wiki, err := c.Get("mediawiki")
	require.NoError(t, err)
	shipped, err := catalogue.Embedded().Get("mediawiki")
	require.NoError(t, err)
	assert.Same(t, shipped, wiki, "an app of this build cannot be replaced")
	_, err = catalogue.Embedded().Get("crm")
	assert.Equal(t, session.CodeAppUnknown, session.CodeOf(err), "the embedded apps are as they were")

	var told []string
	for _, f := range c.Faults() {
		assert.Equal(t, session.CodeCatalogueInvalid, f.Code)
		told = append(told, f.Detail)
	}
	all := strings.Join(told, "\n")
	for _, want := range []string{"Big Name.yaml line 1: an app's file has a name", "mediawiki.yaml line 1: Sessionferry brings", `broken.yaml line 9: an app does not know the key "nonsense"`,
		"folder.yaml line 1: it is a link", "link.yaml line 1: it is a link", "open.yaml line 1: it can be written by others", "large.yaml line 1: "} {
		assert.Contains(t, all, want)
	}
	assert.Len(t, told, 7)
}

// A folder that is not there holds no apps; one that cannot be trusted is refused.
func TestOpenFolders(t *testing.T) {
	c, err := catalogue.Open(filepath.Join(t.TempDir(), "none"))
	require.NoError(t, err)
	assert.Equal(t, catalogue.Embedded().Names(), c.Names())
	assert.Empty(t, c.Faults())

	dir := folder(t, nil)
	for _, mode := range []fs.FileMode{0o777, 0o702} {
		require.NoError(t, os.Chmod(dir, mode))
		_, err = catalogue.Open(dir)
		assert.ErrorContains(t, err, "written by others", mode.String())
	}

	if os.Geteuid() == 0 {
		require.NoError(t, os.Chmod(dir, 0o770))
		require.NoError(t, os.Chown(dir, 0, 1))
		_, err = catalogue.Open(dir)
		assert.ErrorContains(t, err, "written by others", "by another group")
	}

	dir = folder(t, map[string]string{"a": ""})
	_, err = catalogue.Open(filepath.Join(dir, "a"))
	assert.Equal(t, session.CodeCatalogueInvalid, session.CodeOf(err))

	many := map[string]string{}
	for i := range catalogue.MaxFiles + 1 {
		many[fmt.Sprintf("app%d.yaml", i)] = ""
	}
	_, err = catalogue.Open(folder(t, many))
	assert.ErrorContains(t, err, "more than 256")
}

// A catalogue that is not given is the embedded one.
func TestNilIsEmbedded(t *testing.T) {
	var c *catalogue.Catalogue
	a, err := c.Get("x")
	require.NoError(t, err)
	b, err := catalogue.Embedded().Get("x")
	require.NoError(t, err)
	assert.Same(t, b, a)
	assert.Equal(t, catalogue.Embedded().Names(), c.Names())
	assert.Empty(t, c.Own())
}

// Lint tells of every line.
func TestLint(t *testing.T) {
	text := strings.Replace(named("crm"), "icon: {letters: P, color: '#1f4e9c'}", "icon: {letters: PPP, color: '#1f4e9c'}", 1) +
		"need: [{cookie: a, via: [json]}]\nrotating: ['/(/', 1]\nwrong: 1\n"
	var told []string
	for _, f := range catalogue.Lint("crm", []byte(text)) {
		told = append(told, f.Detail)
	}
	require.Len(t, told, 4)
	assert.Equal(t, "crm.yaml line 3: an icon has one or two letters", told[0])
	assert.Contains(t, told[1], "crm.yaml line 9: need picks items")
	assert.Contains(t, told[2], "crm.yaml line 10: not a regular expression")
	assert.Contains(t, told[3], `crm.yaml line 11: an app does not know the key "wrong"`)
	assert.Empty(t, catalogue.Lint("crm", []byte(named("crm"))))
	for weak, want := range map[string]string{
		"get: [/me], via: [json], kind: uid, signed_out: {status: [401]}":                                                "line 8: signed_out with a status alone is never believed",
		"get: [/me], bearer: {local: a}, from: bearer, via: [jwt], kind: uid, signed_out: {any: [[json, 'have:$.out']]}": "line 8: from: bearer without a type",
	} {
		file := []byte(instead("whoami", "whoami: {"+weak+"}"))
		_, err := catalogue.Parse("probe", file)
		require.NoError(t, err, "a file of version 0.1 is read")
		require.Len(t, catalogue.Lint("probe", file), 1)
		assert.Contains(t, catalogue.Lint("probe", file)[0].Detail, want)
	}
	require.Len(t, catalogue.Lint("x", []byte(named("x"))), 1, "the names of this build are taken")
	endless := named("crm") + strings.Repeat("a: 1\n", 500)
	assert.LessOrEqual(t, len(catalogue.Lint("crm", []byte(endless))), 100)
}

// What is not supported says why: no rule, never checked, or nobody to ask.
func TestNotSupported(t *testing.T) {
	list, err := catalogue.Embedded().NotSupported()
	require.NoError(t, err)
	why := map[string]string{}
	for i, u := range list {
		why[u.App] = u.Why
		assert.NotEmpty(t, u.Name)
		assert.NotEmpty(t, u.Why)
		if i > 0 {
			assert.Less(t, list[i-1].App, u.App)
		}
	}
	assert.Contains(t, why["zoom"], "no rule")
	assert.Contains(t, why["discord"], "never checked")
	assert.Contains(t, why["x"], "cannot be asked")
	offered, err := catalogue.Embedded().Offered()
	require.NoError(t, err)
	for _, a := range offered {
		assert.NotContains(t, why, a.App)
	}
	assert.Len(t, list, len(catalogue.Embedded().Names())-len(offered)+14)
}
