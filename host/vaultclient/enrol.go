package vaultclient

import (
	"context"
	"net"
	"net/http"

	"sessionferry/session"
)

// Enrolled is what the vault answers to a new device.
type Enrolled struct {
	Vault     string     `json:"vault"`
	Workspace session.ID `json:"workspace"`
	Person    session.ID `json:"person"`
	Principal session.ID `json:"principal"`
	Token     string     `json:"token"`
}

// Enrol enrols this device at the embedded vault over its Unix socket, which
// serves only processes of the same user. key is envelope.PublicKeys.Marshal.
func Enrol(ctx context.Context, socket, name string, key []byte) (*Enrolled, error) {
	var d net.Dialer
	c := &Client{base: "http://vault.socket", http: &http.Client{Transport: transport(
		func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "unix", socket) })}}
	defer c.http.CloseIdleConnections()
	body := struct {
		Role string `json:"role"`
		Name string `json:"name"`
		Key  []byte `json:"key"`
	}{"device", name, key}
	var e Enrolled
	if err := c.send(ctx, http.MethodPost, "/v1/enrol", body, &e, http.StatusCreated); err != nil {
		return nil, err
	}
	if err := checkAddress(e.Vault); err != nil {
		return nil, err
	}
	return &e, nil
}

// Leave ends this device's token.
func (c *Client) Leave(ctx context.Context) error {
	return c.send(ctx, http.MethodDelete, "/v1/me", nil, nil, http.StatusNoContent)
}

// Roster returns the person's roster versions as signed, oldest first.
func (c *Client) Roster(ctx context.Context) ([][]byte, error) {
	var r struct {
		Versions [][]byte `json:"versions"`
	}
	err := c.get(ctx, "/v1/roster", &r)
	return r.Versions, err
}

// AppendRoster adds one signed version to the chain.
func (c *Client) AppendRoster(ctx context.Context, version []byte) error {
	body := struct {
		Version []byte `json:"version"`
	}{version}
	return c.send(ctx, http.MethodPost, "/v1/roster", body, nil, http.StatusCreated)
}
