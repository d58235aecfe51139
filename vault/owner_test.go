package vault_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// caller is a program or a web browser.
type caller interface {
	Do(t testing.TB, method, path string, body any, header ...string) vaulttest.Answer
}

// callers are one person's, one of each role.
type callers map[vault.Role]caller

// everybody are the people of a test: the owner, an admin who is a stranger to
// the account, a collaborator, and a member who has nothing to do with it.
type everybody struct {
	owner                               callers
	strangers                           map[string]callers
	collaborator                        callers
	ownerWeb, adminWeb, collaboratorWeb *vaulttest.Web
}

func newEverybody(t *testing.T, s *scene) *everybody {
	owner := s.SetUp(t)
	of := func(w *vaulttest.Web) callers {
		return callers{vault.RoleWeb: w, vault.RoleDevice: w.Enrol(t, s.Vault, vault.RoleDevice, w.Name+"'s laptop"), vault.RoleRunner: w.Enrol(t, s.Vault, vault.RoleRunner, w.Name+"'s runner")}
	}
	admin := owner.Invite(t, s.Vault, "ada", vault.PersonAdmin)
	collaborator := owner.Invite(t, s.Vault, "carl", vault.PersonMember)
	owner.Do(t, "PUT", s.path("/members/"+collaborator.Person.String()), nil).Wants(t, 204)
	return &everybody{
		owner:        callers{vault.RoleWeb: owner, vault.RoleDevice: s.device, vault.RoleRunner: s.runner},
		strangers:    map[string]callers{"an admin": of(admin), "a member": of(owner.Invite(t, s.Vault, "mia", vault.PersonMember))},
		collaborator: of(collaborator),
		ownerWeb:     owner, adminWeb: admin, collaboratorWeb: collaborator,
	}
}

// bodies are a possible body for each route that takes one. A route without one
// here is called without.
func bodies(sealed []byte) map[string]any {
	return map[string]any{
		"POST /v1/accounts":              vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: "new"},
		"PUT /v1/accounts/{id}":          map[string]any{"site": vaulttest.Site, "username": "new"},
		"PUT /v1/accounts/{id}/session":  sealed,
		"POST /v1/roster":                map[string]any{"version": []byte("none")},
		"POST /v1/accounts/{id}/lease":   map[string]any{"seen": session.Generation{}},
		"PUT /v1/leases/{lease}/session": sealed,
		"POST /v1/leases/{lease}/report": map[string]any{
			"result": "invalid", "cause": "signed_out_by_app",
		},
	}
}

// otherwise are the routes with ids that are neither an account's nor a lease's,
// and the test of who may do what there.
var otherwise = map[string]string{
	"DELETE /v1/websessions/{websession}": "TestWebSessionsAreOnesOwn",
	"PUT /v1/people/{person}/role":        "TestRoles",
	"DELETE /v1/people/{person}":          "TestRemovalEndsEverything",
	"DELETE /v1/invitations/{invitation}": "TestInvitations",
	"DELETE /v1/programs/{program}":       "TestProgramsAreOnesOwn",
}

