package apps

import (
	"slices"
	"strings"

	"sessionferry/apps/catalogue"
)

// Settles reports whether an app's own answer can settle a verdict: it is not
// seen whose session it is, or whether it is one, and the app can be asked.
func Settles(app *catalogue.App, v Verdict) bool {
	return app.Probe != nil && (v == VerdictUnproven || v == VerdictUnknown)
}

// Watched returns the names of the cookies of a capture that sign somebody in,
// sorted: if one of them changes before the app has answered, the answer may
// speak of another session than the captured one.
func Watched(app *catalogue.App, in Input) []string {
	j := newJar(&in, &app.Rule)
	var out []string
	if app.Rule.Empty() {
		for _, it := range j.byStore[catalogue.Cookie] {
			if carriedWithoutRule(it) {
				out = append(out, it.Name)
			}
		}
	}
	for _, group := range append(slices.Clone(app.Rule.SignedIn), app.Rule.MaybeSignedIn) {
		for _, h := range j.any(group, false) {
			for _, it := range h.items {
				if it.Store == catalogue.Cookie {
					out = append(out, it.Name)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// shownPath is a path as a person is told of it: without its query.
func shownPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return path
}
