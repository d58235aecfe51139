package postgres

import (
	"context"
	"time"

	"github.com/pressly/goose/v3"

	"sessionferry/vault/sqlstore"
)

// OpenWithin is Open for a test that does not wait as long as callers do.
func OpenWithin(ctx context.Context, address string, cfg sqlstore.Config, begin, whole time.Duration) (*sqlstore.Store, error) {
	return open(ctx, address, cfg, limits{begin: begin, whole: whole})
}

// Migrate makes the schema in a database, without any rows.
func Migrate(ctx context.Context, address string) error {
	pool, err := connect(ctx, address, usual, true)
	if err != nil {
		return err
	}
	defer pool.Close()
	return withProvider(pool, func(p *goose.Provider) error { return migrate(ctx, p) })
}
