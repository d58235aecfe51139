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

	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/pressly/goose/v3"

	"sessionferry/vault/sqlstore"
)

// readers is how many connections read.
const readers = 4

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the database in a file, whose folder exists, brings its schema up
// to date and returns the store in it.
func Open(ctx context.Context, path string, cfg sqlstore.Config) (*sqlstore.Store, error) {
	if err := cfg.Fill(); err != nil {
		return nil, err
	}
	if path == "" {
		return nil, errors.New("the store needs the path of its database")
	}
	schema := (*database).migrate
	if cfg.Aside {
		if _, err := os.Stat(path); err != nil {
			return nil, errors.New("there is no database here yet")
		}
		schema = (*database).upToDate
	}
	d, err := openWith(ctx, path, "", schema)
	if err != nil {
		return nil, err
	}
	return sqlstore.New(ctx, d, cfg)
}

// open opens the database by one of SQLite's virtual file systems, "" for the
// usual one.
func open(ctx context.Context, path, vfs string) (*database, error) {
	return openWith(ctx, path, vfs, (*database).migrate)
}

func openWith(ctx context.Context, path, vfs string, schema func(*database, context.Context) error) (_ *database, err error) {
	if err := makeFile(path); err != nil {
		return nil, err
	}
	d := new(database)
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	if d.writer, err = sql.Open("sqlite3", dsn(path, vfs, false)); err != nil {
		return nil, err
	}
	d.writer.SetMaxOpenConns(1)
	if err = schema(d, ctx); err != nil {
		return nil, err
	}
	if d.readers, err = sql.Open("sqlite3", dsn(path, vfs, true)); err != nil {
		return nil, err
	}
	d.readers.SetMaxOpenConns(readers)
	d.readers.SetMaxIdleConns(readers)
	return d, nil
}

// dsn sets every pragma for every connection of the pool: a pragma that is run
// by hand reaches one connection only, and the drivers' defaults differ.
func dsn(path, vfs string, readOnly bool) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)",
		"journal_mode(WAL)",
		"synchronous(FULL)",
		"foreign_keys(ON)",
		"secure_delete(ON)",
		"trusted_schema(OFF)",
		"temp_store(MEMORY)",
	}}
	if vfs != "" {
		q.Set("vfs", vfs)
	}
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

func (d *database) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, d.writer, files, goose.WithDisableGlobalRegistry(true))
}

func (d *database) migrate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database's schema up to date: %w", err)
	}
	return nil
}

func (d *database) upToDate(ctx context.Context) error {
	p, err := d.provider()
	if err != nil {
		return err
	}
	return sqlstore.UpToDate(ctx, p)
}
