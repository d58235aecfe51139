package vault_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// waiting is the answer of a runner's call for what waits.
type waiting struct {
	Lease   session.ID      `json:"lease"`
	Until   time.Time       `json:"until"`
	Account session.Account `json:"account"`
	Share   uint64          `json:"share"`
}

func (w waiting) path() string { return "/v1/leases/" + w.Lease.String() }

func (s *scene) ask(t *testing.T, wait int) vaulttest.Answer {
	return s.runner.Do(t, "POST", "/v1/confirmations", map[string]int{"wait": wait})
}

// TestWayOfAnAttempt goes the whole way: a share waits beside the current
// session, a runner opens it, and its word decides.
func TestWayOfAnAttempt(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	older, _ := s.device.ShareNow(t, s.account, 1000)
	sealed, st := s.device.ShareToConfirm(t, s.account, 18_000)
	require.Equal(t, session.StateTransferred, st.State)
	require.Equal(t, uint64(1), st.Generation.Share)
	require.True(t, st.Attempt.Waits())
	require.WithinDuration(t, time.Now().Add(vault.DefaultConfirmWithin), *st.Attempt.Until, time.Minute)

	var w waiting
	s.ask(t, 0).Wants(t, 201).Into(t, &w)
	require.Equal(t, uint64(2), w.Share)
	require.Equal(t, s.account.ID, w.Account.ID)
	require.WithinDuration(t, time.Now().Add(vault.ConfirmLeaseTime), w.Until, time.Minute)
	s.ask(t, 0).Wants(t, 204)
	require.Equal(t, sealed, s.runner.Do(t, "GET", w.path()+"/envelope", nil).Wants(t, 200).Body)
	e, err := envelope.Parse(sealed)
	require.NoError(t, err)
	_, err = e.Open(s.runner.Keys, s.runner.Roster(t), envelope.Expect{
		Workspace: s.device.Workspace, Account: s.account.ID, App: s.account.App, Now: time.Now(), Seen: session.Generation{Share: 1},
	})
	require.NoError(t, err)

	current := s.runner.Lease(t, s.account)
	require.Equal(t, older, s.runner.Do(t, "GET", current+"/envelope", nil).Wants(t, 200).Body)
	for path, bad := range map[string]map[string]string{
		w.path(): {"result": "used"}, current: {"result": "confirmed"},
	} {
		require.Equal(t, session.CodeRequestInvalid, s.runner.Do(t, "POST", path+"/report", bad).Wants(t, 400).Code())
	}
	s.runner.Do(t, "POST", w.path()+"/report", map[string]string{"result": "confirmed", "cause": "shared"}).Wants(t, 400)
	st = s.runner.Do(t, "POST", w.path()+"/report", map[string]string{"result": "confirmed"}).Wants(t, 200).StatusOf(t)
	require.Equal(t, uint64(2), st.Generation.Share)
	require.Nil(t, st.Attempt)
	require.NotNil(t, st.LastUsed)
	s.runner.Do(t, "GET", current+"/envelope", nil).Wants(t, 410)
	s.runner.Do(t, "DELETE", w.path(), nil).Wants(t, 204)

	_, st = s.device.ShareToConfirm(t, s.account, 100)
	require.Equal(t, uint64(4), st.NextShare)
	s.ask(t, 0).Wants(t, 201).Into(t, &w)
	st = s.runner.Do(t, "POST", w.path()+"/report", map[string]string{"result": "invalid", "cause": "bound_to_device"}).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.CauseBound, st.Attempt.Cause)
	require.Equal(t, session.StateTransferred, st.State)
	require.Equal(t, uint64(2), st.Generation.Share)
	s.runner.Invalidate(t, s.Vault, s.account, session.CauseBound)
	st = s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.CauseBound, st.Cause, "also of a current session")
}

