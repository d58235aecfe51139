package pages

import (
	"slices"
	"strings"
	"time"

	"sessionferry/session"
)

// Audit is the page on which the log of all persons is searched.
type Audit struct {
	Frame
	Inputs
	Entries []Found
	Export  string // address of all that was found
	Next    string
}

func (*Audit) template() string { return "audit" }

// Found is one entry.
type Found struct {
	Time            time.Time
	Action          string
	Cause           session.Cause
	Person, Program string // who did it; no Person for the vault itself
	Account         string // its id
	Username, Owner string
	Of              string // to whom or to which program it was done
	Window          Text   // of a change of retention
	Consent         *session.Consent
}

// ActionOptions are all actions that the catalogue has a word for, by that word.
func ActionOptions(l Language) (list []Option) {
	for key := range catalogues[l] {
		if action, ok := strings.CutPrefix(key, "action_"); ok {
			list = append(list, Option{action, Say(key)})
		}
	}
	slices.SortFunc(list, func(a, b Option) int { return strings.Compare(a.Label.In(l), b.Label.In(l)) })
	return list
}
