package catalogue_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps/catalogue"
)

// Whatever the language has, some app's file needs.
func TestLanguageIsUsed(t *testing.T) {
	used := map[string]bool{}
	pipeline := func(via []catalogue.Op) {
		for _, op := range via {
			used[string(op.Name)] = true
		}
	}
	for _, name := range catalogue.Embedded().Names() {
		a, err := catalogue.Embedded().Get(name)
		require.NoError(t, err)
		rule := &a.Rule
		lists := map[string][]catalogue.Selector{"maybe_signed_in": rule.MaybeSignedIn, "signed_out_if": rule.SignedOutIf, "active": rule.Active,
			"others": rule.Others, "roster": rule.Roster, "several_if": rule.SeveralIf, "hints": rule.Hints, "acting": rule.Acting,
			"expires": rule.Expires, "rotating": rule.Rotating, "bound": rule.Bound, "need": rule.Need, "leave": rule.Leave, "signed_in": slices.Concat(rule.SignedIn...)}
		for key, list := range lists {
			used[key] = used[key] || len(list) > 0
			for _, s := range list {
				pipeline(s.Via)
				used[string(s.Store)] = true
				used["cookie_path"] = used["cookie_path"] || s.CookiePath != nil
				used["equals"] = used["equals"] || s.Equals != nil
				used["take"] = used["take"] || s.Take > 0
				used["chunk"] = used["chunk"] || s.Chunk > 0
				used["scope "+string(s.Scope.By)] = true
			}
		}
		used["complete "+string(rule.Complete)] = true
		if w := a.Question(); w != nil {
			pipeline(w.Via)
			for _, via := range w.SignedOut.Any {
				pipeline(via)
			}
			used["bearer"] = used["bearer"] || w.Bearer != nil
			used["from"] = used["from"] || w.FromToken
			used["status"] = used["status"] || len(w.SignedOut.Status) > 0
			used["type"] = used["type"] || w.SignedOut.Type != ""
			used["header"] = used["header"] || len(w.SignedOut.Header) > 0
			assert.True(t, w.SignedOut.Marked(), name)
		}
	}
	for _, op := range []catalogue.OpName{catalogue.OpURLDecode, catalogue.OpUnquote, catalogue.OpOctal, catalogue.OpB64, catalogue.OpStrip, catalogue.OpJSON,
		catalogue.OpJWT, catalogue.OpPath, catalogue.OpSplit, catalogue.OpField, catalogue.OpAddFields, catalogue.OpRe, catalogue.OpKeep, catalogue.OpDrop,
		catalogue.OpHave, catalogue.OpLower} {
		assert.True(t, used[string(op)], "no file uses the op %s", op)
	}
	for _, key := range []string{"maybe_signed_in", "signed_out_if", "active", "others", "roster", "several_if", "hints", "acting", "expires", "rotating", "bound",
		"need", "leave", "signed_in", "cookie", "local", "session", "idb", "cookie_path", "equals", "take", "chunk", "scope group", "scope host", "scope path",
		"complete yes", "complete assumed", "complete no", "bearer", "from", "status", "type", "header"} {
		assert.True(t, used[key], "no file uses %s", key)
	}
}
