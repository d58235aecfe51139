// Package vaultclient speaks a device's part of the vault's API (docs/api.md).
// What it shares with a runner's is internal/vaultapi.
package vaultclient

import (
	"context"
	"net/http"

	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// Client is a connection to one vault for one device. It is safe for use by
// several goroutines.
type Client struct{ *vaultapi.Client }

// New returns a client for the vault at base.
func New(base string, who vaultapi.Credentials) (*Client, error) {
	c, err := vaultapi.New(base, who)
	if err != nil {
		return nil, err
	}
	return &Client{c}, nil
}

// Leave ends this device at the vault.
func (c *Client) Leave(ctx context.Context) error {
	return c.JSON(ctx, http.MethodDelete, "/v1/me", nil, nil, http.StatusNoContent)
}

// AppendRoster adds one signed version to the chain.
func (c *Client) AppendRoster(ctx context.Context, version []byte) error {
	body := struct {
		Version []byte `json:"version"`
	}{version}
	return c.JSON(ctx, http.MethodPost, "/v1/roster", body, nil, http.StatusCreated)
}

func (c *Client) get(ctx context.Context, path string, v any) error {
	return c.JSON(ctx, http.MethodGet, path, nil, v, http.StatusOK)
}

func accountPath(id session.ID) string { return "/v1/accounts/" + id.String() }
