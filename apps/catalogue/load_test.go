package catalogue_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// base is a whole file; tests add a line, or put one in another's place.
const base = `app: probe
name: Probe
icon: {letters: P, color: '#1f4e9c'}
evidence: {grade: A, checked: 2026-09-01, source: a test}
domains: [probe.example]
signed_in: [[sid]]
complete: yes
whoami: {none: a test asks nobody}
`

func with(lines string) string { return base + lines + "\n" }

func instead(key, line string) string {
	lines := strings.Split(base, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, key+":") {
			lines[i] = line
		}
	}
	return strings.Join(lines, "\n")
}

func TestParse(t *testing.T) {
	a, err := catalogue.Parse("probe", []byte(strings.Replace(with(`need: [sid, {local: 'tok*'}, {cookie: '/^x(\d)$/', cookie_path: ^/a}]
active: [{cookie: uid, via: [urldecode, 're:^u=(\d+)$', 'field:,,1'], kind: uid}]
probe: {get: [/me], via: [json, 'path:$.login'], kind: username, signed_out: {status: [401], type: application/json, header: {x-app: 'crm*'}, any: [['re:^(null)$']]}}`), "whoami: {none: a test asks nobody}", "# asked by its probe", 1)))
	require.NoError(t, err)
	assert.Equal(t, catalogue.Selector{Store: catalogue.Cookie, Name: a.Rule.Need[0].Name, Line: 9}, a.Rule.Need[0])
	assert.Equal(t, "tok*", a.Rule.Need[1].Name.String())
	assert.Equal(t, []string{"x7", "7"}, a.Rule.Need[2].Name.Match("x7"))
	field := a.Rule.Active[0].Via[2]
	assert.Equal(t, ",", field.Text, "a separator may be a comma")
	assert.Equal(t, []int{1}, field.Fields)
	assert.Equal(t, []int{401}, a.Question().SignedOut.Status)
	assert.Equal(t, []string{"content-type", "www-authenticate", "x-app"}, a.Question().Headers())
	assert.True(t, a.Offered())
}

