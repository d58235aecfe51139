package catalogue_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// A file that means harm is refused with the line, before it has cost much.
func TestHostileFiles(t *testing.T) {
	bomb := "need: &a [x]\nleave: [*a, *a]"
	for name, tc := range map[string]struct{ file, want string }{
		"huge counts":            {with(`need: ['/a{1000}{1000}/']`), "line 9: not a regular expression"},
		"counts of counts":       {with(`need: ['/(?:(?:a{10}){10}){10}/']`), "line 9: the counts"},
		"a wide count":           {with(`need: ['/\pL{900}/']`), "line 9: the counts"},
		"many counts":            {with("need:\n" + strings.Repeat("  - '/a{200}b{200}c{50}/'\n", 64)), "too large together"},
		"a long expression":      {with("need: ['/" + strings.Repeat("a", 600) + "/']"), "line 9: a regular expression of more than 512"},
		"looking behind":         {with(`need: ['/(?<=a)b/']`), "line 9: not a regular expression"},
		"a bomb of aliases":      {with(bomb), "line 9: anchors"},
		"merge keys":             {with("need: [{<<: {cookie: a}}]"), "line 9: anchors"},
		"an alias to itself":     {with("need: &a [*a]"), "line 9: anchors"},
		"a deep list":            {with("need: " + strings.Repeat("[", 5000)), "line 9: nested too deeply"},
		"a deep list by dashes":  {with("need:\n  " + strings.Repeat("- ", 5000) + "a"), "line 10: nested too deeply"},
		"a deep list by indents": {with("need:\n" + deeply(60)), "nested too deeply"},
		"many members":           {with("need: [" + strings.Repeat("a, ", 5000) + "a]"), "line 9: need has more than 64"},
		"many alternatives":      {instead("signed_in", "signed_in: ["+strings.Repeat("[a], ", 5000)+"[a]]"), "line 1: signed_in has at most 64"},
		"many ops":               {with("active: [{cookie: a, kind: uid, via: [" + strings.Repeat("json, ", 500) + "json]}]"), "line 9: a pipeline has 1 to 16"},
		"a long path":            {with("active: [{cookie: a, kind: uid, via: ['path:$" + strings.Repeat(".*", 500) + "']}]"), "line 9: not a path"},
		"many domains":           {instead("domains", "domains: ["+strings.Repeat("a.example, ", 500)+"b.example]"), "line 1: an app needs 1 to 32 domains"},
		"a long answer path":     {instead("whoami", "whoami: {get: ['/"+strings.Repeat("a", 5000)+"'], via: [json], kind: uid, signed_out: {status: [401]}}"), "line 8: whoami gets 1 to 4 paths"},
		"other scripts":          {with("need: [{cookie: a, \u202elacol: b}]"), "line 9: a selector does not know the key"},
		"a nul":                  {with("need: ['a\x00b'] x"), "line 9: not YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			assert.Less(t, allocated(func() { _, err = catalogue.Parse("probe", []byte(tc.file)) }), uint64(64<<20))
			require.Error(t, err)
			assert.Equal(t, session.CodeCatalogueInvalid, session.CodeOf(err))
			assert.Contains(t, session.AsError(err).Detail, tc.want)
		})
	}
}

func deeply(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", 2+i) + "-\n")
	}
	return b.String()
}

// allocated returns how many bytes f allocates in all, which bounds its work, too.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// An expression that hangs other engines ends here: matching is linear.
func TestCatastrophicExpression(t *testing.T) {
	a, err := catalogue.Parse("probe", []byte(with(`need: ['/^(a+)+$/', '/^(a|aa)+$/', '/^(.*a){20}$/']`)))
	require.NoError(t, err)
	for _, s := range a.Rule.Need {
		s.Name.Match(strings.Repeat("a", 50_000) + "b")
	}
}
