package postgres

import (
	"context"
	"time"

	"sessionferry/vault/sqlstore"
)

// OpenWithin is Open for a test that does not wait as long as callers do.
func OpenWithin(ctx context.Context, address string, cfg sqlstore.Config, begin, whole time.Duration) (*sqlstore.Store, error) {
	return open(ctx, address, cfg, limits{begin: begin, whole: whole})
}
