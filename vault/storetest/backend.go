package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/sqlstore"
)

// What every store under test is opened with.
const (
	Window = 30 * 24 * time.Hour
	Cap    = 90 * 24 * time.Hour
	Lease  = 10 * time.Minute
)

// Backend is a fresh, empty store and what the suite needs to steer it.
type Backend struct {
	Store vault.Store
	Clock *Clock // the store's
	Keys  *Keys  // the store's

	// Exec changes the database as nobody should.
	Exec Exec

	open Open
}

// Open opens a store on the backend's database.
type Open func(cfg sqlstore.Config) (*sqlstore.Store, error)

// Exec runs a statement on the store's database beside the store, for what the
// store has no method for yet. Parameters are written $1, $2 and so on, in order.
type Exec func(t *testing.T, query string, args ...any)

// NewBackend opens a store, which is closed when the test ends. exec may be nil for a
// test of one person alone.
func NewBackend(t *testing.T, open Open, exec Exec) *Backend {
	b := &Backend{Clock: NewClock(), Keys: NewKeys(), open: open, Exec: exec}
	b.start(t)
	t.Cleanup(func() { require.NoError(t, b.Store.Close()) })
	return b
}

func (b *Backend) start(t *testing.T) {
	store, err := b.open(sqlstore.Config{
		Epochs: b.Keys, Now: b.Clock.Now, Up: b.Clock.Up, RetentionWindow: Window, RetentionCap: Cap, Lease: Lease,
	})
	require.NoError(t, err)
	b.Store = store
}

// Stop closes the store and opens it again. What happens meanwhile happens while it
// is stopped.
func (b *Backend) Stop(t *testing.T, meanwhile func()) {
	t.Helper()
	require.NoError(t, b.Store.Close())
	meanwhile()
	b.start(t)
}

// AddPerson makes another person of the same workspace with one principal.
func (b *Backend) AddPerson(t *testing.T, role vault.Role) vault.Principal {
	w, err := b.Store.Workspace(t.Context())
	require.NoError(t, err)
	p := vault.Principal{ID: session.NewID(), Workspace: w.ID, Person: session.NewID(), Role: role, Name: "of another person"}
	b.Exec(t, `INSERT INTO persons (id, workspace, created) VALUES ($1, $2, 9000000000000000000)`, p.Person[:], w.ID[:])
	b.Exec(t, `INSERT INTO principals (id, person, role, name, keys, key, created, seen) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)`,
		p.ID[:], p.Person[:], string(role), p.Name, []byte{0}, p.ID[:])
	return p
}

// AddMember gives a person a role on an account.
func (b *Backend) AddMember(t *testing.T, account, person session.ID, role session.Role) {
	b.Exec(t, `INSERT INTO memberships (account, person, role) VALUES ($1, $2, $3)`, account[:], person[:], string(role))
}
