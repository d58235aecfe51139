package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"sessionferry/session"
	"sessionferry/vault/sqlstore"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Open connects to the database of a URL or of a list of key=value words, both as
// libpq has them, brings its schema up to date and returns the store in it.
// Several processes may do so at once.
func Open(ctx context.Context, address string, cfg sqlstore.Config) (*sqlstore.Store, error) {
	return open(ctx, address, cfg, usual)
}

func open(ctx context.Context, address string, cfg sqlstore.Config, l limits) (*sqlstore.Store, error) {
	if err := cfg.Fill(); err != nil {
		return nil, err
	}
	pool, err := connect(ctx, address, l, !cfg.Aside)
	if err != nil {
		return nil, err
	}
	schema := migrate
	if cfg.Aside {
		schema = sqlstore.UpToDate
	}
	if err := withProvider(pool, func(p *goose.Provider) error { return schema(ctx, p) }); err != nil {
		pool.Close()
		return nil, err
	}
	return sqlstore.New(ctx, &database{pool: pool, self: session.NewID(), limits: l}, cfg)
}

// OpenToRead connects to a database that other processes may be serving. What it
// returns only reads, and changes nothing, not even the schema.
func OpenToRead(ctx context.Context, address string) (*sqlstore.Store, error) {
	pool, err := connect(ctx, address, usual, false)
	if err != nil {
		return nil, err
	}
	return sqlstore.ToRead(&database{pool: pool, limits: usual}), nil
}

// connect makes the pool of connections, and the first of them. A pool that writes
// has each of them checked.
func connect(ctx context.Context, address string, l limits, writes bool) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(address)
	if err != nil {
		// The driver's words quote the address, which may hold a password.
		return nil, errors.New("the address of the database is not understood")
	}
	c.ConnConfig.RuntimeParams["application_name"] = "sessionferry-vault"
	c.ConnConfig.ConnectTimeout = l.begin
	w, err := findWay(ctx, c.ConnConfig)
	if err != nil {
		return nil, err
	}
	w.prepare(c.ConnConfig)
	if writes {
		c.AfterConnect = w.check
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, errors.New("the address of the database is not understood")
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// withProvider calls f with what changes the schema in one process at a time: the
// others wait for a row of a table that says so.
func withProvider(pool *pgxpool.Pool, f func(*goose.Provider) error) (err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresTableLocker()
	if err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(pool)
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithDisableGlobalRegistry(true), goose.WithLocker(locker))
	if err != nil {
		return err
	}
	return f(p)
}

// migrate brings the schema up to date. Its transactions are goose's, with the
// server's own settings: what is acknowledged later follows them in the server's
// log, and is durable only together with them.
func migrate(ctx context.Context, p *goose.Provider) error {
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring the database's schema up to date: %w", err)
	}
	return nil
}
