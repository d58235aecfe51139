package apps

import (
	"errors"
	"io"
	"slices"
	"time"

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

// Vectors is a file of vectors: invented jars and answers of apps, with what is to
// be found in them. docs/adding-an-app.md describes their form.
type Vectors struct {
	now     time.Time
	jars    []jarCase
	answers []answerCase
}

// Find gives the app of an id, such as Catalogue.Get.
type Find func(name string) (*catalogue.App, error)

// vectorFile is the file's form: a clock for all of it, in seconds since 1970.
type vectorFile struct {
	Now     int64          `yaml:"now"`
	Vectors []vector       `yaml:"vectors"`
	Answers []answerVector `yaml:"answers"`
}

// vector is one jar. A value is a text, a list of values, an object that stands
// for its JSON, or one of {jwt: payload}, {b64json: value} and {urljson: value};
// that of a cookie may also be {v: value, p: path, e: expiry, part: partition}.
type vector struct {
	ID         string                    `yaml:"id"`
	App        string                    `yaml:"app"`
	Cookies    map[string]map[string]any `yaml:"c"` // domain (with a leading dot: and its subdomains), name, value
	Local      map[string]any            `yaml:"local"`
	Session    map[string]any            `yaml:"session"`
	IDB        map[string]any            `yaml:"idb"`
	At         string                    `yaml:"at"`   // the host of the storage; absent: one of the app's
	Read       []string                  `yaml:"read"` // absent: all
	Expect     map[string]string         `yaml:"expect"`
	Card       string                    `yaml:"card"` // expects it in the kind of the app's cards
	Told       any                       `yaml:"told"` // "nobody", or {kind: name}
	Bound      []string                  `yaml:"dbsc"`
	Registered bool                      `yaml:"registered"`
	Checked    string                    `yaml:"checked"` // "never" or a day; absent: on the day of the clock
	Want       map[string]any            `yaml:"want"`
}

type jarCase struct {
	vector
	want    Outcome
	in      Input
	checked time.Time
}

// ReadVectors reads a YAML file of vectors. The error is
// session.CodeCatalogueInvalid.
func ReadVectors(r io.Reader) (*Vectors, error) {
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
	out := &Vectors{now: time.Unix(f.Now, 0).UTC()}
	for _, v := range f.Vectors {
		c, err := v.prepare(out.now)
		if err != nil {
			return nil, err
		}
		out.jars = append(out.jars, c)
	}
	for _, a := range f.Answers {
		c, err := a.prepare()
		if err != nil {
			return nil, err
		}
		out.answers = append(out.answers, c)
	}
	return out, nil
}

// Apps returns the ids of the apps that the vectors are of, sorted.
func (v *Vectors) Apps() []string {
	var out []string
	for _, c := range v.jars {
		out = append(out, c.App)
	}
	for _, c := range v.answers {
		out = append(out, c.App)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Run evaluates every vector by the file's own clock. A vector tests a rule and
// not its age, so the rule counts as checked on that day unless the vector says
// otherwise. A vector that does not pass is a result, not an error. The error is
// that of find.
func (v *Vectors) Run(find Find) ([]VectorResult, error) {
	out := make([]VectorResult, 0, len(v.jars)+len(v.answers))
	for i := range v.jars {
		res, err := v.jars[i].run(find)
		if err != nil {
			return nil, err
		}
		out = append(out, res)
	}
	for i := range v.answers {
		app, err := find(v.answers[i].App)
		if err != nil {
			return nil, err
		}
		out = append(out, v.answers[i].run(app))
	}
	return out, nil
}

// RunApp evaluates the vectors of one app.
func (v *Vectors) RunApp(app *catalogue.App) []VectorResult {
	one := func(string) (*catalogue.App, error) { return app, nil }
	of := &Vectors{now: v.now}
	for _, c := range v.jars {
		if c.App == app.App {
			of.jars = append(of.jars, c)
		}
	}
	for _, c := range v.answers {
		if c.App == app.App {
			of.answers = append(of.answers, c)
		}
	}
	out, _ := of.Run(one) // the error is that of find, which has none
	return out
}

func (v *vector) prepare(now time.Time) (jarCase, error) {
	c := jarCase{vector: *v, checked: now}
	var err error
	if c.want, err = v.want(); err != nil {
		return c, err
	}
	if v.Checked != "" {
		if c.checked, err = time.Parse(time.DateOnly, v.Checked); err != nil {
			if c.checked = (time.Time{}); v.Checked != "never" {
				return c, v.invalid("checked is a day, or never")
			}
		}
	}
	c.in, err = v.input(now)
	return c, err
}

func (c *jarCase) run(find Find) (VectorResult, error) {
	in := c.in
	app := &catalogue.App{Domains: []string{"*"}, Card: "username"}
	if c.App != "generic" {
		found, err := find(c.App)
		if err != nil {
			return VectorResult{}, err
		}
		dated := *found
		dated.Evidence.Checked = c.checked
		app = &dated
	}
	in.Items = capturable(app, in.Items)
	if c.Card != "" {
		in.Expect = &session.Identity{Kind: app.Card, Value: c.Card}
	}
	got := Evaluate(app, in)
	res := VectorResult{ID: c.ID, App: c.App, Want: c.want, Got: outcome(&got)}
	if c.want.Travels != nil || c.want.Stays != nil {
		res.Got.travel(app, in.Items)
	}
	res.Pass = res.Want.matches(&res.Got)
	return res, nil
}
