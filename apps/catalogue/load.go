package catalogue

import (
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"sessionferry/session"
)

// MaxFile bounds an app's file, in bytes.
const MaxFile = 64 << 10

var (
	appName    = lazy(`^[a-z0-9][a-z0-9-]{0,31}$`)
	domainName = lazy(`^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$`)
	hexColor   = lazy(`^#[0-9a-f]{6}$`)
	wholePath  = lazy(`^/[!-~]*$`)
	mediaType  = lazy(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$`)
	headerName = lazy(`^[a-z0-9][a-z0-9-]{0,63}$`)
)

// Parse reads an app's file. name is the file's, without its extension, and
// must be the app's. Every error is session.CodeCatalogueInvalid and its detail
// names the file and the line.
func Parse(name string, data []byte) (*App, error) {
	a, r := parse(name, data)
	if len(r.faults) > 0 {
		return nil, r.faults[0]
	}
	return a, nil
}

// Lint reads an app's file as Parse does and returns all that is wrong with it, of
// each line the first, and what Parse takes from older files although it proves too
// little. A name that an app of this build has is wrong too.
func Lint(name string, data []byte) []*session.Error {
	_, r := parse(name, data)
	faults := append(r.faults, r.weak...)
	if _, taken := embedded().entries[name]; taken {
		faults = append(faults, takenName(name+extension))
	}
	return faults
}

func parse(name string, data []byte) (*App, *reader) {
	r := &reader{file: name + extension}
	switch {
	case len(data) > MaxFile:
		r.fail(1, "%d bytes, at most %d", len(data), MaxFile)
	case !utf8.Valid(data):
		r.fail(1, "not UTF-8")
	}
	a := &App{Card: "username"}
	if r.good(0) {
		if root := r.root(data); root != nil {
			r.app(a, root)
			if r.good(0) {
				r.checkApp(a, name, root)
			}
		}
	}
	return a, r
}

func (r *reader) app(a *App, root ast.Node) {
	rule := &a.Rule
	lists := map[string]struct {
		into *[]Selector
		use  listKind
	}{
		"maybe_signed_in": {&rule.MaybeSignedIn, forPresence},
		"signed_out_if":   {&rule.SignedOutIf, forPresence},
		"several_if":      {&rule.SeveralIf, forPresence},
		"rotating":        {&rule.Rotating, forPresence},
		"bound":           {&rule.Bound, forPresence},
		"active":          {&rule.Active, forIdentity},
		"others":          {&rule.Others, forIdentity},
		"roster":          {&rule.Roster, forIdentity},
		"hints":           {&rule.Hints, forIdentity},
		"acting":          {&rule.Acting, forIdentity},
		"expires":         {&rule.Expires, forTime},
		"need":            {&rule.Need, forTravel},
		"leave":           {&rule.Leave, forTravel},
	}
	r.entries(root, "an app", func(key string, v ast.Node) bool {
		if l, ok := lists[key]; ok {
			*l.into = r.selectors(v, key, l.use)
			return true
		}
		switch key {
		case "app":
			a.App = r.text(v, key)
		case "name":
			a.Name = r.text(v, key)
		case "icon":
			a.Icon = r.icon(v)
		case "domains":
			a.Domains = r.domains(v)
		case "card":
			a.Card = r.kind(v)
		case "evidence":
			a.Evidence = r.evidence(v)
		case "whoami":
			a.Whoami, a.Unasked = r.whoamiOrNone(v)
		case "probe":
			a.Probe = r.whoami(v, key)
		case "signed_in":
			for _, g := range r.list(v, key) {
				members := r.selectors(g, key, forPresence)
				if len(members) == 0 {
					r.fail(line(g), "an alternative of signed_in has no member")
				}
				rule.SignedIn = append(rule.SignedIn, members)
			}
		case "complete":
			rule.Complete = r.complete(v)
		default:
			return false
		}
		return true
	})
}

func (r *reader) icon(n ast.Node) Icon {
	var i Icon
	before := len(r.faults)
	r.entries(n, "icon", func(key string, v ast.Node) bool {
		switch key {
		case "letters":
			i.Letters = r.text(v, key)
		case "color":
			i.Color = r.text(v, key)
		default:
			return false
		}
		return true
	})
	switch {
	case !r.good(before):
	case utf8.RuneCountInString(i.Letters) < 1 || utf8.RuneCountInString(i.Letters) > 2:
		r.fail(line(n), "an icon has one or two letters")
	case !hexColor().MatchString(i.Color):
		r.fail(line(n), "a colour is # and six lower-case hex digits, quoted")
	case whiteContrast(i.Color) < 4.5:
		r.fail(line(n), "white letters on %s have a contrast of %.2f, at least 4.5 is needed", i.Color, whiteContrast(i.Color))
	}
	return i
}

// whiteContrast is the contrast ratio of white text on a colour, as WCAG 2.2
// defines it.
func whiteContrast(color string) float64 {
	channel := func(at int) float64 {
		n, _ := strconv.ParseUint(color[at:at+2], 16, 8) // the form was checked
		c := float64(n) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*channel(1) + 0.7152*channel(3) + 0.0722*channel(5) + 0.05)
}

func (r *reader) domains(n ast.Node) []string {
	all := r.texts(n, "domains")
	if slices.Equal(all, []string{"*"}) {
		return all
	}
	for _, d := range all {
		if !domainName().MatchString(d) {
			r.fail(line(n), "a domain is lower-case and without scheme; '*' stands alone")
		}
	}
	return all
}

func (r *reader) complete(n ast.Node) Complete {
	c := Complete(r.text(n, "complete"))
	if !slices.Contains([]Complete{CompleteYes, CompleteAssumed, CompleteNo}, c) {
		r.fail(line(n), "complete is yes, assumed or no")
	}
	return c
}

func (r *reader) evidence(n ast.Node) Evidence {
	var e Evidence
	checked, before := "", len(r.faults)
	r.entries(n, "evidence", func(key string, v ast.Node) bool {
		switch key {
		case "grade":
			e.Grade = Grade(r.text(v, key))
		case "checked":
			checked = r.text(v, key)
		case "source":
			e.Source = r.text(v, key)
		default:
			return false
		}
		return true
	})
	if !r.good(before) {
		return e
	}
	if !slices.Contains([]Grade{GradeVendor, GradeClient, GradeShape, GradeNone}, e.Grade) {
		r.fail(line(n), "a grade is A, B, C or U")
	}
	if checked != "never" {
		day, err := time.Parse(time.DateOnly, checked)
		if err != nil || day.Year() < 2020 || day.Year() > 9000 {
			r.fail(line(n), "checked is a day such as 2026-09-01, or never")
		} else if e.Grade != GradeVendor && e.Grade != GradeClient {
			r.fail(line(n), "what is not graded A or B counts as never checked")
		}
		e.Checked = day
	}
	if e.Source == "" {
		r.fail(line(n), "evidence needs its source")
	}
	return e
}

// checkApp holds what concerns an app as a whole.
func (r *reader) checkApp(a *App, name string, root ast.Node) {
	at := line(root)
	switch {
	case a.App != name || !appName().MatchString(name):
		r.fail(at, "app is the file's name, of a to z, 0 to 9 and -")
	case a.Name == "" || len(a.Name) > 64:
		r.fail(at, "an app needs a name of at most 64 bytes")
	case a.Icon == Icon{}:
		r.fail(at, "an app needs an icon")
	case len(a.Domains) == 0 || len(a.Domains) > 32:
		r.fail(at, "an app needs 1 to 32 domains")
	case a.Evidence.Grade == "":
		r.fail(at, "an app needs evidence")
	case len(a.Rule.SignedIn) > maxSelectors:
		r.fail(at, "signed_in has at most %d alternatives", maxSelectors)
	case a.Rule.Empty() && (a.Rule.Complete != "" || a.Rule.judges()):
		r.fail(at, "a rule needs signed_in; without a rule only need and leave have a meaning")
	case !a.Rule.Empty() && a.Rule.Complete == "":
		r.fail(at, "a rule needs complete: yes, assumed or no")
	case a.Question() == nil && a.Unasked == "":
		r.fail(at, "an app needs a whoami or a probe, or whoami: {none: why there is none}")
	case a.Probe != nil && a.Unasked != "":
		r.fail(at, "whoami: none and a probe exclude each other: a probe serves as whoami")
	case a.Card == "session":
		r.fail(at, "a card's user name is never of the kind session")
	}
	if r.good(0) {
		r.checkSecrets(&a.Rule)
	}
}

// checkSecrets refuses an identity that would be the whole of a value which
// signs the account in: what is read there is shown, masked, and compared.
func (r *reader) checkSecrets(rule *Rule) {
	secret := map[string]bool{}
	for _, group := range rule.SignedIn {
		for _, s := range group {
			secret[string(s.Store)+" "+s.Name.String()] = true
		}
	}
	for _, list := range [][]Selector{rule.Active, rule.Others, rule.Roster, rule.Hints, rule.Acting} {
		for _, s := range list {
			if secret[string(s.Store)+" "+s.Name.String()] && s.Take == 0 && !slices.ContainsFunc(s.Via, Op.narrows) {
				r.fail(s.Line, "reads an identity from a credential: end in an anchored re, a field, a path or take")
			}
		}
	}
}
