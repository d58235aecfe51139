package vault_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"sessionferry/vault"
	"sessionferry/vault/oidc"
	"sessionferry/vault/vaulttest"
)

// provider is a certified OpenID provider with three people, on this machine.
type provider struct {
	*httptest.Server
	users map[string]*storage.User
}

func (p *provider) GetUserByID(id string) *storage.User { return p.users[id] }

func (p *provider) GetUserByUsername(name string) *storage.User {
	for _, u := range p.users {
		if u.Username == name {
			return u
		}
	}
	return nil
}

func (p *provider) ExampleClientID() string { return "service" }

func newProvider(t *testing.T) *provider {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	p := &provider{users: map[string]*storage.User{
		"1": {ID: "1", Username: "mia", Password: "at the company", FirstName: "Mia", LastName: "Member", Email: "Mia@company.example", EmailVerified: true},
		"3": {ID: "3", Username: "olga", Password: "at the company", FirstName: "Olga", LastName: "Owner", Email: "olga@company.example", EmailVerified: true},
		"2": {ID: "2", Username: "eve", Password: "at the company", FirstName: "Eve", LastName: "Evil", Email: "olga@company.example", EmailVerified: false},
	}}
	var handler http.Handler
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(p.Close)
	handler = exampleop.SetupServer(p.URL, storage.NewStorage(p), nil, false, op.WithAllowInsecure())
	return p
}

// withOIDC is a vault whose company has the provider; user is that of
// vaulttest.Options, codes the setting of that name.
func withOIDC(t *testing.T, user func(from, to netip.AddrPort) (uint32, error), codes bool) (*scene, *provider) {
	p := newProvider(t)
	s := newScene(t, vaulttest.Options{ConnectionUser: user, OIDC: &oidc.Config{Issuer: p.URL, ClientID: "vault", ClientSecret: "secret", Codes: codes}})
	storage.RegisterClients(storage.WebClient("vault", "secret", s.URL+"/signin/company/back"))
	return s, p
}

// through goes the way of a browser through the provider's pages, and returns the
// address with which it comes back to the vault.
func (p *provider) through(t *testing.T, begin, user string) string {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != strings.TrimPrefix(p.URL, "http://") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := browser.Get(begin)
	require.NoError(t, err)
	require.NoError(t, page.Body.Close())
	id := page.Request.URL.Query().Get("authRequestID")
	require.NotEmpty(t, id, page.Request.URL)
	back, err := browser.PostForm(p.URL+"/login/username", url.Values{"id": {id}, "username": {user}, "password": {"at the company"}})
	require.NoError(t, err)
	require.NoError(t, back.Body.Close())
	require.Equal(t, http.StatusFound, back.StatusCode)
	return back.Header.Get("Location")
}

// company signs somebody in at the company's provider, in a browser of the vault.
func company(t *testing.T, p *provider, w *vaulttest.Web, user string) vaulttest.Answer {
	return comesBack(t, w, p.through(t, w.Do(t, "GET", "/signin/company", nil).Wants(t, 303).Header.Get("Location"), user))
}

// comesBack follows the provider's redirect to the vault.
func comesBack(t *testing.T, w *vaulttest.Web, back string) vaulttest.Answer {
	u, err := url.Parse(back)
	require.NoError(t, err)
	require.Equal(t, "/signin/company/back", u.Path)
	return w.Do(t, "GET", u.RequestURI(), nil, "Sec-Fetch-Site", "cross-site")
}

// TestOpenIDConnect: whom the company's provider vouches for is signed in if there
// is an invitation for the address that it has verified, and is that person from
// then on, whatever the address becomes.
func TestOpenIDConnect(t *testing.T) {
	s, p := withOIDC(t, nil, false)
	owner := s.SetUp(t)
	require.Contains(t, string(s.Browser(t).Do(t, "GET", "/signin", nil).Wants(t, 200).Body), "/signin/company")
	w := s.Browser(t)
	refused := company(t, p, w, "mia").Wants(t, 403)
	require.Contains(t, string(refused.Body), "nobody has invited you here")
	w.Do(t, "GET", "/v1/me", nil).Wants(t, 401)

	owner.Do(t, "POST", "/v1/invitations", map[string]string{"email": "mia@company.example", "role": "member"}).Wants(t, 201)
	company(t, p, w, "mia").Wants(t, 303)
	w.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
	require.Equal(t, map[string]vault.PersonRole{"Olga Owner": "admin", "Mia Member": "member"}, people(t, owner))
	signIn(t, s.Vault, "mia@company.example", "", "").Wants(t, 401)

	p.users["1"].Email = "mia.married@company.example"
	again := s.Browser(t)
	company(t, p, again, "mia").Wants(t, 303)
	require.Len(t, people(t, again), 2)
}

// TestOpenIDConnectRefuses: an address that the provider has not verified is
// nobody's; a code goes with the browser that began; a lost provider is told so.
func TestOpenIDConnectRefuses(t *testing.T) {
	s, p := withOIDC(t, nil, false)
	s.SetUp(t)
	refused := company(t, p, s.Browser(t), "eve").Wants(t, 403)
	require.Contains(t, string(refused.Body), "nobody has invited you here")

	thief, victim := s.Browser(t), s.Browser(t)
	begin := thief.Do(t, "GET", "/signin/company", nil).Wants(t, 303)
	back := strings.TrimPrefix(p.through(t, begin.Header.Get("Location"), "mia"), s.URL)
	victim.Do(t, "GET", back, nil, "Sec-Fetch-Site", "cross-site").Wants(t, 401)
	victim.Do(t, "GET", "/signin/company/back?error=access_denied&state=x", nil).Wants(t, 401)

	p.Close()
	thief.Do(t, "GET", back, nil).Wants(t, 401)
	fresh, _ := withOIDC(t, nil, false)
	fresh.Browser(t).Do(t, "GET", "/signin/company", nil).Wants(t, 303)
	without := newScene(t, vaulttest.Options{})
	without.Browser(t).Do(t, "GET", "/signin/company", nil).Wants(t, 404)
}