// TestOwnerOnly calls every route that names an account or a lease as strangers,
// for the real one and for one that does not exist: the answers are the same, but
// for the request's id, and nothing changes. A collaborator learns one word. A
// route that no rule here covers fails.
func TestOwnerOnly(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed, before := s.device.ShareNow(t, s.account, 100)
	lease := strings.TrimPrefix(s.runner.Lease(t, s.account), "/v1/leases/")
	all := newEverybody(t, s)
	read := map[string]bool{"GET /v1/accounts/{id}": true, "GET /v1/accounts/{id}/session": true}

	for _, r := range vault.Routes() {
		name := r.Method + " " + r.Path
		switch {
		case !strings.Contains(r.Path, "{"):
			continue
		case otherwise[name] != "":
			continue
		}
		require.Regexp(t, `^/v1/(accounts/\{id\}|leases/\{lease\})`, r.Path, "%s: no rule says who may do this", name)
		real := strings.NewReplacer("{id}", s.account.ID.String(), "{lease}", lease, "{person}", all.adminWeb.Person.String()).Replace(r.Path)
		none := strings.NewReplacer("{id}", session.NewID().String(), "{lease}", session.NewID().String(), "{person}", all.adminWeb.Person.String()).Replace(r.Path)
		admitted := 0
		for _, role := range []vault.Role{vault.RoleDevice, vault.RoleRunner, vault.RoleWeb} {
			call := func(t *testing.T, c caller, path string) vaulttest.Answer {
				return c.Do(t, r.Method, path, bodies(sealed)[name], vault.HeaderKey, "k", "X-Test", name)
			}
			if !r.Access.Admits(role) {
				a := call(t, all.owner[role], real)
				require.Contains(t, []session.Code{session.CodeWrongRole, session.CodeUnauthorized}, a.Code(), "%s by the owner's %s", name, role)
				continue
			}
			admitted++
			t.Run(name+" by a "+string(role), func(t *testing.T) {
				var nothing vaulttest.Answer
				for who, callers := range all.strangers {
					nothing = call(t, callers[role], none)
					theirs := call(t, callers[role], real)
					require.Equal(t, nothing.Status, theirs.Status, who)
					require.Equal(t, withoutRequestID(nothing), withoutRequestID(theirs), who)
					require.ElementsMatch(t, slices.Collect(maps.Keys(nothing.Header)), slices.Collect(maps.Keys(theirs.Header)), who)
					if strings.Contains(r.Path, "{id}") {
						require.Equal(t, session.CodeNotFound, theirs.Code(), who)
					}
				}
				got := call(t, all.collaborator[role], real)
				switch {
				case read[name]:
					got.Wants(t, http.StatusOK)
					require.NotContains(t, string(got.Body), "laptop")
					require.NotContains(t, string(got.Body), "cause")
					require.Contains(t, string(got.Body), `"transferred"`)
				case strings.Contains(r.Path, "{id}"):
					require.Equal(t, session.CodeNotOwner, got.Code())
				default: // a lease is its holder's alone
					require.Equal(t, withoutRequestID(nothing), withoutRequestID(got))
				}
			})
		}
		require.Positive(t, admitted, name)
	}
	after := s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, before, after)
	s.runner.Do(t, "GET", "/v1/leases/"+lease+"/envelope", nil).Wants(t, 200)
}

func withoutRequestID(a vaulttest.Answer) string {
	return strings.ReplaceAll(string(a.Body), a.Header.Get("X-Request-Id"), "ID")
}

// TestEveryRouteAsksWhoCalls: nobody, a wrong token, a member where an admin is
// wanted, and a password that was given too long ago.
func TestEveryRouteAsksWhoCalls(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	member := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	nobody := s.Browser(t)
	wrong := *s.device
	wrong.Token = strings.Repeat("A", len(s.device.Token))
	none := *s.device
	none.Token = ""
	each := func(do func(r vault.Route, name, path string)) {
		for _, r := range vault.Routes() {
			if r.Access != vault.AccessAnyone {
				id := session.NewID().String()
				do(r, r.Method+" "+r.Path, strings.NewReplacer("{id}", id, "{lease}", id, "{person}", id, "{websession}", id, "{invitation}", id, "{program}", id).Replace(r.Path))
			}
		}
	}
	each(func(r vault.Route, name, path string) {
		body := bodies(nil)[name]
		for _, c := range []*vaulttest.Client{&wrong, &none} {
			a := c.Do(t, r.Method, path, body).Wants(t, 401)
			require.Contains(t, []session.Code{session.CodeUnauthorized, session.CodeSignedOut}, a.Code(), name)
			require.Equal(t, `DPoP algs="EdDSA"`, a.Header.Get("WWW-Authenticate"))
		}
		if r.Access.Admits(vault.RoleWeb) {
			require.Equal(t, session.CodeSignedOut, nobody.Do(t, r.Method, path, body).Wants(t, 401).Code(), name)
		}
		if r.Access.Admin() {
			require.Equal(t, session.CodeNotAdmin, member.Do(t, r.Method, path, body).Wants(t, 403).Code(), name)
		}
	})
	s.Advance(vault.WebProved + 1)
	each(func(r vault.Route, name, path string) {
		if r.Access.Fresh() {
			require.Equal(t, session.CodeStepUpNeeded, owner.Do(t, r.Method, path, bodies(nil)[name]).Wants(t, 403).Code(), name)
		}
	})
}
