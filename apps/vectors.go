package apps

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// maxVectors bounds a file of vectors, in bytes.
const maxVectors = 1 << 20

// VectorResult is the outcome of one vector.
type VectorResult struct {
	ID   string  `json:"id"`
	App  string  `json:"app"` // "generic": without a rule
	Pass bool    `json:"pass"`
	Want Outcome `json:"want"`
	Got  Outcome `json:"got"`
}

// Outcome is what a vector compares. In what is wanted, absent parts are free.
type Outcome struct {
	Verdict  Verdict  `json:"verdict"`
	Accounts *int     `json:"accounts,omitempty"`
	Who      *string  `json:"who,omitempty"` // "": no identity
	Warnings []string `json:"warnings"`
}

// vectorFile is a file of vectors: a clock for all of them, in seconds since
// 1970, and invented jars with what is to be found in them.
type vectorFile struct {
	Now     int64    `yaml:"now"`
	Vectors []vector `yaml:"vectors"`
}

// vector is one jar. A value is a text, a list of values, an object that stands
// for its JSON, or one of {jwt: payload}, {b64json: value} and {urljson: value};
// that of a cookie may also be {v: value, p: path, e: expiry, part: partition}.
type vector struct {
	ID      string                    `yaml:"id"`
	App     string                    `yaml:"app"`
	Cookies map[string]map[string]any `yaml:"c"` // domain (with a leading dot: and its subdomains), name, value
	Local   map[string]any            `yaml:"local"`
	Session map[string]any            `yaml:"session"`
	IDB     map[string]any            `yaml:"idb"`
	Read    []string                  `yaml:"read"` // absent: all
	Expect  map[string]string         `yaml:"expect"`
	Bound   []string                  `yaml:"dbsc"`
	Want    map[string]any            `yaml:"want"`
}

// RunVectors evaluates every vector of a YAML file (its form is described in
// apps/testdata/accounts.yaml) with the embedded catalogue and the file's own
// clock. A vector that does not pass is a result, not an error. The error is
// session.CodeCatalogueInvalid for a file that cannot be read and
// session.CodeAppUnknown for an app that the catalogue lacks.
func RunVectors(r io.Reader) ([]VectorResult, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxVectors+1))
	if err != nil {
		return nil, session.Errorf(session.CodeCatalogueInvalid, "the vectors cannot be read").Because(err)
	}
	if len(data) > maxVectors {
		return nil, session.Errorf(session.CodeCatalogueInvalid, "the vectors have more than %d bytes", maxVectors)
	}
	var f vectorFile
	if err := yaml.UnmarshalWithOptions(data, &f, yaml.Strict()); err != nil {
		line := 1
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
			line = at.GetToken().Position.Line
		}
		return nil, session.Errorf(session.CodeCatalogueInvalid, "the vectors, line %d", line).Because(err)
	}
	out := make([]VectorResult, 0, len(f.Vectors))
	for i := range f.Vectors {
		res, err := f.Vectors[i].run(f.Now)
		if err != nil {
			return nil, err
		}
		out = append(out, res)
	}
	return out, nil
}

func (v *vector) run(now int64) (VectorResult, error) {
	want, err := v.want()
	if err != nil {
		return VectorResult{}, err
	}
	in, err := v.input(now)
	if err != nil {
		return VectorResult{}, err
	}
	var got Result
	if v.App == "generic" {
		got = Generic(in)
	} else {
		app, err := catalogue.Embedded().Get(v.App)
		if err != nil {
			return VectorResult{}, err
		}
		got = Evaluate(app, in)
	}
	res := VectorResult{ID: v.ID, App: v.App, Want: want, Got: outcome(&got)}
	res.Pass = res.Want.matches(&res.Got)
	return res, nil
}

func outcome(r *Result) Outcome {
	who := ""
	if r.Identity != nil {
		who = r.Identity.Value
	}
	return Outcome{Verdict: r.Verdict, Accounts: &r.Accounts, Who: &who, Warnings: append([]string{}, r.Warnings...)}
}

// matches compares the verdict, the set of warnings, and what else is wanted.
func (o *Outcome) matches(got *Outcome) bool {
	a, b := slices.Sorted(slices.Values(o.Warnings)), slices.Sorted(slices.Values(got.Warnings))
	return o.Verdict == got.Verdict && slices.Equal(a, b) &&
		(o.Accounts == nil || *o.Accounts == *got.Accounts) &&
		(o.Who == nil || *o.Who == *got.Who)
}