// Every mistake is refused with the line on which it stands.
func TestRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		file, want string
		line       int
	}{
		"not yaml":              {"app: [", "not YAML", 1},
		"empty":                 {"", "one document", 1},
		"two documents":         {base + "---\n" + base, "one document", 1},
		"a list":                {"- app", "a mapping", 1},
		"a key twice":           {with("complete: no"), "twice", 9},
		"unknown key":           {with("cookies: [a]"), `"cookies"`, 9},
		"unknown selector key":  {with("need: [{cookie: a, paht: /}]"), `"paht"`, 9},
		"anchor":                {with("need: &a [sid]"), "anchors", 9},
		"tag":                   {with("need: !!seq [sid]"), "tags", 9},
		"deep":                  {with("need: " + strings.Repeat("[", 20)), "nested", 9},
		"another app's name":    {instead("app", "app: other"), "file's name", 1},
		"no name":               {instead("name", ""), "needs a name", 1},
		"no icon":               {instead("icon", ""), "needs an icon", 1},
		"three letters":         {instead("icon", "icon: {letters: ABC, color: '#000000'}"), "one or two", 3},
		"pale colour":           {instead("icon", "icon: {letters: A, color: '#ffcc00'}"), "contrast", 3},
		"no colour":             {instead("icon", "icon: {letters: A, color: red}"), "hex digits", 3},
		"evidence C checked":    {instead("evidence", "evidence: {grade: C, checked: 2026-09-01, source: s}"), "never checked", 4},
		"no such day":           {instead("evidence", "evidence: {grade: A, checked: 2026-02-30, source: s}"), "a day", 4},
		"no such grade":         {instead("evidence", "evidence: {grade: D, checked: never, source: s}"), "grade", 4},
		"no source":             {instead("evidence", "evidence: {grade: A, checked: never}"), "source", 4},
		"star among domains":    {instead("domains", "domains: ['*', a.example]"), "stands alone", 5},
		"url as domain":         {instead("domains", "domains: ['https://a.example']"), "domain", 5},
		"empty alternative":     {instead("signed_in", "signed_in: [[]]"), "no member", 6},
		"no signed_in":          {instead("signed_in", ""), "needs signed_in", 1},
		"a rule of lists only":  {strings.Replace(strings.Replace(base, "complete: yes\n", "", 1), "signed_in: [[sid]]", "rotating: [a]", 1), "needs signed_in", 1},
		"no complete":           {instead("complete", ""), "needs complete", 1},
		"asked by nothing":      {instead("whoami", ""), "none: why", 1},
		"asked and not":         {with("probe: {get: [/me], via: [json], kind: username, signed_out: {status: [401]}}"), "exclude", 1},
		"why is no text":        {instead("whoami", "whoami: {none: 1}"), "a text", 8},
		"a removed op":          {with("active: [{cookie: a, via: [keys], kind: uid}]"), "unknown op", 9},
		"complete: perhaps":     {instead("complete", "complete: perhaps"), "assumed", 7},
		"complete: true":        {instead("complete", "complete: true"), "a text", 7},
		"bad regexp":            {with("need: ['/(/']"), "regular expression", 9},
		"backreference":         {with(`need: ['/(a)\1/']`), "RE2", 9},
		"two stores":            {with("need: [{cookie: a, local: b}]"), "one store", 9},
		"no store":              {with("need: [{cookie_path: /a}]"), "names a store", 9},
		"a group that is not":   {with("rotating: [{cookie: '/a(b)/', scope: 2}]"), "1 groups", 9},
		"scope tenant":          {with("rotating: [{cookie: a, scope: tenant}]"), "scope is", 9},
		"path of storage":       {with("rotating: [{local: a, cookie_path: /u/}]"), "only cookies", 9},
		"take and chunk":        {with("active: [{cookie: '/(a)(b)/', take: 1, chunk: 2, kind: uid}]"), "exclude", 9},
		"no kind":               {with("roster: [{cookie: a, via: [json]}]"), "kind", 9},
		"kind where none":       {with("rotating: [{cookie: a, kind: uid}]"), "no identity", 9},
		"kind in capitals":      {with("active: [{cookie: a, kind: UID}]"), "a word", 9},
		"via in need":           {with("need: [{cookie: a, via: [json]}]"), "only", 9},
		"unknown op":            {with("active: [{cookie: a, via: [eval], kind: uid}]"), "unknown op", 9},
		"op with an argument":   {with("active: [{cookie: a, via: ['json:x'], kind: uid}]"), "takes nothing", 9},
		"re without group":      {with(`active: [{cookie: a, via: ['re:^\d+$'], kind: uid}]`), "group", 9},
		"path without $":        {with("active: [{cookie: a, via: ['path:a.b'], kind: uid}]"), "begins with $", 9},
		"path that is none":     {with("active: [{cookie: a, via: ['path:$..b'], kind: uid}]"), "not a path", 9},
		"field without number":  {with("active: [{cookie: a, via: ['field:|'], kind: uid}]"), "field number", 9},
		"field far away":        {with("active: [{cookie: a, via: ['field:|,100'], kind: uid}]"), "0 to 99", 9},
		"keep an object":        {with("active: [{cookie: a, via: ['keep:$.a={}'], kind: uid}]"), "scalar", 9},
		"keep nothing":          {with("active: [{cookie: a, via: ['keep:$.a'], kind: uid}]"), "after =", 9},
		"split by nothing":      {with("active: [{cookie: a, via: ['split:'], kind: uid}]"), "needs a text", 9},
		"no ops":                {with("active: [{cookie: a, via: [], kind: uid}]"), "ops", 9},
		"secret as identity":    {with("active: [{cookie: sid, via: [urldecode], kind: uid}]"), "from a credential", 9},
		"unanchored secret":     {with(`active: [{cookie: sid, via: ['re:(\w+)'], kind: uid}]`), "from a credential", 9},
		"number as name":        {with("need: [42]"), "mapping", 9},
		"list that is none":     {with("need: sid"), "a list", 9},
		"whoami of a host":      {instead("whoami", "whoami: {get: ['//evil.example/'], via: [json], kind: username, signed_out: {status: [401]}}"), "host", 8},
		"whoami as url":         {instead("whoami", "whoami: {get: ['https://a.example/'], via: [json], kind: username, signed_out: {status: [401]}}"), "host", 8},
		"whoami always in":      {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {}}"), "signed out", 8},
		"whoami of nothing":     {instead("whoami", "whoami: {get: [/me], kind: username, signed_out: {status: [401]}}"), "via and kind", 8},
		"whoami with no status": {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [42]}}"), "200 to 499", 8},
		"a gateway's status":    {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [401, 407], type: a/b}}"), "407 is never", 8},
		"a limit's status":      {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [429], type: a/b}}"), "429 is never", 8},
		"a redirect's status":   {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [302], type: a/b}}"), "302 is never", 8},
		"a type alone":          {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {type: a/b}}"), "signed out", 8},
		"a type that is none":   {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [401], type: JSON}}"), "a media type", 8},
		"a header in capitals":  {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [401], header: {X-App: a}}}"), "lower case", 8},
		"a header of cookies":   {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [401], header: {set-cookie: a}}}"), "set-cookie", 8},
		"a header of nothing":   {instead("whoami", "whoami: {get: [/me], via: [json], kind: username, signed_out: {status: [401], header: {x-app: ''}}}"), "a text", 8},
		"probe of a host":       {with("probe: {get: ['//evil.example/'], via: [json], kind: username, signed_out: {status: [401]}}"), "host", 9},
		"bearer of a cookie":    {instead("whoami", "whoami: {get: [/me], bearer: {cookie: a}, via: [json], kind: username, signed_out: {status: [401]}}"), "cookie", 8},
		"two bearers":           {instead("whoami", "whoami: {get: [/me], bearer: {local: a, session: b}, via: [json], kind: username, signed_out: {status: [401]}}"), "session", 8},
		"from a body":           {instead("whoami", "whoami: {get: [/me], bearer: {local: a}, from: body, via: [json], kind: username, signed_out: {status: [401]}}"), "from", 8},
		"from no bearer":        {instead("whoami", "whoami: {get: [/me], from: bearer, via: [json], kind: username, signed_out: {status: [401]}}"), "with a bearer", 8},
		"probe from a bearer":   {with("probe: {get: [/me], bearer: {local: a}, from: bearer, via: [json], kind: username, signed_out: {status: [401]}}"), "with a bearer", 9},
		"bearer of nothing":     {instead("whoami", "whoami: {get: [/me], bearer: {}, via: [json], kind: username, signed_out: {status: [401]}}"), "one item", 8},
		"card of sessions":      {with("card: session"), "session", 1},
		"null":                  {with("need:"), "a list", 9},
		"later line":            {with("need:\n  - sid\n  - {cookie: a,\n     bad: b}"), `"bad"`, 12},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalogue.Parse("probe", []byte(tc.file))
			require.Error(t, err)
			e := session.AsError(err)
			assert.Equal(t, session.CodeCatalogueInvalid, e.Code)
			assert.Contains(t, e.Detail, tc.want)
			assert.Regexp(t, `^probe\.yaml line `+strconv.Itoa(tc.line)+`: `, e.Detail)
		})
	}
}

