package apps

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// Bounds of one decoded value. Beyond them a part reads as null, so that a
// small text with shared references cannot unfold into a large tree.
const (
	maxDevalueDepth = 64
	maxDevalueNodes = 20_000
	maxDevalueBytes = 1 << 20 // of texts and keys that stand more often than in the source
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
	d := devalue{flat: flat, parsed: make([]any, len(flat)), nodes: maxDevalueNodes, bytes: maxDevalueBytes + len(source)}
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
	flat   []json.RawMessage
	parsed []any // by index, as element made it; each is parsed once, however often it is referred to
	nodes  int   // that may still be made
	bytes  int   // of texts and keys that may still be made
}

// members are the references of an object (with keys) or an array.
type members struct {
	keys []string
	at   []int
}

// absent stands for a value that JSON cannot carry.
type absent struct{}

// value unfolds the element at an index.
func (d *devalue) value(at, depth int) any {
	if !d.spend(1, 0) || at < 0 || at >= len(d.flat) || depth > maxDevalueDepth {
		return nil
	}
	if d.parsed[at] == nil {
		d.parsed[at] = element(d.flat[at])
	}
	switch v := d.parsed[at].(type) {
	case absent:
		return nil
	case boxed:
		return d.value(int(v), depth+1)
	case string:
		if !d.spend(0, len(v)) {
			return nil
		}
		return v
	case members:
		return d.collection(v, depth)
	default:
		return v
	}
}

func (d *devalue) collection(m members, depth int) any {
	if m.keys == nil {
		out := []any{}
		for _, i := range m.at {
			if d.nodes <= 0 {
				break
			}
			out = append(out, d.value(i, depth+1))
		}
		return out
	}
	out := map[string]any{}
	for n, i := range m.at {
		if d.nodes <= 0 || !d.spend(0, len(m.keys[n])) {
			break
		}
		out[m.keys[n]] = d.value(i, depth+1)
	}
	return out
}

func (d *devalue) spend(nodes, bytes int) bool {
	d.nodes, d.bytes = d.nodes-nodes, d.bytes-bytes
	return d.nodes >= 0 && d.bytes >= 0
}

// boxed is the index of a boxed primitive's value.
type boxed int

// element parses one element: a scalar, members, boxed or absent.
func element(raw json.RawMessage) any {
	switch raw[0] {
	case '{':
		var of map[string]int
		if json.Unmarshal(raw, &of) != nil {
			return absent{}
		}
		m := members{keys: slices.Sorted(maps.Keys(of)), at: make([]int, len(of))}
		for n, k := range m.keys {
			m.at[n] = of[k]
		}
		if m.keys == nil {
			m.keys = []string{}
		}
		return m
	case '[':
		var of []json.RawMessage
		if json.Unmarshal(raw, &of) != nil {
			return absent{}
		}
		if len(of) > 0 && of[0][0] == '"' {
			return typed(of)
		}
		m := members{at: make([]int, len(of))}
		for n, r := range of {
			m.at[n] = index(r)
		}
		return m
	}
	if v, ok := parseJSON(string(raw)); ok && v != nil {
		return v
	}
	return absent{}
}

// typed reads ["Type", …].
func typed(of []json.RawMessage) any {
	switch text(of[0]) {
	case "Date", "BigInt":
		if len(of) == 2 && text(of[1]) != "" {
			return text(of[1])
		}
	case "Object":
		if len(of) == 2 {
			return boxed(index(of[1]))
		}
	case "null": // an object without a prototype: ["null", key, index, …]
		m := members{keys: []string{}}
		for i := 1; i+1 < len(of); i += 2 {
			m.keys, m.at = append(m.keys, text(of[i])), append(m.at, index(of[i+1]))
		}
		return m
	}
	return absent{}
}

// text reads a text, and "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// index reads a reference; what is not one points nowhere.
func index(raw json.RawMessage) int {
	i, err := strconv.Atoi(string(raw))
	if err != nil {
		return -1
	}
	return i
}
