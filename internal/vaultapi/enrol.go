package vaultapi

import (
	"context"
	"net"
	"net/http"

	"sessionferry/session"
)

// Enrolled is what the vault answers to a new device or runner.
type Enrolled struct {
	Vault     string     `json:"vault"` // base address of the API
	Workspace session.ID `json:"workspace"`
	Person    session.ID `json:"person"`
	Principal session.ID `json:"principal"`
}

// Enrol enrols a "device" or "runner" at the embedded vault over its Unix
// socket, which serves only processes of the same user. key is
// envelope.PublicKeys.Marshal.
func Enrol(ctx context.Context, socket, role, name string, key []byte) (*Enrolled, error) {
	var d net.Dialer
	c := &Client{base: "http://vault.socket", http: httpClient(func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "unix", socket)
	})}
	defer c.http.CloseIdleConnections()
	body := struct {
		Role string `json:"role"`
		Name string `json:"name"`
		Key  []byte `json:"key"`
	}{role, name, key}
	var e Enrolled
	if err := c.JSON(ctx, http.MethodPost, "/v1/enrol", body, &e, http.StatusCreated); err != nil {
		return nil, err
	}
	if e.Workspace.IsZero() || e.Person.IsZero() || e.Principal.IsZero() {
		return nil, session.Errorf(session.CodeVaultAnswer, "an enrolment without its parts")
	}
	return &e, checkAddress(e.Vault)
}
