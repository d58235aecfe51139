package apps

import (
	"fmt"
	"math"
	"slices"

	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Outcome is what a vector compares. In what is wanted, absent parts are free.
type Outcome struct {
	Verdict  Verdict  `json:"verdict"` // of an answer: its WhoamiState
	Accounts *int     `json:"accounts,omitempty"`
	Who      *string  `json:"who,omitempty"` // "": no identity; of an answer: kind and name
	Warnings []string `json:"warnings"`
	Travels  []string `json:"travels,omitempty"` // names, sorted; of storage after its store, "local:token"
	Stays    []string `json:"stays,omitempty"`
}

func outcome(r *Result) Outcome {
	who := ""
	if r.Identity != nil {
		who = r.Identity.Value
	}
	return Outcome{Verdict: r.Verdict, Accounts: &r.Accounts, Who: &who, Warnings: append([]string{}, r.Warnings...)}
}

// travel adds what becomes of the items.
func (o *Outcome) travel(app *catalogue.App, items []Item) {
	t := newTravel(app)
	o.Travels, o.Stays = []string{}, []string{}
	for i := range items {
		name := items[i].Name
		if items[i].Store != catalogue.Cookie {
			name = string(items[i].Store) + ":" + name
		}
		if t.wanted(&items[i]) {
			o.Travels = append(o.Travels, name)
		} else {
			o.Stays = append(o.Stays, name)
		}
	}
	slices.Sort(o.Travels)
	slices.Sort(o.Stays)
	o.Travels, o.Stays = slices.Compact(o.Travels), slices.Compact(o.Stays)
}

// matches compares the verdict, the set of warnings, and what else is wanted.
func (o *Outcome) matches(got *Outcome) bool {
	a, b := slices.Sorted(slices.Values(o.Warnings)), slices.Sorted(slices.Values(got.Warnings))
	return o.Verdict == got.Verdict && slices.Equal(a, b) &&
		(o.Accounts == nil || *o.Accounts == *got.Accounts) &&
		(o.Who == nil || *o.Who == *got.Who) &&
		(o.Travels == nil || slices.Equal(o.Travels, got.Travels)) &&
		(o.Stays == nil || slices.Equal(o.Stays, got.Stays))
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
			o.Warnings = wantedNames(val)
		case "travels":
			o.Travels = wantedNames(val)
		case "stays":
			o.Stays = wantedNames(val)
		default:
			return o, v.invalid("want knows verdict, warn, n, who, travels and stays")
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

// wantedNames is a list of words, sorted; it is never nil.
func wantedNames(val any) []string {
	out := []string{}
	list, _ := val.([]any)
	for _, w := range list {
		out = append(out, fmt.Sprint(w))
	}
	slices.Sort(out)
	return out
}

func (v *vector) invalid(what string) error {
	return session.Errorf(session.CodeCatalogueInvalid, "vector %.20q: %s", v.ID, what)
}
