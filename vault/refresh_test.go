package vault_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestRefresh: a runner takes a session, renews its lease, hands the session back
// twice, and the next runner gets what came last; then the person shares anew.
func TestRefresh(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	share, _ := s.device.ShareNow(t, s.account, 100)
	lease := s.runner.Lease(t, s.account)
	s.Advance(vault.LeaseTime - time.Minute)
	var renewed struct {
		Until   time.Time       `json:"until"`
		Account session.Account `json:"account"`
	}
	s.runner.Do(t, "POST", lease+"/renew", nil).Wants(t, 200).Into(t, &renewed)
	require.WithinDuration(t, s.Now().Add(vault.LeaseTime), renewed.Until, time.Minute)
	require.Equal(t, s.account.ID, renewed.Account.ID)
	s.Advance(2 * time.Minute)

	first := s.runner.Refresh(t, share, 60_000, nil)
	st := s.runner.HandBack(t, lease, "one", first).Wants(t, 201).StatusOf(t)
	require.Equal(t, session.Generation{Share: 1, Refresh: 1}, st.Generation)
	require.Equal(t, "laptop", st.By)
	require.Equal(t, st, s.runner.HandBack(t, lease, "one", first).Wants(t, 200).StatusOf(t))
	require.Equal(t, session.CodeGenerationConflict, s.runner.HandBack(t, lease, "two", first).Wants(t, 409).Code())
	second := s.runner.Refresh(t, first, 100, nil)
	s.runner.HandBack(t, lease, "three", second).Wants(t, 201)
	s.runner.Do(t, "DELETE", lease, nil).Wants(t, 204)

	other := s.Enrol(t, vault.RoleRunner, "another runner")
	lease = other.Lease(t, s.account)
	got := other.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200).Body
	require.Equal(t, second, got, "byte for byte")
	e, err := envelope.Parse(got)
	require.NoError(t, err)
	bundle, err := e.Open(s.runner.Keys, s.runner.Roster(t), envelope.Expect{
		Workspace: s.device.Workspace, Account: s.account.ID, App: s.account.App, Seen: session.Generation{Share: 1, Refresh: 2}, Now: s.Now(),
	})
	require.NoError(t, err)
	require.Len(t, bundle, 100)

	s.device.ShareNow(t, s.account, 100)
	a := other.HandBack(t, lease, "late", second)
	require.Equal(t, session.CodeLeaseEnded, a.Wants(t, 410).Code(), "a person's newer share wins")
	require.Equal(t, session.Generation{Share: 2}, s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).Generation)
}

// TestRefreshRefusals: each refusal has its code, and the session stays as it was.
func TestRefreshRefusals(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	second := s.Enrol(t, vault.RoleRunner, "second")
	s.device.Trust(t, second)
	share, before := s.device.ShareNow(t, s.account, 100)
	alice := s.device.AddAccount(t, "Alice")
	hers, _ := s.device.ShareNow(t, alice, 100)
	twin := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 1, Size: 100}) // of the same number, never put
	lease, stranger := s.runner.Lease(t, s.account), s.Enrol(t, vault.RoleRunner, "not in the roster")
	good := s.runner.Refresh(t, share, 100, nil)
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, tt := range map[string]struct {
		body []byte
		code session.Code
	}{
		"not an envelope":    {[]byte("hello"), session.CodeEnvelopeInvalid},
		"cut":                {good[:len(good)-1], session.CodeEnvelopeInvalid},
		"one byte changed":   {flipped, session.CodeEnvelopeSender},
		"a share":            {share, session.CodeEnvelopeContext},
		"another's account":  {s.runner.Refresh(t, hers, 100, nil), session.CodeEnvelopeContext},
		"another session":    {s.runner.Refresh(t, twin, 100, nil), session.CodeEnvelopeContext},
		"another's key":      {second.Refresh(t, share, 100, nil), session.CodeEnvelopeSender},
		"an unlisted sender": {stranger.Refresh(t, share, 100, nil, s.device.Roster(t).Recipients(time.Now())...), session.CodeEnvelopeSender},
		"a skipped number":   {s.runner.Refresh(t, good, 100, nil), session.CodeGenerationConflict},
		"from the future":    {s.runner.Refresh(t, share, 100, func(r *envelope.Refresh) { r.Created = time.Now().Add(11 * time.Minute) }), session.CodeEnvelopeInvalid},
		"past its end": {s.runner.Refresh(t, share, 100, func(r *envelope.Refresh) {
			r.Created, r.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
		}), session.CodeEnvelopeExpired},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.runner.HandBack(t, lease, "k", tt.body)
			require.Equal(t, tt.code, a.Code(), "%s", a.Body)
		})
	}
	s.runner.HandBack(t, lease, "", good).Wants(t, 400)
	s.runner.Do(t, "PUT", lease+"/session", map[string]string{"not": "an envelope"}, vault.HeaderKey, "k").Wants(t, 400)
	require.Equal(t, session.CodeLeaseEnded, second.HandBack(t, lease, "k", good).Wants(t, 410).Code(), "a lease is its holder's")
	require.Equal(t, session.CodeEnvelopeContext, s.device.Put(t, s.account, "k", good).Code(), "no device puts a refresh")
	require.Equal(t, before, s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t))
	require.Equal(t, share, s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200).Body)
	s.runner.HandBack(t, lease, "k", good).Wants(t, 201)
}

// TestRefreshLeavesNothing: no file holds a piece of the older generation once the
// erasure is confirmed.
func TestRefreshLeavesNothing(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	older, _ := s.device.ShareNow(t, s.account, 60_000)
	marks := [][]byte{older[len(older)/4 : len(older)/4+32], older[len(older)/2 : len(older)/2+32]}
	require.True(t, holds(t, s.Dir, marks...), "the scan finds what is there")
	lease := s.runner.Lease(t, s.account)
	newer := s.runner.Refresh(t, older, 60_000, nil)
	s.runner.HandBack(t, lease, "one", newer).Wants(t, 201)
	n, err := s.Store.Erase(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.False(t, holds(t, s.Dir, marks...))
	require.Equal(t, newer, s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200).Body)
}
