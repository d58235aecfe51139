package apps

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Bounds of one decoded value. Beyond them a part reads as null, so that a
// small text with shared references cannot unfold into a large tree.
const (
	maxDevalueDepth = 64
	maxDevalueNodes = 20_000
)

// devalueText turns devalue text into what rules read: a text as it is, and
// anything else as plain JSON. Dates become ISO texts, big integers their
// digits; undefined, holes, NaN, infinities and every type that JSON cannot
// carry become null, as does text that is not devalue's.
//
// The form is a JSON array in which the first element is the root, the members
// of objects and arrays are indices of other elements, negative indices stand
// for values that JSON lacks, and an array that begins with a text is a typed
// value. A value that is one of the negative indices is written alone.
func devalueText(source string) string {
	var flat []json.RawMessage
	if json.Unmarshal([]byte(source), &flat) != nil || len(flat) == 0 {
		return "null"
	}
	d := devalue{flat: flat, left: maxDevalueNodes}
	root := d.value(0, 0)
	if s, ok := root.(string); ok {
		return s
	}
	out, err := json.Marshal(root)
	if err != nil {
		return "null"
	}
	return string(out)
}

type devalue struct {
	flat []json.RawMessage
	left int // nodes that may still be made
}

func (d *devalue) value(at, depth int) any {
	d.left--
	if at < 0 || at >= len(d.flat) || depth > maxDevalueDepth || d.left < 0 {
		return nil
	}
	raw := d.flat[at]
	switch raw[0] {
	case '{':
		var members map[string]int
		if json.Unmarshal(raw, &members) != nil {
			return nil
		}
		out := make(map[string]any, min(len(members), d.left+1))
		for k, i := range members {
			if d.left < 0 {
				break
			}
			out[k] = d.value(i, depth+1)
		}
		return out
	case '[':
		var members []json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return nil
		}
		if len(members) > 0 && members[0][0] == '"' {
			return d.typed(members, depth)
		}
		out := make([]any, 0, min(len(members), d.left+1))
		for _, m := range members {
			if d.left < 0 {
				break
			}
			out = append(out, d.value(index(m), depth+1))
		}
		return out
	}
	var v any
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return nil
	}
	return v
}

// typed reads ["Type", …].
func (d *devalue) typed(members []json.RawMessage, depth int) any {
	var kind string
	if json.Unmarshal(members[0], &kind) != nil {
		return nil
	}
	switch kind {
	case "Date", "BigInt":
		var s string
		if len(members) == 2 && json.Unmarshal(members[1], &s) == nil && s != "" {
			return s
		}
	case "Object":
		if len(members) == 2 {
			return d.value(index(members[1]), depth+1)
		}
	case "null": // an object without a prototype: ["null", key, index, …]
		out := map[string]any{}
		for i := 1; i+1 < len(members) && d.left >= 0; i += 2 {
			var key string
			if json.Unmarshal(members[i], &key) == nil {
				out[key] = d.value(index(members[i+1]), depth+1)
			}
		}
		return out
	}
	return nil
}

// index reads a reference; what is not one points nowhere.
func index(raw json.RawMessage) int {
	i, err := strconv.Atoi(string(raw))
	if err != nil {
		return -1
	}
	return i
}
