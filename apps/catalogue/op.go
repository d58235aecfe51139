package catalogue

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Op is one step of a pipeline. Pipelines map a list of values to a list of
// values; a value that a step cannot read is dropped.
type Op struct {
	Source string // the written form, e.g. "field:|,0"
	Name   OpName
	Text   string         // strip: the prefix; split, field, addfields: the separator
	Fields []int          // field: one index, addfields: two, counted from 0
	Re     *regexp.Regexp // re: its first group is the result
	Path   []Step         // path, keep, drop, have
	Want   string         // keep, drop: a JSON scalar in its shortest form

	steps int // of the machine of Re
}

// OpName names an op.
type OpName string

// The ops.
const (
	OpURLDecode OpName = "urldecode" // percent escapes; wrong ones stay
	OpUnquote   OpName = "unquote"   // one pair of double quotes around the value
	OpOctal     OpName = "octal"     // \ooo escapes of quoted cookie values
	OpB64       OpName = "b64"       // base64, either alphabet, with or without padding; must be UTF-8
	OpStrip     OpName = "strip"     // strip:prefix
	OpJSON      OpName = "json"
	OpJWT       OpName = "jwt"       // payload of a three-part token, unverified: the signature is not ours to check
	OpPath      OpName = "path"      // path:$.a.*.b
	OpSplit     OpName = "split"     // split:separator
	OpField     OpName = "field"     // field:separator,index
	OpAddFields OpName = "addfields" // addfields:separator,index,index: the sum of two fields
	OpRe        OpName = "re"        // re:expression
	OpKeep      OpName = "keep"      // keep:$.path=json: values that have it
	OpDrop      OpName = "drop"      // drop:$.path=json: values that do not
	OpHave      OpName = "have"      // have:$.path: values where it is there and not empty, 0 or false
	OpLower     OpName = "lower"
)

// Step is one step of a path: a key, an index, or every child.
type Step struct {
	Key   string
	Every bool
}

const maxField = 99

// ParseOp reads an op in its written form, e.g. "field:|,0".
func ParseOp(source string) (Op, error) {
	name, arg, hasArg := strings.Cut(source, ":")
	op := Op{Source: source, Name: OpName(name)}
	var err error
	switch op.Name {
	case OpURLDecode, OpUnquote, OpOctal, OpB64, OpJSON, OpJWT, OpLower:
		if hasArg {
			err = fmt.Errorf("the op %s takes nothing", name)
		}
		return op, err
	case OpStrip, OpSplit:
		op.Text = arg
		if arg == "" {
			err = fmt.Errorf("the op %s needs a text", name)
		}
	case OpField:
		op.Text, op.Fields, err = fields(arg, 1)
	case OpAddFields:
		op.Text, op.Fields, err = fields(arg, 2)
	case OpRe:
		op.Re, op.steps, err = compile(arg)
		if err == nil && op.Re.NumSubexp() == 0 {
			err = fmt.Errorf("the op re needs a group")
		}
	case OpPath, OpHave:
		op.Path, err = parsePath(arg)
	case OpKeep, OpDrop:
		path, want, _ := strings.Cut(arg, "=")
		if op.Path, err = parsePath(path); err == nil {
			op.Want, err = scalar(want)
		}
	default:
		err = fmt.Errorf("an unknown op")
	}
	return op, err
}

// fields reads "separator,index" or "separator,index,index"; the separator may
// itself be a comma.
func fields(arg string, n int) (sep string, at []int, err error) {
	parts := strings.Split(arg, ",")
	cut := len(parts) - n
	if cut < 1 {
		return "", nil, fmt.Errorf("a separator and %d field numbers are needed", n)
	}
	if sep = strings.Join(parts[:cut], ","); sep == "" {
		return "", nil, fmt.Errorf("the separator is empty")
	}
	for _, p := range parts[cut:] {
		i, err := strconv.Atoi(p)
		if err != nil || i < 0 || i > maxField || strconv.Itoa(i) != p {
			return "", nil, fmt.Errorf("a field number is 0 to %d", maxField)
		}
		at = append(at, i)
	}
	return sep, at, nil
}

var pathStep = lazy(`^(?:\.([^.\[\]]+)|\[(\d{1,6}|\*)\])`)

// parsePath reads "$.a.*.b[0]". "$" alone is the value itself.
func parsePath(source string) ([]Step, error) {
	rest, ok := strings.CutPrefix(source, "$")
	if !ok {
		return nil, fmt.Errorf("a path begins with $")
	}
	var steps []Step
	for rest != "" {
		m := pathStep().FindStringSubmatch(rest)
		if m == nil || len(steps) == 32 {
			return nil, fmt.Errorf("not a path")
		}
		key := m[1] + m[2]
		steps = append(steps, Step{Key: key, Every: key == "*"})
		rest = rest[len(m[0]):]
	}
	return steps, nil
}

func scalar(source string) (string, error) {
	var v any
	if err := json.Unmarshal([]byte(source), &v); err != nil {
		return "", fmt.Errorf("a JSON value is needed after =")
	}
	switch v.(type) {
	case map[string]any, []any:
		return "", fmt.Errorf("a JSON scalar is needed after =")
	}
	if s, isText := v.(string); isText {
		b, err := json.Marshal(s)
		return string(b), err
	}
	return source, nil
}

// narrows reports whether the op's result is a part that the rule's author
// chose, and so cannot be the whole of a secret.
func (o Op) narrows() bool {
	switch o.Name {
	case OpField, OpPath:
		return true
	case OpRe:
		return anchored(o.Re)
	}
	return false
}
