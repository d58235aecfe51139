package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"time"

	"sessionferry/internal/settings"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// Config is what a store needs.
type Config struct {
	Epochs epoch.Keys // kept outside the database

	RetentionWindow time.Duration // a session that is not used for so long expires
	RetentionCap    time.Duration // no session gets older than this
	ConfirmWithin   time.Duration // a share that waits for so long is erased; 0 for the default
	RecheckAfter    time.Duration // at least so far apart are two answers that end a session; 0 for the default
	Lease           time.Duration // how long a lease lasts

	// Aside opens the database beside a vault that may be serving it, for Backup and
	// Check: nothing is changed by opening, and the schema must be up to date.
	Aside bool
	// Restoring opens it for Restore, also after one that was broken off.
	Restoring bool

	// For tests, in place of the database's clock and of how long the machine has been
	// up; nil for those. With Now alone the two always agree.
	Now func() time.Time
	Up  func() time.Duration
}

// Fill puts the defaults in, and says what is wrong in a sentence.
func (c *Config) Fill() error {
	if c.Up == nil {
		c.Up = uptime
		if now := c.Now; now != nil {
			c.Up = func() time.Duration { return time.Duration(now().UnixNano()) }
		}
	}
	if c.Epochs == nil {
		return errors.New("the store needs a place for its epoch keys")
	}
	return c.Check()
}

// Check is Fill before there are keys. What it says is a settings.Wrong.
func (c *Config) Check() error {
	c.RetentionWindow = cmp.Or(c.RetentionWindow, vault.DefaultRetentionWindow)
	c.RetentionCap = cmp.Or(c.RetentionCap, vault.DefaultRetentionCap)
	c.ConfirmWithin = cmp.Or(c.ConfirmWithin, vault.DefaultConfirmWithin)
	c.RecheckAfter = cmp.Or(c.RecheckAfter, vault.DefaultRecheckAfter)
	c.Lease = cmp.Or(c.Lease, vault.LeaseTime)
	switch {
	case c.RetentionWindow < time.Minute || c.RetentionCap < c.RetentionWindow:
		return settings.Wrongf("retention-window", "the retention window is at least a minute and at most the retention cap")
	case c.ConfirmWithin < time.Second || c.ConfirmWithin > 24*time.Hour:
		return settings.Wrongf("confirm-within", "a share waits for its confirmation between a second and a day")
	case c.RecheckAfter < time.Second || c.RecheckAfter > 24*time.Hour:
		return settings.Wrongf("recheck-after", "between two answers that end a session lie between a second and a day")
	}
	return nil
}

// Store implements vault.Store.
type Store struct {
	cfg   Config
	db    DB
	self  session.ID // of this process, for its duties; zero for the only one
	watch watch
}

var _ vault.Store = (*Store)(nil)

// New returns a store over a database, which it closes with itself. It makes the
// workspace and its first person if there is none, and marks what an old backup
// cannot open. cfg is filled.
func New(ctx context.Context, db DB, cfg Config) (*Store, error) {
	s := &Store{cfg: cfg, db: db, self: db.Process(), watch: watch{up: cfg.Up}}
	compare := func(ctx context.Context) error { _, err := s.CheckClock(ctx); return err }
	steps := []func(context.Context) error{s.refuseHalfRestored, compare, s.bootstrap, s.markLost, s.giveUpUnnamed}
	if cfg.Aside || cfg.Restoring {
		steps = nil
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return s, nil
}

// ToRead returns a store of which only what reads is of use: it has no keys, and
// its database may be another process's.
func ToRead(db DB) *Store { return &Store{db: db, watch: watch{up: uptime}} }

// Close closes the database. It may be opened again at once.
func (s *Store) Close() error { return s.db.Close() }
