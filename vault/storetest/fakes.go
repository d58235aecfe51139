package storetest

import (
	"sync"
	"time"

	"sessionferry/session"
	"sessionferry/vault/epoch"
)

// Clock is a clock that stands until it is moved, on a machine of its own.
type Clock struct {
	mu  sync.Mutex
	now time.Time
	up  time.Duration
}

// NewClock returns a clock that stands at some noon.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Up returns for how long the machine has been up.
func (c *Clock) Up() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.up
}

// Advance lets time go by.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.up = c.now.Add(d), c.up+d
}

// Jump changes what the clock shows, while no time goes by.
func (c *Clock) Jump(d time.Duration) {
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
