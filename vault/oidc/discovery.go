package oidc

import (
	"context"
	"fmt"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/sync/singleflight"
)

// failureTime is how long a failed request for the provider's addresses answers for
// those that would repeat it.
const failureTime = 10 * time.Second

// discovery holds the provider's addresses, or why they are not known. Its fields
// belong to the one request that is under way.
type discovery struct {
	flight   singleflight.Group
	provider *oidc.Provider
	failure  error
	failed   time.Time
}

// discover returns the provider once it has answered. However many callers wait, one
// request is under way, which ends after requestTime; a caller whose context ends
// does not wait for it.
func (c *Client) discover(ctx context.Context) (*oidc.Provider, error) {
	flight := c.discovery.flight.DoChan("", func() (any, error) { return c.askProvider() })
	select {
	case r := <-flight:
		p, _ := r.Val.(*oidc.Provider)
		return p, r.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *Client) askProvider() (*oidc.Provider, error) {
	d := &c.discovery
	if d.provider != nil {
		return d.provider, nil
	}
	if d.failure != nil && time.Since(d.failed) < failureTime {
		return nil, d.failure
	}
	// The provider keeps the context for later requests of its own.
	p, err := oidc.NewProvider(oidc.ClientContext(context.Background(), c.http), c.cfg.Issuer)
	if err != nil {
		d.failure, d.failed = fmt.Errorf("ask the OpenID provider for its addresses: %w", err), time.Now()
		return nil, d.failure
	}
	d.provider = p
	return p, nil
}
