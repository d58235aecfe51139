package vault_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// scene is a vault with an owner's device and runner that trust each other, and
// one account.
type scene struct {
	*vaulttest.Vault
	device, runner *vaulttest.Client
	account        session.Account
	memory         *memory // the network of a bubble
}

func newScene(t testing.TB, o vaulttest.Options) *scene {
	s := &scene{Vault: vaulttest.Start(t, o)}
	s.device = s.Enrol(t, vault.RoleDevice, "laptop")
	s.runner = s.Enrol(t, vault.RoleRunner, "runner")
	s.device.Trust(t, s.runner)
	s.account = s.device.AddAccount(t, "Bob")
	return s
}

func (s *scene) path(tail string) string { return "/v1/accounts/" + s.account.ID.String() + tail }

// TestWayOfASession goes the whole way: enrol, trust, share, lease, open, use,
// replace, delete.
func TestWayOfASession(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed, st := s.device.ShareNow(t, s.account, 18_000)
	require.Equal(t, session.StateTransferred, st.State)
	require.Equal(t, "laptop", st.By)
	require.Equal(t, uint64(1), st.Generation.Share)
	require.Equal(t, uint64(2), st.NextShare)
	require.WithinDuration(t, time.Now().Add(vault.DefaultRetentionWindow), *st.Until, time.Minute)

	lease := s.runner.Lease(t, s.account)
	got := s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200)
	require.Equal(t, vault.MediaType, got.Header.Get("Content-Type"))
	require.Equal(t, sealed, got.Body, "byte for byte")
	e, err := envelope.Parse(got.Body)
	require.NoError(t, err)
	bundle, err := e.Open(s.runner.Keys, s.runner.Roster(t), envelope.Expect{
		Workspace: s.device.Workspace, Account: s.account.ID, App: s.account.App, Now: time.Now(),
	})
	require.NoError(t, err)
	require.Len(t, bundle, 18_000)

	st = s.runner.Do(t, "POST", lease+"/report", map[string]string{"result": "used"}).Wants(t, 200).StatusOf(t)
	require.NotNil(t, st.LastUsed)
	s.runner.Do(t, "DELETE", lease, nil).Wants(t, 204)

	second, _ := s.device.ShareNow(t, s.account, 1000)
	lease = s.runner.Lease(t, s.account)
	require.Equal(t, second, s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200).Body)

	st = s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateNone, st.State)
	require.Equal(t, session.CauseDeleted, st.Cause)
	require.Equal(t, session.CodeLeaseEnded, s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 410).Code())
	a := s.runner.Do(t, "POST", s.path("/lease"), map[string]any{"seen": session.Generation{}}).Wants(t, 404)
	require.Equal(t, session.CodeSessionNone, a.Code())
}

func TestIdempotentPut(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 1, Size: 100})
	first := s.device.Put(t, s.account, "key", sealed).Wants(t, 201)
	again := s.device.Put(t, s.account, "key", sealed).Wants(t, 200)
	require.Equal(t, first.Body, again.Body)
	require.Equal(t, first.Header.Get("ETag"), again.Header.Get("ETag"))

	conflict := s.device.Put(t, s.account, "other", sealed).Wants(t, 409)
	require.Equal(t, session.CodeGenerationConflict, conflict.Code())
	var told struct {
		Session session.Status `json:"session"`
	}
	conflict.Into(t, &told)
	require.Equal(t, uint64(2), told.Session.NextShare)
	require.Equal(t, "key", told.Session.ShareKey)
}

// TestSeenRaisesTheNextShare: a share that was sealed with a number above what its
// device has seen is taken by a vault that lost newer ones, up to a million of them.
func TestSeenRaisesTheNextShare(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	put := func(number uint64, seen string) vaulttest.Answer {
		sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: number, Size: 10})
		return s.device.Put(t, s.account, "k"+strings.ReplaceAll(seen, ".", "-"), sealed, vault.HeaderSeen, seen)
	}
	require.Equal(t, uint64(9), put(8, "7.2").Wants(t, 201).StatusOf(t).NextShare)
	require.Equal(t, uint64(9), s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).NextShare)
	for _, bad := range []string{"7", "7.", ".2", "07.1", "-1.0", "+1.0", "1.0.0", "18446744073709551616.0"} {
		require.Equal(t, session.CodeRequestInvalid, put(9, bad).Wants(t, 400).Code(), bad)
	}
	for _, far := range []string{"1000009.0", "281474976710656.0"} {
		require.Equal(t, session.CodeGenerationAhead, put(9, far).Wants(t, 409).Code(), far)
		lease := map[string]any{"seen": session.Generation{Share: 1_000_009}}
		require.Equal(t, session.CodeGenerationAhead, s.runner.Do(t, "POST", s.path("/lease"), lease).Wants(t, 409).Code())
	}
	put(1_000_009, "1000008.0").Wants(t, 201)
}

func TestPollingByTag(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	first := s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200)
	tag := first.Header.Get("ETag")
	require.NotEmpty(t, tag)
	require.Empty(t, s.device.Do(t, "GET", s.path("/session"), nil, "If-None-Match", tag).Wants(t, 304).Body)
	s.device.ShareNow(t, s.account, 10)
	s.device.Do(t, "GET", s.path("/session"), nil, "If-None-Match", tag).Wants(t, 200)
}

// TestRunnerReportsSignedOut: the person sees why, and a share heals it.
func TestRunnerReportsSignedOut(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 10)
	lease := s.runner.Lease(t, s.account)
	for _, bad := range []any{
		map[string]string{"result": "invalid"},
		map[string]string{"result": "invalid", "cause": "shared"},
		map[string]string{"result": "used", "cause": "signed_out_by_app"},
		map[string]string{"result": "stolen"},
		map[string]string{"result": "used", "more": "x"},
		"used",
	} {
		s.runner.Do(t, "POST", lease+"/report", bad).Wants(t, 400)
	}
	out := map[string]string{"result": "invalid", "cause": "signed_out_by_app"}
	st := s.runner.Do(t, "POST", lease+"/report", out).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateTransferred, st.State, "one answer is kept, and its lease ends")
	s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 410)
	s.Advance(vault.DefaultRecheckAfter)
	lease = s.runner.Lease(t, s.account)
	st = s.runner.Do(t, "POST", lease+"/report", out).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateInvalid, st.State)
	require.Equal(t, session.CauseSignedOut.Text(), st.CauseText)
	s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 410)
	s.device.ShareNow(t, s.account, 10)
}

func TestMe(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	var me struct {
		Person    session.ID `json:"person"`
		Principal session.ID `json:"principal"`
		Role      string     `json:"role"`
	}
	s.runner.Do(t, "GET", "/v1/me", nil).Wants(t, 200).Into(t, &me)
	require.Equal(t, s.runner.Principal, me.Principal)
	require.Equal(t, s.device.Person, me.Person)
	require.Equal(t, "runner", me.Role)
	s.runner.Do(t, "DELETE", "/v1/me", nil).Wants(t, 204)
	require.Equal(t, session.CodeUnauthorized, s.runner.Do(t, "GET", "/v1/me", nil).Wants(t, 401).Code())
}

func TestAudit(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 10)
	var log struct {
		Entries []vault.AuditEntry `json:"entries"`
	}
	s.device.Do(t, "GET", "/v1/audit", nil).Wants(t, 200).Into(t, &log)
	require.Equal(t, vault.ActionShared, log.Entries[0].Action)
	require.Equal(t, session.ConsentText, log.Entries[0].Consent.Text)
	s.device.Do(t, "GET", "/v1/audit?before=x", nil).Wants(t, 400)
}
