// Package storetest is the conformance suite of vault.Store: what the vault
// promises about its records, tested against each implementation. Run is called
// from the implementation's own tests.
package storetest

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// Run runs the suite. open is called once for each test.
func Run(t *testing.T, open func(t *testing.T) *Backend) {
	tests := []struct {
		name string
		test func(t *testing.T, w *world)
	}{
		{"principals", testPrincipals},
		{"tokens", testTokens},
		{"proofs", testProofs},
		{"secrets", testSecrets},
		{"accounts", testAccounts},
		{"an account is changed", testChangeAccount},
		{"changes race", testChangeRaces},
		{"accounts are found", testFindAccounts},
		{"accounts are found among many", testFindAmongMany},
		{"owner only", testOwnerOnly},
		{"put replaces", testPut},
		{"put is idempotent", testIdempotent},
		{"put checks", testPutChecks},
		{"a generation only grows", testGeneration},
		{"a number seen far ahead", testSeenAhead},
		{"counts", testCounts},
		{"putters race", testRace},
		{"expiry", testExpiry},
		{"expiry is at once", testGate},
		{"the sweep is not seen", testSweepUnseen},
		{"the clock jumps", testClockJumps},
		{"the clock jumps back", testClockBack},
		{"the clock jumps unseen", testClockUnseen},
		{"the clock after a stop", testClockAfterStop},
		{"a doubtful clock keeps nobody from erasing", testDoubtErases},
		{"use slides the window", testSlide},
		{"lifetimes", testLifetimes},
		{"retention", testRetention},
		{"retention settles", testRetentionSettles},
		{"retention races", testRetentionRaces},
		{"leases", testLeases},
		{"a lease ends with its session", testLeaseEnds},
		{"reports", testReports},
		{"an answer against a session", testDoubts},
		{"answers that are forgotten", testDoubtsForgotten},
		{"a lease is renewed", testRenew},
		{"a refresh replaces", testRefresh},
		{"refresh checks", testRefreshChecks},
		{"a newer share wins", testNewerShareWins},
		{"erasure of what was refreshed", testRefreshErasure},
		{"a share that waits", testPending},
		{"a first share that waits", testFirstPending},
		{"confirmed", testConfirmed},
		{"refused", testRefused},
		{"unconfirmed", testUnconfirmed},
		{"who is handed what waits", testWaitingOrder},
		{"a share that waits ends", testPendingEnds},
		{"erasure of a share that waits", testPendingErasure},
		{"confirmations race", testConfirmRaces},
		{"audit of attempts", testAttemptAudit},
		{"rosters", testRosters},
		{"revoked keys", testRevoked},
		{"erasure", testErasure},
		{"erasure that fails", testErasureFails},
		{"a read during an erasure", testReadDuringErasure},
		{"many buckets", testBuckets},
		{"many expire at once", testManyExpire},
		{"audit", testAudit},
		{"history", testHistory},
		{"outcomes", testOutcomes},
		{"the audit log is searched", testFindAudit},
		{"audit batches", testAuditBatches},
		{"an audit log that was changed", testAuditChanged},
		{"setup", testSetup},
		{"the first person", testFirstPerson},
		{"roles", testRoles},
		{"the last admin", testLastAdmin},
		{"sign-in", testSignIn},
		{"web sessions", testWebSessions},
		{"set login", testSetLogin},
		{"invitations", testInvitations},
		{"two invitations at once", testInvitedTwice},
		{"an invitation as a new password", testReset},
		{"an inviter who is no admin any more", testInviterNoAdmin},
		{"identify", testIdentify},
		{"a provider's word", testVouched},
		{"members", testMembers},
		{"transfer", testTransfer},
		{"a transfer races", testTransferRaces},
		{"removal", testRemoval},
		{"succession", testSuccession},
		{"a removal races", testRemovalRaces},
		{"programs enrol", testEnrolments},
		{"one program of two people", testSameProgram},
		{"revoke", testRevoke},
		{"an admin revokes anybody's", testRevokeAnybodys},
		{"workspace lists", testWorkspaceLists},
		{"admins only", testAdminsOnly},
		{"a revocation races", testRevokeRaces},
		{"limits", testLimits},
		{"known networks", testKnownNetworks},
		{"limits at once", testLimitsAtOnce},
		{"linearizable", testLinearizable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.test(t, newWorld(t, open(t)))
		})
	}
}

