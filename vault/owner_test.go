package vault_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// bodies are a possible body for each route that takes one. A route without one
// here is called without.
func bodies(sealed []byte) map[string]any {
	return map[string]any{
		"POST /v1/accounts":              vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: "new"},
		"PUT /v1/accounts/{id}/session":  sealed,
		"POST /v1/roster":                map[string]any{"version": []byte("none")},
		"POST /v1/accounts/{id}/lease":   map[string]any{"seen": session.Generation{}},
		"PUT /v1/leases/{lease}/session": sealed,
		"POST /v1/leases/{lease}/report": map[string]any{
			"result": "invalid", "cause": "signed_out_by_app",
		},
	}
}

// TestOwnerOnly calls every route that names an account or a lease as a stranger,
// for the real one and for one that does not exist: the answers are the same, but
// for the request's id, and nothing changes. A collaborator learns one word.
func TestOwnerOnly(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed, before := s.device.ShareNow(t, s.account, 100)
	lease := strings.TrimPrefix(s.runner.Lease(t, s.account), "/v1/leases/")
	strangers := map[vault.Access]*vaulttest.Client{
		vault.AccessDevice: s.AddPerson(t, vault.RoleDevice, "stranger"),
		vault.AccessRunner: s.AddPerson(t, vault.RoleRunner, "stranger's runner"),
	}
	strangers[vault.AccessPrograms] = strangers[vault.AccessDevice]
	collaborators := map[vault.Access]*vaulttest.Client{
		vault.AccessDevice: s.AddPerson(t, vault.RoleDevice, "collaborator"),
		vault.AccessRunner: s.AddPerson(t, vault.RoleRunner, "collaborator's runner"),
	}
	collaborators[vault.AccessPrograms] = collaborators[vault.AccessDevice]
	for _, c := range []*vaulttest.Client{collaborators[vault.AccessDevice], collaborators[vault.AccessRunner]} {
		s.AddMember(t, s.account.ID, c.Person, session.RoleCollaborator)
	}
	read := map[string]bool{"GET /v1/accounts/{id}": true, "GET /v1/accounts/{id}/session": true}

	tested := 0
	for _, r := range vault.Routes() {
		name := r.Method + " " + r.Path
		if !strings.Contains(r.Path, "{") {
			continue
		}
		tested++
		t.Run(name, func(t *testing.T) {
			real := strings.NewReplacer("{id}", s.account.ID.String(), "{lease}", lease).Replace(r.Path)
			none := strings.NewReplacer("{id}", session.NewID().String(), "{lease}", session.NewID().String()).Replace(r.Path)
			call := func(c *vaulttest.Client, path string) vaulttest.Answer {
				return c.Do(t, r.Method, path, bodies(sealed)[name], vault.HeaderKey, "k", "X-Test", name)
			}
			theirs, nothing := call(strangers[r.Access], real), call(strangers[r.Access], none)
			require.Equal(t, nothing.Status, theirs.Status)
			require.Equal(t, withoutRequestID(nothing), withoutRequestID(theirs))
			if strings.Contains(r.Path, "{id}") {
				require.Equal(t, session.CodeNotFound, theirs.Code())
			}

			got := call(collaborators[r.Access], real)
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
	require.GreaterOrEqual(t, tested, 8)
	after := s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, before, after)
	s.runner.Do(t, "GET", "/v1/leases/"+lease+"/envelope", nil).Wants(t, 200)
}

func withoutRequestID(a vaulttest.Answer) string {
	return strings.ReplaceAll(string(a.Body), a.Header.Get("X-Request-Id"), "ID")
}

// TestEveryRouteAsksWhoCalls: no token, a wrong one, and the other role's.
func TestEveryRouteAsksWhoCalls(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	wrong := *s.device
	wrong.Token = strings.Repeat("A", len(s.device.Token))
	none := *s.device
	none.Token = ""
	for _, r := range vault.Routes() {
		if r.Access == vault.AccessAnyone {
			continue
		}
		path := strings.NewReplacer("{id}", s.account.ID.String(), "{lease}", session.NewID().String()).Replace(r.Path)
		for _, c := range []*vaulttest.Client{&wrong, &none} {
			a := c.Do(t, r.Method, path, bodies(nil)[r.Method+" "+r.Path]).Wants(t, 401)
			require.Equal(t, session.CodeUnauthorized, a.Code())
			require.Equal(t, `DPoP algs="EdDSA"`, a.Header.Get("WWW-Authenticate"))
		}
		other := map[vault.Access]*vaulttest.Client{vault.AccessDevice: s.runner, vault.AccessRunner: s.device}[r.Access]
		if other != nil {
			require.Equal(t, session.CodeWrongRole, other.Do(t, r.Method, path, bodies(nil)[r.Method+" "+r.Path]).Wants(t, 403).Code())
		}
	}
}
