package apps

import (
	"slices"

	"sessionferry/apps/catalogue"
)

// SignsIn reports whether cookies of these names would sign somebody in: all
// members of one alternative of the rule are there. Values are not looked at, so
// it is a reason to warn and no proof. Alternatives that need web storage are
// passed over.
func SignsIn(app *catalogue.App, cookies []Item) bool {
	return slices.ContainsFunc(app.Rule.SignedIn, func(group []catalogue.Selector) bool {
		return len(group) > 0 && !slices.ContainsFunc(group, func(s catalogue.Selector) bool {
			return s.Store != catalogue.Cookie || !slices.ContainsFunc(cookies, func(it Item) bool { return picks([]catalogue.Selector{s}, &it) })
		})
	})
}

// IsCredential reports whether the item is one that signs the account in.
func IsCredential(app *catalogue.App, it Item) bool {
	return slices.ContainsFunc(app.Rule.SignedIn, func(group []catalogue.Selector) bool { return picks(group, &it) })
}