func TestFileIsCapped(t *testing.T) {
	big := base + "# " + strings.Repeat("x", catalogue.MaxFile) + "\n"
	_, err := catalogue.Parse("probe", []byte(big))
	assert.Contains(t, session.AsError(err).Detail, "at most 65536")
	_, err = catalogue.Parse("probe", []byte("app: \xff"))
	assert.Contains(t, session.AsError(err).Detail, "UTF-8")
}

// A rule that nobody checked, or long ago, proves less.
func TestEvidenceAges(t *testing.T) {
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	e := catalogue.Evidence{Checked: day}
	assert.Equal(t, catalogue.CompleteYes, e.Weigh(catalogue.CompleteYes, day.Add(catalogue.MaxAge)))
	late := day.Add(catalogue.MaxAge + time.Second)
	assert.Equal(t, catalogue.CompleteAssumed, e.Weigh(catalogue.CompleteYes, late))
	assert.Equal(t, catalogue.CompleteAssumed, e.Weigh(catalogue.CompleteAssumed, late))
	assert.Equal(t, catalogue.CompleteNo, e.Weigh(catalogue.CompleteNo, late))
	assert.Equal(t, catalogue.CompleteNo, catalogue.Evidence{}.Weigh(catalogue.CompleteYes, day))
}

func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"sid", "sid", true}, {"sid", "sid2", false}, {"sid", "SID", false},
		{"a.b", "axb", false}, {"guest_id*", "guest_id", true}, {"guest_id*", "guest_id_ads", true},
		{"*.x", "a.x", true}, {"*.x", "axx", false}, {"/^a$/", "a", true}, {"/b/", "abc", true},
	} {
		p, err := catalogue.ParsePattern(tc.pattern)
		require.NoError(t, err)
		assert.Equal(t, tc.want, p.Match(tc.name) != nil, "%s on %s", tc.pattern, tc.name)
	}
}

// FuzzLoad: no text makes the loader panic or hang, and every refusal names a
// line.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(base))
	f.Add([]byte(with("need: [{cookie: '/^x(\\d)$/', scope: 1}]")))
	f.Add([]byte(with("active: [{cookie: a, via: ['field:|,0', lower], kind: uid}]")))
	f.Add([]byte("a: [[[[[[[[[[[[[["))
	f.Add([]byte("? a\n: - b\n  - &x c\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := catalogue.Parse("probe", data)
		if err == nil {
			require.Equal(t, "probe", a.App)
			require.True(t, a.Question() != nil || a.Unasked != "")
			return
		}
		require.Nil(t, a)
		require.Equal(t, session.CodeCatalogueInvalid, session.CodeOf(err))
		require.Contains(t, session.AsError(err).Detail, "probe.yaml line ")
	})
}
