package apps_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
)

// Every app has a vector of one signed in and of one signed out and, where its
// file can show it, of several accounts, of the wrong one, of what travels and of
// each answer.
func TestVectorsCoverEveryApp(t *testing.T) {
	f, err := os.Open("testdata/accounts.yaml")
	require.NoError(t, err)
	defer f.Close()
	seen := map[string][]apps.VectorResult{}
	for _, r := range runVectors(t, f) {
		seen[r.App] = append(seen[r.App], r)
	}
	for _, name := range catalogue.Embedded().Names() {
		a := app(t, name)
		has := func(what string, f func(apps.VectorResult) bool) {
			assert.Truef(t, slices.ContainsFunc(seen[name], f), "%s: no vector %s", name, what)
		}
		verdict := func(v ...apps.Verdict) func(apps.VectorResult) bool {
			return func(r apps.VectorResult) bool { return slices.Contains(v, r.Want.Verdict) }
		}
		rule := &a.Rule
		has("signed in", verdict(apps.VerdictOne, apps.VerdictUnproven))
		has("signed out", verdict(apps.VerdictSignedOut))
		if lists := len(rule.Others) + len(rule.Roster) + len(rule.SeveralIf); lists > 0 {
			has("of several", verdict(apps.VerdictSeveral))
		}
		named := slices.ContainsFunc(slices.Concat(rule.Active, rule.Roster), func(s catalogue.Selector) bool { return s.Kind != "session" })
		if named || a.Probe != nil {
			has("of the wrong one", verdict(apps.VerdictWrong))
		}
		if len(rule.Need)+len(rule.Leave)+len(rule.Roster)+len(rule.Others) > 0 {
			has("of what travels", func(r apps.VectorResult) bool { return len(r.Want.Travels) > 0 && r.Want.Stays != nil })
		}
		if a.Question() != nil {
			has("of an answer", verdict(apps.Verdict(apps.WhoamiSignedIn)))
		}
	}
}
