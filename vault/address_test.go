package vault_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// kelvin is a letter that Unicode folds into k.
const kelvin = "\u212a"

// TestAddressesFoldASCIIAlone: an address with a letter that only looks like one of
// somebody else's is another address, wherever it comes from.
func TestAddressesFoldASCIIAlone(t *testing.T) {
	s, p := withOIDC(t, nil, false)
	owner := s.SetUp(t)
	owner.Invite(t, s.Vault, "kim", vault.PersonMember)
	signIn(t, s.Vault, " KIM@Company.example", vaulttest.Password, "").Wants(t, 204)
	a := signIn(t, s.Vault, kelvin+"im@company.example", vaulttest.Password, "").Wants(t, 401)
	require.Equal(t, session.CodeSignInFailed, a.Code())

	p.users["1"].Email = kelvin + "im@company.example"
	company(t, p, s.Browser(t), "mia").Wants(t, 403)
	p.users["1"].Email = "not an address"
	company(t, p, s.Browser(t), "mia").Wants(t, 403)
	p.users["1"].Email = "KIM@company.example"
	company(t, p, s.Browser(t), "mia").Wants(t, 303)

	invite := map[string]string{"email": kelvin + "im@company.example", "role": "member"}
	owner.Do(t, "POST", "/v1/invitations", invite).Wants(t, 201)
	require.Equal(t, map[string]vault.PersonRole{"Olga Owner": "admin", "kim": "member"}, people(t, owner))
}
