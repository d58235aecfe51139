package host

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/host/config"
	"sessionferry/host/keystore"
	"sessionferry/host/keystore/keystoretest"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// enrolledAt connects a new device of a person to a real vault, by a code that
// the person types.
func enrolledAt(t *testing.T, v *vaulttest.Vault, person *vaulttest.Web, name string) (s *Service, unlisted bool) {
	root := t.TempDir()
	s = &Service{Dirs: config.Dirs{Config: filepath.Join(root, "config"), State: filepath.Join(root, "state")},
		Keys: keystore.On(&keystoretest.Memory{}), Now: time.Now}
	unlisted, err := s.Login(t.Context(), LoginRequest{Name: name, Address: v.URL, Show: func(p vaultapi.Prompt) {
		require.Equal(t, v.URL+"/device", p.Page)
		require.WithinDuration(t, time.Now().Add(vault.EnrolTime), p.Until, time.Minute)
		var asks struct {
			Fingerprint string `json:"fingerprint"`
		}
		person.Do(t, "POST", "/v1/enrolments/find", map[string]any{"code": p.Code}).Wants(t, 200).Into(t, &asks)
		require.Equal(t, asks.Fingerprint, p.Fingerprint)
		person.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": p.Code, "allow": true}).Wants(t, 204)
	}})
	require.NoError(t, err)
	return s, unlisted
}

func named(t *testing.T, s *Service, name string) Program {
	list, err := s.Programs(t.Context())
	require.NoError(t, err)
	for _, p := range list {
		if p.Name == name {
			return p
		}
	}
	require.Fail(t, "no such program", name)
	return Program{}
}

// TestSecondDevice: the first device starts the roster; a second one is trusted
// once the first has signed it in and it was told the hash; revoked, it is out.
func TestSecondDevice(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	first, unlisted := enrolledAt(t, v, owner, "laptop")
	require.False(t, unlisted)
	second, unlisted := enrolledAt(t, v, owner, "desktop")
	require.True(t, unlisted)
	require.Equal(t, "roster_invalid", second.State(t.Context(), false).Vault, "the vault's word alone is not trusted")

	p := named(t, first, "desktop")
	require.False(t, p.Listed)
	require.True(t, named(t, first, "laptop").Current)
	hash, err := first.Approve(t.Context(), p.Name, p.Key)
	require.NoError(t, err)
	require.NoError(t, second.Trust(hash.String()))
	require.Equal(t, "ok", second.State(t.Context(), false).Vault)
	require.True(t, named(t, second, "desktop").Listed)
	again, err := second.Approve(t.Context(), p.Name, p.Key)
	require.NoError(t, err)
	require.Equal(t, hash, again, "it changes nothing")

	_, err = second.Revoke(t.Context(), named(t, second, "laptop"))
	require.NoError(t, err)
	_, err = first.Programs(t.Context())
	require.Equal(t, session.CodeUnauthorized, session.CodeOf(err))
	list, err := second.Programs(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
}

// TestRefusedLogin keeps nothing of a vault whose person said no.
func TestLoginRefusesHiddenNames(t *testing.T) {
	s := &Service{Keys: keystore.On(&keystoretest.Memory{}), Now: time.Now}
	for _, name := range []string{"", "a\u202eb", "a\u200bb", "a\u009bb", "a\x1bb"} {
		_, err := s.Login(t.Context(), LoginRequest{Name: name})
		require.Equal(t, session.CodeNameInvalid, session.CodeOf(err), "%q", name)
	}
}

func TestRefusedLogin(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	root := t.TempDir()
	s := &Service{Dirs: config.Dirs{Config: root, State: root}, Keys: keystore.On(&keystoretest.Memory{}), Now: time.Now}
	_, err := s.Login(t.Context(), LoginRequest{Name: "laptop", Address: v.URL, Show: func(p vaultapi.Prompt) {
		owner.Do(t, "POST", "/v1/enrolments/answer", map[string]any{"code": p.Code, "allow": false}).Wants(t, 204)
	}})
	require.Equal(t, session.CodeEnrolmentDenied, session.CodeOf(err))
	_, err = s.Dirs.Enrolment()
	require.Equal(t, session.CodeNotEnrolled, session.CodeOf(err))
}

// TestAVaultThatPlantsADevice: a key that the vault lists and no device has signed
// in is shown as not trusted, and nothing is sealed to it.
func TestAVaultThatPlantsADevice(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	s, _ := enrolledAt(t, v, owner, "laptop")
	planted := owner.Enrol(t, v, vault.RoleRunner, "runner") // as a vault can that forges its owner's word
	require.False(t, named(t, s, "runner").Listed)
	l, err := s.connect(t.Context())
	require.NoError(t, err)
	roster, err := s.trustedRoster(t.Context(), l)
	require.NoError(t, err)
	for _, k := range roster.Recipients(time.Now()) {
		require.NotEqual(t, planted.Keys.ID(), k.ID())
	}
	// Nor can it put the key into the chain: it holds no key that signs.
	next, err := roster.Add(envelope.Entry{Keys: planted.Keys.Public(), Name: "runner"}, time.Now())
	require.NoError(t, err)
	forger, err := envelope.NewSeeds().Keys(envelope.RoleDevice)
	require.NoError(t, err)
	_, err = next.Sign(forger)
	require.Error(t, err)
}

// TestRevokedAtTheVaultAlone: a program that the vault does not name any more, or
// hides, is still shown as trusted and can be struck out of the roster.
func TestRevokedAtTheVaultAlone(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	s, _ := enrolledAt(t, v, owner, "laptop")
	runner := owner.Enrol(t, v, vault.RoleRunner, "runner")
	_, err := s.Approve(t.Context(), "runner", runner.Keys.Public())
	require.NoError(t, err)
	owner.Do(t, "DELETE", "/v1/programs/"+runner.Principal.String(), nil).Wants(t, 204)
	p := named(t, s, "runner")
	require.True(t, p.Listed)
	require.True(t, p.ID.IsZero())
	_, err = s.Revoke(t.Context(), p)
	require.NoError(t, err)
	list, err := s.Programs(t.Context())
	require.NoError(t, err)
	require.Len(t, list, 1)
}

// TestTypedSite: a site is typed as in a browser's address bar.
func TestTypedSite(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	device, _ := enrolledAt(t, v, v.SetUp(t), "laptop")
	card, err := device.AddAccount(t.Context(), "mediawiki", "Wiki.example/", "Bob")
	require.NoError(t, err)
	require.Equal(t, "https://wiki.example", card.Site)
}
