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

	"sessionferry/session"
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
	opening := open
	if cfg.Aside {
		opening = openAside
	}
	d, err := opening(ctx, path, "")
	if err != nil {
		return nil, err
	}
	return sqlstore.New(ctx, d, cfg)
}

// openAside opens what is there to be read, if this version knows its schema.
func openAside(ctx context.Context, path, vfs string) (*database, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, session.Errorf(session.CodeDatabaseMissing, "none in %s", filepath.Dir(path)).Because(err)
	}
	err := withProvider(dsn(path, vfs, true), func(p *goose.Provider) error { return sqlstore.UpToDate(ctx, p) })
	if err != nil {
		return nil, err
	}
	return openReaders(ctx, path, vfs)
}

// open opens the database by one of SQLite's virtual file systems, "" for the
// usual one.
func open(ctx context.Context, path, vfs string) (_ *database, err error) {
	if err := makeFile(path); err != nil {
		return nil, err
	}
	c, err := connect(ctx, dsn(path, vfs, false)) // first: its pragmas are checked before the schema is made
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, dsn(path, vfs, false)); err != nil {
		return nil, errors.Join(err, c.close())
	}
	d, err := openReaders(ctx, path, vfs)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	d.writer = newWriter(c)
	return d, nil
}

// openReaders opens the part of a database that reads.
func openReaders(ctx context.Context, path, vfs string) (*database, error) {
	d := &database{readers: make(chan *conn, readers)}
	for range readers {
		c, err := connect(ctx, dsn(path, vfs, true))
		if err != nil {
			for len(d.readers) > 0 {
				err = errors.Join(err, (<-d.readers).close())
			}
			return nil, err
		}
		d.readers <- c
	}
	return d, nil
}

// OpenToRead opens a database that another process may be serving. What it
// returns only reads, and changes nothing, not even the schema.
func OpenToRead(ctx context.Context, path string) (*sqlstore.Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	d, err := openReaders(ctx, path, "")
	if err != nil {
		return nil, err
	}
	return sqlstore.ToRead(d), nil
}

// dsn sets every pragma for every connection of the pool: a pragma that is run
// by hand reaches one connection only, and the drivers' defaults differ.
func dsn(path, vfs string, readOnly bool) string {
	q := url.Values{}
	for _, p := range pragmas {
		q.Add("_pragma", p.name+"("+p.value+")")
	}
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

// withProvider calls f with what knows the schema, over a connection of its own:
// goose wants one of database/sql.
func withProvider(dsn string, f func(*goose.Provider) error) (err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", dsn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	return f(p)
}

// migrate brings the schema up to date.
func migrate(ctx context.Context, dsn string) error {
	return withProvider(dsn, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("bring the database's schema up to date: %w", err)
		}
		return nil
	})
}
