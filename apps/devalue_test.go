package apps

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDevalue(t *testing.T) {
	for source, want := range map[string]string{
		`["abc"]`:                           "abc", // a text is read as it is
		`[{"uid":1,"anon":2},"u1",false]`:   `{"anon":false,"uid":"u1"}`,
		`[[1,2],1,"x"]`:                     `[1,"x"]`,
		`[12345678901234567890]`:            `12345678901234567890`,
		`[true]`:                            `true`,
		`[null]`:                            `null`,
		`-1`:                                `null`, // undefined
		`-3`:                                `null`, // NaN
		`[{"a":-1,"b":1},2]`:                `{"a":null,"b":2}`,
		`[[-2,1],"x"]`:                      `[null,"x"]`,
		`[["Date","2026-11-24T00:00:00Z"]]`: `2026-11-24T00:00:00Z`,
		`[["Date",""]]`:                     `null`,
		`[["BigInt","90071992547409910"]]`:  `90071992547409910`,
		`[["Object",1],"boxed"]`:            `boxed`,
		`[["null","k",1],"v"]`:              `{"k":"v"}`,
		`[["Map",1,2],"k","v"]`:             `null`,
		`[["Set",1],"k"]`:                   `null`,
		`[["Uint8Array","AAEC"]]`:           `null`,
		`[["RegExp","a","g"]]`:              `null`,
		`[[["x"]]]`:                         `[null]`, // a member that is no index
		`[{"a":9}]`:                         `{"a":null}`,
		`[{"a":"1"}]`:                       `null`,
		``:                                  `null`,
		`[]`:                                `null`,
		`{}`:                                `null`,
		`["a"`:                              `null`,
	} {
		assert.Equal(t, want, devalueText(source), source)
	}
}

// A cycle, and references that would unfold without end, stay small.
func TestDevalueIsBounded(t *testing.T) {
	assert.Less(t, len(devalueText(`[{"self":0}]`)), 2000)
	var b strings.Builder
	b.WriteString("[")
	for i := range 40 {
		b.WriteString(`[` + strings.TrimSuffix(strings.Repeat(jsonInt(i+1)+",", 10), ",") + `],`)
	}
	b.WriteString(`"x"]`)
	assert.Less(t, len(devalueText(b.String())), 1<<20)
	long := `[[` + strings.TrimSuffix(strings.Repeat("1,", 10_000), ",") + `],"` + strings.Repeat("x", 1<<20) + `"]`
	assert.Less(t, len(devalueText(long)), 4<<20)
	const members = 1 << 19
	wide := `[[` + strings.TrimSuffix(strings.Repeat("0,", members), ",") + `]]`
	assert.Less(t, testing.AllocsPerRun(1, func() { devalueText(wide) }), 2.0*members, "each element is parsed once")
}

func jsonInt(i int) string { b, _ := json.Marshal(i); return string(b) }

// FuzzDevalue: any text gives a text or JSON, in bounds.
func FuzzDevalue(f *testing.F) {
	for _, s := range []string{`[{"uid":1},"u1"]`, `[["Date","2026"]]`, `[["null","k",1],-1]`, `-4`, `[{"self":0}]`, `[[1,1],[0]]`, `[["Object",1],7]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := devalueText(s)
		require.Less(t, len(out), 8*(maxDevalueBytes+len(s)+maxDevalueNodes*32))
		if utf8.ValidString(s) && strings.HasPrefix(out, "{") && !strings.Contains(s, `"{`) && !strings.Contains(s, `\`) {
			require.True(t, json.Valid([]byte(out)))
		}
	})
}
