package apps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
)

// What is read follows from what travels, and from what tells whose session it is.
func TestPlanNames(t *testing.T) {
	type byStore = map[string][]string
	for name, tc := range map[string]struct {
		rule         string
		names, leave byStore
	}{
		"all travels": {"signed_in: [[sid]]\ncomplete: yes", nil, byStore{}},
		"what travels is named": {"signed_in: [[sid]]\nroster: [{local: '/^acc-(.+)$/', take: 1, kind: uid}]\ncomplete: yes\nneed: [sid, {idb: 'auth/tokens/*'}]",
			byStore{"local": {"acc-*"}, "idb": {"auth/tokens/*"}}, byStore{}},
		"what stays is named":           {"signed_in: [[sid]]\ncomplete: yes\nleave: [lang, {idb: 'cache/*'}, {local: '/^draft/'}]", nil, byStore{"idb": {"cache/*"}}},
		"what stays is read by a list":  {"signed_in: [[{local: 'auth-*'}]]\ncomplete: yes\nleave: [{local: 'auth-verifier'}]", nil, byStore{}},
		"without a rule":                {"need: [sid, {idb: 'auth/tokens/*'}]", nil, byStore{}},
		"an expression narrows as well": {"signed_in: [[{idb: '/^db/users/u:([0-9]+)$/'}]]\ncomplete: yes\nneed: [{idb: 'db/users/*'}]", byStore{"idb": {"db/users/*", "db/users/u:*"}}, byStore{}},
	} {
		p, err := apps.Plan(rule(t, tc.rule), "https://probe.example")
		require.NoError(t, err)
		assert.Equal(t, tc.names, p.Names, name)
		assert.Equal(t, tc.leave, p.Leave, name)
	}
}
