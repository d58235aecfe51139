package sqlstore

import (
	"context"
	"errors"

	"github.com/pressly/goose/v3"
)

// UpToDate refuses a database that a vault of another version has made: what is
// opened beside a vault that serves must not change its schema.
func UpToDate(ctx context.Context, p *goose.Provider) error {
	has, want, err := p.GetVersions(ctx)
	if err == nil && has != want {
		err = errors.New("the database is of another version of this program: use that one, or let \"sessionferry-vault serve\" of this version bring it up to date first")
	}
	return err
}
