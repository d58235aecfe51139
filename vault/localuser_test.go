package vault_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// localUser is the user of this computer whose programs open the next connections
// of a test; unknown is one whom the kernel does not name.
type localUser struct{ atomic.Uint32 }

const (
	victim   = 1000
	attacker = 1001
	unknown  = 1002
)

func (u *localUser) of(_, _ netip.AddrPort) (uint32, error) {
	if u.Load() == unknown {
		return 0, errors.New("it is closed")
	}
	return u.Load(), nil
}

// as does something while the connections are of a user.
func (u *localUser) as(user uint32, do func()) {
	was := u.Swap(user)
	do()
	u.Store(was)
}

// TestCookiesBelongToOneLocalUser: a cookie that another user's server on this
// computer has received is of no use to that user, nor to root, and one that it has
// planted changes nothing for the person.
func TestCookiesBelongToOneLocalUser(t *testing.T) {
	t.Parallel()
	var user localUser
	user.Store(victim)
	s := newScene(t, vaulttest.Options{ConnectionUser: user.of})
	owner := s.SetUp(t)
	invitation := map[string]string{"email": "eve@company.example", "role": "admin"}
	for _, other := range []uint32{attacker, 0} {
		user.as(other, func() {
			require.Equal(t, session.CodeSignedOut, owner.Do(t, "GET", "/v1/me", nil).Wants(t, 401).Code())
			owner.Do(t, "GET", "/admin/people", nil).Wants(t, 303)
			require.Equal(t, session.CodeSignedOut, owner.Do(t, "POST", "/v1/invitations", invitation).Wants(t, 401).Code())
		})
	}
	user.as(unknown, func() {
		require.Equal(t, session.CodeLocalUserUnknown, owner.Do(t, "GET", "/v1/me", nil).Wants(t, 403).Code())
		require.Contains(t, string(owner.Do(t, "GET", "/", nil).Wants(t, 403).Body), "identify the user of this computer")
		refused := signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 403)
		require.Equal(t, session.CodeLocalUserUnknown, refused.Code())
		require.Empty(t, refused.Header.Get("Set-Cookie"))
	})
	owner.Do(t, "GET", "/v1/me", nil).Wants(t, 200)

	eve := owner.Invite(t, s.Vault, "eve", vault.PersonMember)
	user.as(attacker, func() {
		again := s.Browser(t)
		again.Do(t, "POST", "/v1/signin", map[string]string{"email": eve.Email, "password": vaulttest.Password}).Wants(t, 204)
		again.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
		eve = again
	})
	require.Equal(t, session.CodeSignedOut, eve.Do(t, "GET", "/v1/me", nil).Wants(t, 401).Code(), "a planted session")
}

// TestLooksBelongToOneLocalUser: what another user has chosen, or made up, does not
// change how the pages look.
func TestLooksBelongToOneLocalUser(t *testing.T) {
	t.Parallel()
	var user localUser
	user.Store(victim)
	s := newScene(t, vaulttest.Options{ConnectionUser: user.of})
	owner := s.SetUp(t)
	owner.Do(t, "POST", "/you/looks", url.Values{"theme": {"dark"}, "language": {"es"}}).Wants(t, 303)
	const chosen = `<html lang="es" data-theme="dark">`
	page := func(w *vaulttest.Web) string { return string(w.Do(t, "GET", "/signin", nil).Wants(t, 200).Body) }
	require.Contains(t, page(owner), chosen)
	user.as(attacker, func() { require.NotContains(t, page(owner), chosen) })
	user.as(unknown, func() { require.NotContains(t, page(owner), chosen) })

	plain := s.Browser(t).Do(t, "GET", "/signin", nil, "Cookie", "__Host-sessionferry-theme=dark; __Host-sessionferry-language=es").Wants(t, 200)
	require.NotContains(t, string(plain.Body), chosen)
}

// TestCompanySignInBelongsToOneLocalUser: a sign-in that another user has begun at
// the company's provider is not finished in the person's browser, and what the
// cookie remembers of it cannot be read.
func TestCompanySignInBelongsToOneLocalUser(t *testing.T) {
	t.Parallel()
	var user localUser
	user.Store(victim)
	s, p := withOIDC(t, user.of, false)
	owner := s.SetUp(t)
	owner.Do(t, "POST", "/v1/invitations", map[string]string{"email": "mia@company.example", "role": "member"}).Wants(t, 201)
	w := s.Browser(t)
	var back string
	user.as(attacker, func() {
		begin := w.Do(t, "GET", "/signin/company", nil).Wants(t, 303)
		q, err := url.Parse(begin.Header.Get("Location"))
		require.NoError(t, err)
		for _, secret := range []string{q.Query().Get("state"), q.Query().Get("nonce")} {
			require.NotEmpty(t, secret)
			require.NotContains(t, begin.Header.Get("Set-Cookie"), secret)
		}
		back = strings.TrimPrefix(p.through(t, begin.Header.Get("Location"), "mia"), s.URL)
	})
	w.Do(t, "GET", back, nil, "Sec-Fetch-Site", "cross-site").Wants(t, 401)
	w.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	company(t, p, w, "mia").Wants(t, 303)
	w.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
}

// TestForwardedPort: where a port of this computer leads to the vault from
// elsewhere, its users cannot be told apart, so a cookie of this computer counts for
// nobody. Under a name of its own the vault needs no user.
func TestForwardedPort(t *testing.T) {
	t.Parallel()
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	server, err := vault.New(vault.Config{Store: s.Store, Socket: filepath.Join(t.TempDir(), "socket"), PublicURL: "https://vault.example", Now: s.Now})
	require.NoError(t, err)
	network := 0
	for host, status := range map[string]int{
		"localhost": 403, "LOCALHOST:8443": 403, "localhost.": 403, "vault.localhost": 403, "127.0.0.1:8443": 403, "127.1.2.3": 403, "[::1]:8443": 403,
		"vault.example": 204, "vault.example:8443": 204,
	} {
		r := httptest.NewRequest("POST", "https://"+host+"/v1/signin", strings.NewReader(`{"email":"`+owner.Email+`","password":"`+vaulttest.Password+`","code":""}`))
		r.Header.Set("Content-Type", "application/json")
		network++ // with a limit of its own
		r.RemoteAddr = fmt.Sprintf("10.0.2.%d:40000", network)
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		require.Equal(t, status, w.Code, "%s: %s", host, w.Body)
		require.Equal(t, status == http.StatusNoContent, w.Header().Get("Set-Cookie") != "", host)
	}
}