// TestConfirmHeader: a put that is to wait says so in one way, and the same key
// answers the same.
func TestConfirmHeader(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 1, Size: 100})
	for _, bad := range []string{"no", "1", "YES", "yes, yes"} {
		s.device.Put(t, s.account, "key", sealed, vault.HeaderConfirm, bad).Wants(t, 400)
	}
	first := s.device.Put(t, s.account, "key", sealed, vault.HeaderConfirm, "yes").Wants(t, 201)
	require.Equal(t, session.StateConfirming, first.StatusOf(t).State)
	again := s.device.Put(t, s.account, "key", sealed, vault.HeaderConfirm, "yes").Wants(t, 200)
	require.Equal(t, first.Body, again.Body)
	again = s.device.Put(t, s.account, "key", sealed).Wants(t, 200)
	require.Equal(t, first.Body, again.Body, "a key that was applied changes nothing, whatever it says now")
}

// TestConfirmationWaits: a call that waits ends empty after its time, which may be
// longer than a request has to arrive; a put wakes it; and it never keeps the vault
// from stopping.
func TestConfirmationWaits(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		for _, bad := range []any{map[string]int{"wait": -1}, map[string]int{"wait": 51}, map[string]string{"wait": "1"}, map[string]int{"more": 1}, []int{1}} {
			s.runner.Do(t, "POST", "/v1/confirmations", bad).Wants(t, 400)
		}
		for _, wait := range []int{0, 1, 17, 50} {
			began := time.Now()
			s.ask(t, wait).Wants(t, 204)
			require.Equal(t, time.Duration(wait)*time.Second, time.Since(began))
		}
		answered := make(chan vaulttest.Answer)
		wait := func() (began time.Time) {
			go func() { answered <- s.ask(t, 50) }()
			synctest.Wait()
			return time.Now()
		}
		began := wait()
		s.device.ShareToConfirm(t, s.account, 100)
		(<-answered).Wants(t, 201)
		require.Zero(t, time.Since(began), "the put wakes it, not the next look")

		began = wait()
		s.Stop()
		require.Less(t, time.Since(began), time.Second)
		(<-answered).Wants(t, 204)
	})
}

// TestConfirmationOfAnotherRunner: what is not sealed to a runner's key is not
// handed to it.
func TestConfirmationOfAnotherRunner(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	other := s.Enrol(t, vault.RoleRunner, "another runner")
	sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 1, Size: 10, To: []*vaulttest.Client{s.runner}})
	s.device.Put(t, s.account, "key", sealed, vault.HeaderConfirm, "yes").Wants(t, 201)
	other.Do(t, "POST", "/v1/confirmations", map[string]int{"wait": 0}).Wants(t, 204)
	s.ask(t, 0).Wants(t, 201)
	require.Equal(t, session.CodeWrongRole, s.device.Do(t, "POST", "/v1/confirmations", map[string]int{"wait": 0}).Wants(t, 403).Code())
}

// TestRefusedLeavesNothing: after a refusal, and the bound, no file holds a piece
// of the newcomer, and the older session opens.
func TestRefusedLeavesNothing(t *testing.T) {
	const bound = vault.DefaultEraseWithin
	bubble(t, vaulttest.Options{EraseWithin: bound}, func(t *testing.T, s *scene) {
		older, _ := s.device.ShareNow(t, s.account, 60_000)
		sealed, _ := s.device.ShareToConfirm(t, s.account, 60_000)
		mark := sealed[len(sealed)/2 : len(sealed)/2+32]
		require.True(t, holds(t, s.Dir, mark))
		var w waiting
		s.ask(t, 0).Wants(t, 201).Into(t, &w)
		s.runner.Do(t, "POST", w.path()+"/report", map[string]string{"result": "invalid", "cause": "wrong_account_on_arrival"}).Wants(t, 200)
		time.Sleep(bound)
		require.False(t, holds(t, s.Dir, mark))
		require.Equal(t, older, s.runner.Do(t, "GET", s.runner.Lease(t, s.account)+"/envelope", nil).Wants(t, 200).Body)

		sealed, st := s.device.ShareToConfirm(t, s.account, 60_000)
		mark = sealed[len(sealed)/2 : len(sealed)/2+32]
		require.True(t, holds(t, s.Dir, mark))
		time.Sleep(time.Until(*st.Attempt.Until))
		require.Equal(t, session.CauseUnconfirmed, s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).Attempt.Cause)
		time.Sleep(bound)
		require.False(t, holds(t, s.Dir, mark))
	})
}
