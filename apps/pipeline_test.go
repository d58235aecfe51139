package apps

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
)

func ops(t testing.TB, sources ...string) []catalogue.Op {
	var out []catalogue.Op
	for _, s := range sources {
		op, err := catalogue.ParseOp(s)
		require.NoError(t, err)
		out = append(out, op)
	}
	return out
}

func token(claims string) string {
	e := base64.RawURLEncoding.EncodeToString
	return e([]byte(`{"alg":"none"}`)) + "." + e([]byte(claims)) + ".c3ludGhldGlj"
}

// Each op on what it is for, and on what it cannot read: that is no value, and
// never an error.
func TestOps(t *testing.T) {
	num := func(s string) any { return json.Number(s) }
	for _, tc := range []struct {
		value string
		via   []string
		want  []any
	}{
		{"u%3D1", []string{"urldecode"}, []any{"u=1"}},
		{"100%", []string{"urldecode"}, []any{"100%"}},
		{"%zz%4", []string{"urldecode"}, []any{"%zz%4"}},
		{"a+b", []string{"urldecode"}, []any{"a+b"}},
		{"%ff", []string{"urldecode"}, []any{"\uFFFD"}},
		{`"a"`, []string{"unquote"}, []any{"a"}},
		{`"`, []string{"unquote"}, []any{`"`}},
		{`"a`, []string{"unquote"}, []any{`"a`}},
		{`a\054b\303\251\9`, []string{"octal"}, []any{`a,bé\9`}},
		{`\777\05`, []string{"octal"}, []any{`\777\05`}},
		{"aGk_", []string{"b64"}, []any{"hi?"}},
		{"aGk/", []string{"b64"}, []any{"hi?"}},
		{"aGk=", []string{"b64"}, []any{"hi"}},
		{"a", []string{"b64"}, nil},
		{"/w==", []string{"b64"}, nil}, // not UTF-8
		{"base64-x", []string{"strip:base64-"}, []any{"x"}},
		{"x", []string{"strip:base64-"}, []any{"x"}},
		{`{"a":1}`, []string{"json", "path:$.a"}, []any{num("1")}},
		{`{"a":1}`, []string{"json", "json", "path:$.a"}, []any{num("1")}},
		{`{"a":1} x`, []string{"json"}, nil},
		{`{"a":1}{}`, []string{"json"}, nil},
		{`{`, []string{"json"}, nil},
		{"null", []string{"json"}, nil},
		{token(`{"sub":"a1"}`), []string{"jwt", "path:$.sub"}, []any{"a1"}},
		{token(`"a1"`), []string{"jwt"}, nil},
		{"a.b", []string{"jwt"}, nil},
		{"a.b.c.d.e", []string{"jwt"}, nil}, // encrypted tokens tell nothing
		{`{"a":[{"b":1},{"b":2},{"c":3}]}`, []string{"json", "path:$.a.*.b"}, []any{num("1"), num("2")}},
		{`{"a":["x","y"]}`, []string{"json", "path:$.a[1]"}, []any{"y"}},
		{`{"a":["x","y"]}`, []string{"json", "path:$.a[*]"}, []any{"x", "y"}},
		{`{"a":["x"]}`, []string{"json", "path:$.a[7]"}, nil},
		{`{"a":null}`, []string{"json", "path:$.a"}, nil},
		{"x", []string{"path:$.a"}, nil},
		{"x", []string{"path:$"}, []any{"x"}},
		{"1:a|2:b", []string{"split:|", `re:^(\d+):`}, []any{"1", "2"}},
		{"", []string{"split:|"}, []any{""}},
		{"a|b|c", []string{"field:|,1"}, []any{"b"}},
		{"a|b|c", []string{"field:|,3"}, nil},
		{"a,b", []string{"field:,,1"}, []any{"b"}},
		{"t|100|20|x", []string{"addfields:|,1,2"}, []any{num("120")}},
		{"t|100", []string{"addfields:|,1,2"}, nil},
		{"t|a|b", []string{"addfields:|,1,2"}, nil},
		{"t|9000000000000000000|9000000000000000000", []string{"addfields:|,1,2"}, nil},
		{"u=12", []string{`re:^u=(\d+)$`}, []any{"12"}},
		{"u=", []string{`re:^u=(\d+)$`}, nil},
		{"b", []string{"re:(a)|b"}, nil}, // the group took no part
		{`{"k":true}`, []string{"json", "keep:$.k=true", "have:$.k"}, []any{map[string]any{"k": true}}},
		{`{"k":true}`, []string{"json", "drop:$.k=true"}, nil},
		{`{"k":"true"}`, []string{"json", "drop:$.k=true", "path:$.k"}, []any{"true"}},
		{`{"k":"a"}`, []string{"json", `keep:$.k="a"`, "path:$.k"}, []any{"a"}},
		{`{}`, []string{"json", "drop:$.k=0"}, []any{map[string]any{}}},
		{`{"k":0}`, []string{"json", "drop:$.k=0"}, nil},
		{`{"k":""}`, []string{"json", "have:$.k"}, nil},
		{`{"k":0}`, []string{"json", "have:$.k"}, nil},
		{`{"k":false}`, []string{"json", "have:$.k"}, nil},
		{`{"k":[]}`, []string{"json", "have:$.k"}, nil},
		{`{"k":{}}`, []string{"json", "have:$.k"}, nil},
		{"AbC", []string{"lower"}, []any{"abc"}},
		{`{"a":1}`, []string{"json", "lower"}, nil},
		{`{"a":1}`, []string{"json", "split:a"}, nil},
	} {
		got, whole := run(tc.value, ops(t, tc.via...))
		assert.Equal(t, tc.want, got, "%s of %q", tc.via, tc.value)
		assert.True(t, whole)
	}
}