// world is a store with an owner's device and runner, and a stranger.
type world struct {
	*Backend
	device, runner, stranger vault.Principal
}

func newWorld(t *testing.T, b *Backend) *world {
	w := &world{Backend: b}
	w.device = w.enrol(t, vault.RoleDevice, "laptop")
	w.runner = w.enrol(t, vault.RoleRunner, "runner")
	w.stranger = b.AddPerson(t, vault.RoleDevice)
	return w
}

func (w *world) enrol(t *testing.T, role vault.Role, name string) vault.Principal {
	p, err := w.Store.Enrol(t.Context(), vault.Enrolment{Role: role, Name: name, Keys: []byte(name + "'s keys"), Key: hash(name)})
	require.NoError(t, err)
	return p
}

// hash stands for the key of a program, and for what a token or a proof is known
// by.
func hash(name string) []byte {
	h := sha256.Sum256([]byte(name))
	return h[:]
}

// token gives a program a token.
func (w *world) token(t *testing.T, program, token string) {
	_, err := w.Store.Grant(t.Context(), hash(program), [32]byte(hash(token)), [32]byte(hash("proof for "+token)))
	require.NoError(t, err)
}

func (w *world) add(t *testing.T, username string) session.Account {
	a, err := w.Store.AddAccount(t.Context(), w.device, vault.Card{App: "mediawiki", Site: "https://wiki.example", Username: username})
	require.NoError(t, err)
	return a
}

// share makes a put of the given share number whose idempotency key is its text.
func (w *world) share(a session.Account, share uint64, text string) vault.Put {
	now := w.Clock.Now()
	return vault.Put{
		Account: a.ID, Workspace: w.device.Workspace, App: a.App, Session: session.NewID(),
		Generation: session.Generation{Share: share}, Created: now, Cap: now.Add(Cap), NotAfter: now.Add(Cap),
		KeyIDs:  [][]byte{[]byte("device key"), []byte("runner key")},
		Consent: session.Consent{Text: session.ConsentText, Time: now, Surface: "popup"},
		Key:     text,
		Sealed:  vault.Sealed{Stanzas: []byte("stanzas of " + text), Rest: []byte("rest of " + text)},
	}
}

func (w *world) put(t *testing.T, a session.Account, share uint64, text string) session.Status {
	r, err := w.Store.Put(t.Context(), w.device, w.share(a, share, text))
	require.NoError(t, err)
	require.True(t, r.Applied)
	return r.Status
}

func (w *world) status(t *testing.T, a session.Account) session.Status {
	st, err := w.Store.Status(t.Context(), w.device, a.ID)
	require.NoError(t, err)
	return st
}

func (w *world) lease(t *testing.T, a session.Account) vault.Lease {
	l, err := w.Store.Lease(t.Context(), w.runner, a.ID, session.Generation{})
	require.NoError(t, err)
	return l
}

// reads returns what the lease opens, "" after its end.
func (w *world) reads(t *testing.T, l vault.Lease) string {
	sealed, err := w.Store.LeasedEnvelope(t.Context(), w.runner, l.ID)
	if session.CodeOf(err) == session.CodeLeaseEnded {
		return ""
	}
	require.NoError(t, err)
	return string(sealed.Stanzas) + ", " + string(sealed.Rest)
}

func wantCode(t *testing.T, code session.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, session.CodeOf(err), "%v", err)
}
