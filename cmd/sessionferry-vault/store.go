package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"sessionferry/internal/settings"
	"sessionferry/vault/epoch"
	"sessionferry/vault/postgres"
	"sessionferry/vault/sqlite"
	"sessionferry/vault/sqlstore"
)

// alone takes the data folder for this process, or for none of ours where the
// database is a server's, and returns how to give it back.
func alone(o *options) (leave func(), err error) {
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if o.database != "" {
		return func() {}, nil
	}
	return lock(filepath.Join(o.data, "lock"))
}

// openStore opens the database of the options: PostgreSQL where there is an
// address, else the file in the data folder.
func openStore(ctx context.Context, o *options, cfg sqlstore.Config) (*sqlstore.Store, error) {
	keys, err := epoch.OpenDir(o.epochs)
	if err != nil {
		return nil, err
	}
	cfg.Epochs = keys
	if o.database != "" {
		return postgres.Open(ctx, o.database, cfg)
	}
	return sqlite.Open(ctx, o.file(), cfg)
}

// openToRead opens the same database, which a vault may be serving, to be read.
func openToRead(ctx context.Context, o *options) (*sqlstore.Store, error) {
	if o.database != "" {
		return postgres.OpenToRead(ctx, o.database)
	}
	return sqlite.OpenToRead(ctx, o.file())
}

// file is the embedded database.
func (o *options) file() string { return filepath.Join(o.data, "vault.db") }

// checkAddress refuses a password where every user of the machine could read it.
func checkAddress(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return settings.Wrongf("database", "it is an address like postgres://USER@HOST/NAME")
	}
	if _, has := u.User.Password(); has || u.Query().Has("password") || u.Query().Has("sslpassword") {
		return settings.Wrongf("database", "it holds no password, since others can read a command line: put it into the file that PGPASSFILE names")
	}
	return nil
}
