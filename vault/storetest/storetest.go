// Package storetest is the conformance suite of vault.Store: what the vault
// promises about its records, tested against each implementation. Run is called
// from the implementation's own tests.
package storetest

import (
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// Backend is a fresh, empty store and what the suite needs to steer it.
type Backend struct {
	Store vault.Store
	Clock *Clock // the store's
	Keys  *Keys  // the store's
	// AddPerson makes another person of the same workspace with one principal.
	AddPerson func(t *testing.T, role vault.Role) vault.Principal
	// AddMember gives a person a role on an account.
	AddMember func(t *testing.T, account, person session.ID, role session.Role)
}

// Exec runs a statement on the store's database beside the store, for what the
// store has no method for yet. Parameters are written $1, $2 and so on, in order.
type Exec func(t *testing.T, query string, args ...any)

// NewBackend steers a store of package sqlstore.
func NewBackend(store vault.Store, clock *Clock, keys *Keys, exec Exec) *Backend {
	return &Backend{
		Store: store, Clock: clock, Keys: keys,
		AddPerson: func(t *testing.T, role vault.Role) vault.Principal {
			w, err := store.Workspace(t.Context())
			require.NoError(t, err)
			p := vault.Principal{ID: session.NewID(), Workspace: w.ID, Person: session.NewID(), Role: role, Name: "of another person"}
			exec(t, `INSERT INTO persons (id, workspace, created) VALUES ($1, $2, 9000000000000000000)`, p.Person[:], w.ID[:])
			exec(t, `INSERT INTO principals (id, person, role, name, keys, key, created, seen) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)`,
				p.ID[:], p.Person[:], string(role), p.Name, []byte{0}, p.ID[:])
			return p
		},
		AddMember: func(t *testing.T, account, person session.ID, role session.Role) {
			exec(t, `INSERT INTO memberships (account, person, role) VALUES ($1, $2, $3)`, account[:], person[:], string(role))
		},
	}
}

// What every store under test is opened with.
const (
	Window = 30 * 24 * time.Hour
	Cap    = 90 * 24 * time.Hour
	Lease  = 10 * time.Minute
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
		{"owner only", testOwnerOnly},
		{"put replaces", testPut},
		{"put is idempotent", testIdempotent},
		{"put checks", testPutChecks},
		{"a generation only grows", testGeneration},
		{"putters race", testRace},
		{"expiry", testExpiry},
		{"expiry is at once", testGate},
		{"the sweep is not seen", testSweepUnseen},
		{"use slides the window", testSlide},
		{"leases", testLeases},
		{"a lease ends with its session", testLeaseEnds},
		{"reports", testReports},
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
		{"audit", testAudit},
		{"linearizable", testLinearizable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.test(t, newWorld(t, open(t)))
		})
	}
}

// Clock is a clock that stands until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at some noon.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Keys are epoch keys in memory whose destruction can be made to fail.
type Keys struct {
	mu   sync.Mutex
	keys map[session.ID][]byte
	fail error
	load func()
}

// NewKeys returns an empty set.
func NewKeys() *Keys { return &Keys{keys: map[session.ID][]byte{}} }

// FailDestroy makes Destroy return err until it is called with nil.
func (k *Keys) FailDestroy(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fail = err
}

// BeforeLoad calls f once, before the next Load.
func (k *Keys) BeforeLoad(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.load = f
}

// IDs returns the names of the keys that exist.
func (k *Keys) IDs() []session.ID {
	k.mu.Lock()
	defer k.mu.Unlock()
	var out []session.ID
	for id := range k.keys {
		out = append(out, id)
	}
	return out
}

// Create implements epoch.Keys.
func (k *Keys) Create(id session.ID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[id] = epoch.NewRecordKey()
	return nil
}

// Load implements epoch.Keys.
func (k *Keys) Load(id session.ID) ([]byte, error) {
	k.mu.Lock()
	before := k.load
	k.load = nil
	k.mu.Unlock()
	if before != nil {
		before()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.keys[id]
	if !ok {
		return nil, epoch.ErrNoKey
	}
	return append([]byte(nil), key...), nil
}

// Destroy implements epoch.Keys.
func (k *Keys) Destroy(id session.ID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	delete(k.keys, id)
	return nil
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
	st, err := w.Store.Status(t.Context(), w.device, a.ID, session.Generation{})
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
