package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Fault names one thing that keeps a browser from starting the host. The words
// are stable; their sentences are package installer's.
type Fault string

// The faults of a manifest's text.
const (
	JSONInvalid         Fault = "json_invalid"
	KeyUnknown          Fault = "key_unknown"
	FormsMixed          Fault = "forms_mixed"
	NameWrong           Fault = "name_wrong"
	DescriptionMissing  Fault = "description_missing"
	TypeWrong           Fault = "type_wrong"
	PathMissing         Fault = "path_missing"
	PathRelative        Fault = "path_relative"
	AllowedInvalid      Fault = "allowed_invalid"
	ExtensionNotAllowed Fault = "extension_not_allowed"
)

// Problem is a fault and, where it helps, a phrase that says which.
type Problem struct {
	Fault  Fault
	Detail string
}

// Checked is a manifest as a browser sees it.
type Checked struct {
	Path     string // of the program; "" if the manifest names none
	Problems []Problem
}

// Check judges the text of a manifest by b's own rules: without a problem, b
// would start the program at Path for our extension.
func Check(b Browser, data []byte) Checked {
	if b.ChromiumFamily() {
		data = Relax(data, false)
	} else {
		data = bytes.TrimPrefix(data, byteOrderMark)
	}
	var m map[string]jsontext.Value
	if err := json.Unmarshal(data, &m, jsontext.AllowDuplicateNames(true)); err != nil || m == nil {
		return Checked{Problems: []Problem{{JSONInvalid, whereNotJSON(data, err)}}}
	}
	c := checker{fields: m}
	if b.ChromiumFamily() {
		c.chromium()
	} else {
		c.firefox()
	}
	return Checked{Path: c.path, Problems: c.problems}
}

func whereNotJSON(data []byte, err error) string {
	var syntax *jsontext.SyntacticError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return "it is empty"
	case errors.As(err, &syntax):
		before := data[:min(int(syntax.ByteOffset), len(data))]
		return fmt.Sprintf("line %d", 1+bytes.Count(before, []byte{'\n'}))
	}
	return "not an object"
}

type checker struct {
	fields   map[string]jsontext.Value
	path     string
	problems []Problem
}

func (c *checker) add(f Fault, format string, args ...any) {
	c.problems = append(c.problems, Problem{f, fmt.Sprintf(format, args...)})
}

// text returns a field that must be a string.
func (c *checker) text(key string) (string, bool) {
	var s string
	v := c.fields[key]
	if v.Kind() != '"' || json.Unmarshal(v, &s) != nil {
		return "", false
	}
	return s, true
}

// list returns a field that must be a list of strings.
func (c *checker) list(key string) ([]string, bool) {
	var values []jsontext.Value
	if v := c.fields[key]; v.Kind() != '[' || json.Unmarshal(v, &values) != nil {
		return nil, false
	}
	list := make([]string, len(values))
	for i, v := range values {
		if v.Kind() != '"' || json.Unmarshal(v, &list[i]) != nil {
			return nil, false
		}
	}
	return list, true
}

// common checks what both families want alike.
func (c *checker) common(emptyDescription bool) {
	switch name, ok := c.text("name"); {
	case !ok:
		c.add(NameWrong, "it has none")
	case name != HostName:
		c.add(NameWrong, "%q", name)
	}
	if description, ok := c.text("description"); !ok || description == "" && !emptyDescription {
		c.add(DescriptionMissing, "")
	}
	if kind, ok := c.text("type"); !ok || kind != "stdio" {
		c.add(TypeWrong, "%q", kind)
	}
	if path, ok := c.text("path"); !ok || path == "" {
		c.add(PathMissing, "")
	} else if c.path = path; !filepath.IsAbs(path) {
		c.add(PathRelative, "%q", path)
	}
}

// chromium follows chromium/chrome/browser/extensions/api/messaging/
// native_messaging_host_manifest.cc and native_process_launcher.cc.
func (c *checker) chromium() {
	c.common(false)
	origins, ok := c.list("allowed_origins")
	if !ok {
		c.add(AllowedInvalid, "allowed_origins is not a list of texts")
		return
	}
	for _, o := range origins {
		if !originPattern.MatchString(o) {
			c.add(AllowedInvalid, "%q", o)
			return
		}
	}
	if !slices.ContainsFunc(origins, isOurs) {
		c.add(ExtensionNotAllowed, "")
	}
}

// originPattern is a URL pattern of one extension: the slash must be there, and
// a '*' may stand only for the scheme or behind the slash.
var originPattern = regexp.MustCompile(`^(chrome-extension|\*)://[^*/:]+/`)

// isOurs tells by the host alone, as the browser does, in any case.
func isOurs(origin string) bool {
	_, rest, _ := strings.Cut(origin, "://")
	id, _, _ := strings.Cut(rest, "/")
	return strings.EqualFold(id, ExtensionID)
}

// firefox follows gecko-dev/toolkit/components/extensions/NativeManifests.sys.mjs
// and schemas/native_manifest.json.
func (c *checker) firefox() {
	for _, key := range slices.Sorted(maps.Keys(c.fields)) {
		switch key {
		case "name", "description", "path", "type", "allowed_extensions":
		case "allowed_origins":
			c.add(FormsMixed, "")
		default:
			c.add(KeyUnknown, "%q", key)
		}
	}
	c.common(true)
	ids, ok := c.list("allowed_extensions")
	if !ok || len(ids) == 0 {
		c.add(AllowedInvalid, "allowed_extensions is not a list of texts")
		return
	}
	for _, id := range ids {
		if !addonPattern.MatchString(id) {
			c.add(AllowedInvalid, "%q", id)
			return
		}
	}
	if !slices.Contains(ids, AddonID) {
		c.add(ExtensionNotAllowed, "")
	}
}

// addonPattern is ExtensionID in schemas/manifest.json.
var addonPattern = regexp.MustCompile(`^(\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}|(?i:[a-z0-9._-]*@[a-z0-9._-]+))$`)
