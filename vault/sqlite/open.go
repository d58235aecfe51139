package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/pressly/goose/v3"

	"sessionferry/vault"
	"sessionferry/vault/epoch"
)

// Config is what a store needs.
type Config struct {
	Path   string     // of the database file; its folder exists
	Epochs epoch.Keys // kept outside the database

	RetentionWindow time.Duration // a session that is not used for so long expires
	RetentionCap    time.Duration // no session gets older than this
	ConfirmWithin   time.Duration // a share that waits for so long is erased; 0 for the default
	Lease           time.Duration // how long a lease lasts

	Now     func() time.Time // the clock of the database; nil for time.Now
	Readers int              // connections that read; 0 for 4
}

func (c *Config) fill() {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Readers == 0 {
		c.Readers = 4
	}
	if c.RetentionWindow == 0 {
		c.RetentionWindow = vault.DefaultRetentionWindow
	}
	if c.RetentionCap == 0 {
		c.RetentionCap = vault.DefaultRetentionCap
	}
	if c.ConfirmWithin == 0 {
		c.ConfirmWithin = vault.DefaultConfirmWithin
	}
	if c.Lease == 0 {
		c.Lease = vault.LeaseTime
	}
}

func (c *Config) validate() error {
	switch {
	case c.Path == "":
		return errors.New("the store needs the path of its database")
	case c.Epochs == nil:
		return errors.New("the store needs a place for its epoch keys")
	case c.RetentionWindow < time.Minute || c.RetentionCap < c.RetentionWindow:
		return errors.New("the retention window is at least a minute and at most the retention cap")
	case c.ConfirmWithin < time.Second || c.ConfirmWithin > 24*time.Hour:
		return errors.New("a share waits for its confirmation between a second and a day")
	}
	return nil
}

// Store implements vault.Store.
type Store struct {
	cfg     Config
	writer  *sql.DB // one connection; its transactions begin as BEGIN IMMEDIATE
	readers *sql.DB // cannot write

	// epochs is held while keys are made or destroyed. Without it, a key that was
	// made for a bucket about to be written would look like one that no bucket
	// names.
	epochs sync.Mutex
}

var _ vault.Store = (*Store)(nil)

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the database, brings its schema up to date, makes the workspace and
// its first person if there is none, and marks what an old backup cannot open.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	cfg.fill()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := makeFile(cfg.Path); err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.writer, err = sql.Open("sqlite3", dsn(s.cfg.Path, false)); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if err = s.migrate(ctx); err != nil {
		return err
	}
	if s.readers, err = sql.Open("sqlite3", dsn(s.cfg.Path, true)); err != nil {
		return err
	}
	s.readers.SetMaxOpenConns(s.cfg.Readers)
	s.readers.SetMaxIdleConns(s.cfg.Readers)
	if err = s.bootstrap(ctx); err != nil {
		return err
	}
	return s.markLost(ctx)
}

// dsn sets every pragma for every connection of the pool: a pragma that is run
// by hand reaches one connection only, and the drivers' defaults differ.
func dsn(path string, readOnly bool) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)",
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"foreign_keys(ON)",
		"secure_delete(ON)",
		"trusted_schema(OFF)",
		"temp_store(MEMORY)",
	}}
	if readOnly {
		q.Add("_pragma", "query_only(ON)")
	} else {
		q.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
}

// makeFile creates the database with mode 0600, which SQLite passes on to the
// files that it makes beside it.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	info, err := f.Stat()
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others may read the database %s: set its mode to 0600", filepath.Base(path))
	}
	return nil
}

func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.writer, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database's schema up to date: %w", err)
	}
	return nil
}

// Close closes the connections. The database may be opened again at once.
func (s *Store) Close() error {
	var err error
	for _, db := range []*sql.DB{s.readers, s.writer} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return err
}