// want reads what is to be found. Where a number or a name is the point of the
// verdict, it must be given.
func (v *vector) want() (Outcome, error) {
	o := Outcome{Warnings: []string{}}
	for key, val := range v.Want {
		switch key {
		case "verdict":
			o.Verdict = Verdict(fmt.Sprint(val))
		case "n":
			n, ok := val.(uint64)
			if !ok || n > math.MaxInt32 {
				return o, v.invalid("n is a number")
			}
			count := int(n)
			o.Accounts = &count
		case "who":
			who := ""
			if val != nil {
				who = fmt.Sprint(val)
			}
			o.Who = &who
		case "warn":
			list, _ := val.([]any)
			for _, w := range list {
				o.Warnings = append(o.Warnings, fmt.Sprint(w))
			}
		default:
			return o, v.invalid("want knows verdict, warn, n and who")
		}
	}
	switch {
	case o.Verdict == "":
		return o, v.invalid("no verdict is wanted")
	case o.Verdict == VerdictOne && o.Who == nil:
		return o, v.invalid("who is it?")
	case o.Verdict == VerdictSeveral && o.Accounts == nil && v.App != "generic":
		return o, v.invalid("how many are they?")
	}
	return o, nil
}

func (v *vector) invalid(what string) error {
	return session.Errorf(session.CodeCatalogueInvalid, "vector %.20q: %s", v.ID, what)
}

// input builds the jar, in a fixed order.
func (v *vector) input(now int64) (Input, error) {
	in := Input{Read: v.Read, Bound: v.Bound, Now: timeAt(now)}
	if in.Read == nil {
		in.Read = []string{"cookie", "local", "session", "idb"}
	}
	if len(v.Expect) > 1 {
		return in, v.invalid("one account is expected at most")
	}
	for kind, value := range v.Expect {
		in.Expect = &session.Identity{Kind: kind, Value: value}
	}
	for _, domain := range slices.Sorted(maps.Keys(v.Cookies)) {
		for _, name := range slices.Sorted(maps.Keys(v.Cookies[domain])) {
			values, isList := v.Cookies[domain][name].([]any)
			if !isList {
				values = []any{v.Cookies[domain][name]}
			}
			for _, value := range values {
				it, err := v.cookie(domain, name, value)
				if err != nil {
					return in, err
				}
				in.Items = append(in.Items, it)
			}
		}
	}
	for store, items := range map[catalogue.Store]map[string]any{catalogue.Local: v.Local, catalogue.Session: v.Session, catalogue.IDB: v.IDB} {
		for _, name := range slices.Sorted(maps.Keys(items)) {
			value, err := expand(items[name])
			if err != nil {
				return in, v.invalid("a value of storage")
			}
			in.Items = append(in.Items, Item{Store: store, Name: name, Value: value})
		}
	}
	slices.SortStableFunc(in.Items, func(a, b Item) int { return cmp.Compare(a.Store, b.Store) })
	return in, nil
}

func (v *vector) cookie(domain, name string, value any) (Item, error) {
	host, dotted := strings.CutPrefix(domain, ".")
	it := Item{Store: catalogue.Cookie, Name: name, Domain: host, HostOnly: !dotted}
	if o, ok := value.(map[string]any); ok && o["v"] != nil {
		value = o["v"]
		for key, attr := range o {
			switch key {
			case "v":
			case "p":
				it.Path = fmt.Sprint(attr)
			case "part":
				it.Partition.Site = fmt.Sprint(attr)
			case "e":
				end, ok := attr.(uint64)
				if !ok {
					return it, v.invalid("e is a number of seconds")
				}
				sec := float64(end)
				it.Expires = &sec
			default:
				return it, v.invalid("a cookie knows v, p, e and part")
			}
		}
	}
	text, err := expand(value)
	if err != nil {
		return it, v.invalid("a value of a cookie")
	}
	it.Value = text
	return it, nil
}

// expand writes a value as the browser would hold it.
func expand(v any) (string, error) {
	o, isObject := v.(map[string]any)
	_, isList := v.([]any)
	if !isObject && !isList {
		return fmt.Sprint(v), nil
	}
	of := func(x any) (string, error) { b, err := json.Marshal(x); return string(b), err }
	encode := base64.RawURLEncoding.EncodeToString
	if payload, ok := o["jwt"]; ok {
		claims, err := of(payload)
		return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode([]byte(claims)) + ".c3ludGhldGlj", err
	}
	if x, ok := o["b64json"]; ok {
		text, err := of(x)
		return "base64-" + encode([]byte(text)), err
	}
	if x, ok := o["urljson"]; ok {
		text, err := of(x)
		return strings.ReplaceAll(url.QueryEscape(text), "+", "%20"), err
	}
	return of(v)
}