func TestPipelineIsBounded(t *testing.T) {
	got, whole := run(strings.Repeat("a|", 1<<20), ops(t, "split:|", "split:b"))
	assert.Len(t, got, maxValues)
	assert.False(t, whole, "a cut list must not count as read")
	got, whole = run(strings.Repeat("[", 1<<20), ops(t, "json"))
	assert.Empty(t, got)
	assert.True(t, whole)
}

func TestLooksLikeIdentity(t *testing.T) {
	for _, s := range []string{"1", "Bob", "bob@example.test", "did:plc:x", "Ålesund bot", "00000000-0000-0000-0000-0000000000a1", "a.b.c"} {
		assert.True(t, looksLikeIdentity(s), s)
	}
	for _, s := range []string{"", " a", "a\nb", "a\x00", "\xff", strings.Repeat("a", 129), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.c2ln"} {
		assert.False(t, looksLikeIdentity(s), s)
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"Bob": "B•b", "": "", "a": "•", "ab": "a•", "Åsa": "Å•a", "100000000000001": "1•1",
		"bob@example.test": "b•b@e•t", "@x": "@•", "a\x07b\x07": "a•?", "\xff\xffab": "?•b",
	} {
		assert.Equal(t, want, Mask(in), in)
	}
}

func TestPrintableNames(t *testing.T) {
	assert.Equal(t, "a?b", printable("a\nb"))
	assert.Equal(t, "user:•@•", printable("user:bob@example.test"))
	assert.Equal(t, "wordpress_logged_in_•", printable("wordpress_logged_in_0123456789abcdef0123456789abcdef"))
	assert.Equal(t, "__Secure-1PSIDTS", printable("__Secure-1PSIDTS"))
	assert.Equal(t, "@@auth0spajs@@::c::@@user@@", printable("@@auth0spajs@@::c::@@user@@"))
	assert.Len(t, []rune(printable(strings.Repeat("é", 500))), maxMarker+1)
}
