package vaultclient

import (
	"context"
	"net/http"
	"time"

	"sessionferry/session"
)

// Program is a device or runner as the vault knows it.
type Program struct {
	ID      session.ID `json:"id"`
	Role    string     `json:"role"`
	Name    string     `json:"name"`
	Keys    []byte     `json:"key"` // envelope.PublicKeys in their encoded form
	Created time.Time  `json:"created"`
	Seen    time.Time  `json:"seen"`
	Current bool       `json:"current"`
}

// Programs lists the person's devices and runners.
func (c *Client) Programs(ctx context.Context) ([]Program, error) {
	var a struct {
		Programs []Program `json:"programs"`
	}
	err := c.get(ctx, "/v1/programs", &a)
	return a.Programs, err
}

// Revoke ends one of them at the vault.
func (c *Client) Revoke(ctx context.Context, id session.ID) error {
	return c.JSON(ctx, http.MethodDelete, "/v1/programs/"+id.String(), nil, nil, http.StatusNoContent)
}
