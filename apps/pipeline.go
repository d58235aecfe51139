package apps

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"sessionferry/apps/catalogue"
)

// maxValues bounds a pipeline's list. No app keeps as many accounts in one
// browser; a longer list is cut and counts as not read whole.
const maxValues = 1000

// run applies the ops to one value. whole is false if something was cut.
// Values are those of JSON with json.Number for numbers; null is no value.
func run(value string, ops []catalogue.Op) (out []any, whole bool) {
	out, whole = []any{value}, true
	for i := range ops {
		var next []any
		for _, v := range out {
			for _, r := range apply(&ops[i], v) {
				if r == nil {
					continue
				}
				if len(next) == maxValues {
					whole = false
					break
				}
				next = append(next, r)
			}
		}
		out = next
	}
	return out, whole
}

// apply is one op on one value. What the op cannot read yields nothing.
func apply(op *catalogue.Op, v any) []any {
	switch op.Name {
	case catalogue.OpPath:
		return walk(v, op.Path)
	case catalogue.OpKeep, catalogue.OpDrop:
		if slices.ContainsFunc(walk(v, op.Path), func(x any) bool { return scalarJSON(x) == op.Want }) == (op.Name == catalogue.OpKeep) {
			return []any{v}
		}
		return nil
	case catalogue.OpHave:
		if slices.ContainsFunc(walk(v, op.Path), truthy) {
			return []any{v}
		}
		return nil
	}
	s, isText := v.(string)
	if !isText {
		if op.Name == catalogue.OpJSON {
			return []any{v}
		}
		return nil
	}
	return applyText(op, s)
}

func applyText(op *catalogue.Op, s string) []any {
	switch op.Name {
	case catalogue.OpURLDecode:
		return []any{percentDecode(s)}
	case catalogue.OpUnquote:
		if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
			s = s[1 : len(s)-1]
		}
		return []any{s}
	case catalogue.OpOctal:
		return []any{octalDecode(s)}
	case catalogue.OpB64:
		if d, ok := base64Decode(s); ok {
			return []any{d}
		}
	case catalogue.OpStrip:
		return []any{strings.TrimPrefix(s, op.Text)}
	case catalogue.OpJSON:
		if v, ok := parseJSON(s); ok {
			return []any{v}
		}
	case catalogue.OpJWT:
		if claims := jwtClaims(s); claims != nil {
			return []any{claims}
		}
	case catalogue.OpSplit:
		return texts(strings.SplitN(s, op.Text, maxValues+2))
	case catalogue.OpField:
		if f, ok := field(s, op.Text, op.Fields[0]); ok {
			return []any{f}
		}
	case catalogue.OpAddFields:
		return addFields(s, op)
	case catalogue.OpRe:
		if at := op.Re.FindStringSubmatchIndex(s); at != nil && at[2] >= 0 {
			return []any{s[at[2]:at[3]]}
		}
	case catalogue.OpLower:
		return []any{strings.ToLower(s)}
	}
	return nil
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// walk follows a path. Children of an object come in the order of their keys.
func walk(v any, path []catalogue.Step) []any {
	at := []any{v}
	for _, step := range path {
		var next []any
		for _, o := range at {
			switch o := o.(type) {
			case map[string]any:
				if step.Every {
					for _, k := range slices.Sorted(maps.Keys(o)) {
						next = append(next, o[k])
					}
				} else if c, ok := o[step.Key]; ok {
					next = append(next, c)
				}
			case []any:
				if step.Every {
					next = append(next, o...)
				} else if i, err := strconv.Atoi(step.Key); err == nil && i >= 0 && i < len(o) {
					next = append(next, o[i])
				}
			}
		}
		at = next
	}
	return at
}

func scalarJSON(v any) string {
	switch v.(type) {
	case string, json.Number, bool, nil:
		b, err := json.Marshal(v)
		if err == nil {
			return string(b)
		}
	}
	return ""
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case json.Number:
		f, err := v.Float64()
		return err != nil || f != 0
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

func parseJSON(s string) (any, bool) {
	dec := json.NewDecoder(strings.NewReader(s))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil || dec.More() {
		return nil, false
	}
	if _, err := dec.Token(); err == nil {
		return nil, false
	}
	return v, true
}

// jwtClaims returns the payload of a three-part token whose header and payload
// are JSON objects, or nil. Five-part (encrypted) tokens tell nothing.
func jwtClaims(s string) map[string]any {
	parts := strings.SplitN(s, ".", 4)
	if len(parts) != 3 {
		return nil
	}
	var both [2]map[string]any
	for i := range both {
		text, ok := base64Decode(parts[i])
		if !ok {
			return nil
		}
		v, _ := parseJSON(text)
		if both[i], ok = v.(map[string]any); !ok {
			return nil
		}
	}
	return both[1]
}

func base64Decode(s string) (string, bool) {
	s = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(s), "=")
	b, err := base64.RawStdEncoding.DecodeString(s)
	return string(b), err == nil && utf8.Valid(b)
}

// percentDecode decodes percent escapes; wrong ones stay as they are, and "+"
// is no space. Bytes that are not UTF-8 become U+FFFD.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b, i = append(b, byte(n)), i+2
				continue
			}
		}
		b = append(b, s[i])
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// octalDecode decodes the \ooo escapes of quoted cookie values, byte by byte.
func octalDecode(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b, i = append(b, byte(n)), i+3
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

func field(s, sep string, at int) (string, bool) {
	parts := strings.SplitN(s, sep, at+2)
	if at >= len(parts) {
		return "", false
	}
	return parts[at], true
}

// addFields adds up fields that hold seconds; far larger numbers are no time.
func addFields(s string, op *catalogue.Op) []any {
	const most = 1 << 50
	var sum int64
	for _, at := range op.Fields {
		f, ok := field(s, op.Text, at)
		n, err := strconv.ParseInt(strings.TrimSpace(f), 10, 64)
		if !ok || err != nil || n < -most || n > most {
			return nil
		}
		sum += n
	}
	return []any{json.Number(strconv.FormatInt(sum, 10))}
}
