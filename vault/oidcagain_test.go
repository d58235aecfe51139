package vault_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestOpenIDConnectAgain: what needs a person who has just shown who it is takes the
// provider's own time of the sign-in for it. Somebody whom the provider merely knows
// still is asked again, and an answer of before the question does not count.
func TestOpenIDConnectAgain(t *testing.T) {
	s, p := withOIDC(t, nil, false)
	s.SetUp(t).Do(t, "POST", "/v1/invitations", map[string]string{"email": "mia@company.example", "role": "admin"}).Wants(t, 201)
	w := s.Browser(t)
	company(t, p, w, "mia").Wants(t, 303)
	invite := func() vaulttest.Answer {
		return w.Do(t, "POST", "/v1/invitations", map[string]string{"email": "ann@company.example", "role": "member"})
	}
	s.Advance(vault.WebProved * 2)
	require.Equal(t, session.CodeStepUpNeeded, invite().Wants(t, 403).Code())
	require.Contains(t, string(w.Do(t, "GET", "/admin/people/invite", nil).Wants(t, 200).Body), "/signin/company?again=1&amp;to=%2Fadmin%2Fpeople%2Finvite")

	company(t, p, w, "mia").Wants(t, 303)
	require.Equal(t, session.CodeStepUpNeeded, invite().Wants(t, 403).Code(), "the provider asked 20 minutes ago")

	again := func() *url.URL {
		u, err := url.Parse(w.Do(t, "GET", "/signin/company?again=1&to=/admin/people/invite", nil).Wants(t, 303).Header.Get("Location"))
		require.NoError(t, err)
		require.Equal(t, []string{"login", "0"}, []string{u.Query().Get("prompt"), u.Query().Get("max_age")})
		return u
	}
	older := p.through(t, again().String(), "mia") // to the vault, 20 minutes ago
	require.Contains(t, string(comesBack(t, w, older).Wants(t, 401).Body), "did not work")

	s.Jump(-vault.WebProved * 2)
	back := comesBack(t, w, p.through(t, again().String(), "mia")).Wants(t, 303)
	require.Equal(t, "/admin/people/invite", back.Header.Get("Location"))
	invite().Wants(t, 201)
}

// TestOpenIDConnectFlowEnds: a sign-in that began too long ago is over, also for a
// browser that has kept its cookie.
func TestOpenIDConnectFlowEnds(t *testing.T) {
	s, p := withOIDC(t, nil, false)
	s.SetUp(t)
	w := s.Browser(t)
	back := p.through(t, w.Do(t, "GET", "/signin/company", nil).Wants(t, 303).Header.Get("Location"), "olga")
	s.Advance(11 * time.Minute)
	comesBack(t, w, back).Wants(t, 401)
	company(t, p, w, "olga").Wants(t, 303)
}

// TestOpenIDConnectCodes: the provider's second factor stands for the vault's own,
// unless the admin wants the vault's.
func TestOpenIDConnectCodes(t *testing.T) {
	for _, codes := range []bool{false, true} {
		s, p := withOIDC(t, nil, codes)
		owner := s.SetUp(t)
		var made struct{ Secret string }
		owner.Do(t, "POST", "/v1/me/totp", nil).Wants(t, 200).Into(t, &made)
		code := func() string {
			c, err := totp.GenerateCode(made.Secret, s.Now())
			require.NoError(t, err)
			return c
		}
		w := s.Browser(t)
		company(t, p, w, "olga").Wants(t, 303) // no code is asked for yet
		owner.Do(t, "PUT", "/v1/me/totp", map[string]string{"password": vaulttest.Password, "secret": made.Secret, "code": code()}).Wants(t, 204)
		w = s.Browser(t)
		if !codes {
			company(t, p, w, "olga").Wants(t, 303)
			w.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
			continue
		}
		refused := company(t, p, w, "olga").Wants(t, 401)
		require.Contains(t, string(refused.Body), "A one-time code is needed too.")
		require.Contains(t, string(refused.Body), `value="olga@company.example"`)
		w.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
		s.Advance(time.Minute) // the older code was used
		signIn(t, s.Vault, "olga@company.example", vaulttest.Password, code()).Wants(t, 204)
	}
}
