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

// onSocket is a client for what the vault serves on its Unix socket.
func onSocket(socket string) *Client {
	var d net.Dialer
	return &Client{base: "http://vault.socket", http: httpClient(func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "unix", socket)
	}, nil)}
}

// Enrol enrols a "device" or "runner" at the embedded vault over its Unix
// socket, which serves only processes of the same user. key is
// envelope.PublicKeys.Marshal.
func Enrol(ctx context.Context, socket, role, name string, key []byte) (*Enrolled, error) {
	c := onSocket(socket)
	defer c.http.CloseIdleConnections()
	body := struct {
		Role string `json:"role"`
		Name string `json:"name"`
		Key  []byte `json:"key"`
	}{role, name, key}
	data, err := session.Marshal(body)
	if err != nil {
		return nil, session.Errorf(session.CodeInternal, "").Because(err)
	}
	data, err = c.Do(ctx, Request{Method: http.MethodPost, Path: "/v1/enrol", Header: jsonBody(), Body: data, Want: []int{http.StatusCreated}})
	if err != nil {
		return nil, atSocket(socket, err)
	}
	return readEnrolled(data, "")
}

// readEnrolled reads the answer to an enrolment. A vault that was reached at base
// has to name that address: it is the one that its person knows.
func readEnrolled(data []byte, base string) (*Enrolled, error) {
	var e Enrolled
	if err := session.UnmarshalLoose(data, &e, session.CodeVaultAnswer); err != nil {
		return nil, err
	}
	if e.Workspace.IsZero() || e.Person.IsZero() || e.Principal.IsZero() {
		return nil, session.Errorf(session.CodeVaultAnswer, "an enrolment without its parts")
	}
	if base != "" && e.Vault != base {
		return nil, otherAddress()
	}
	return &e, checkAddress(e.Vault)
}

func otherAddress() error {
	return session.Errorf(session.CodeVaultAnswer, "it names another address as its own")
}

// ConfirmClock tells the vault behind its Unix socket that the clock is right, and
// returns in a word why it was doubted, "" if it was not.
func ConfirmClock(ctx context.Context, socket string) (doubt string, err error) {
	c := onSocket(socket)
	defer c.http.CloseIdleConnections()
	var answer struct {
		Doubt string `json:"doubt"`
	}
	err = c.JSON(ctx, http.MethodPost, "/v1/clock", nil, &answer, http.StatusOK)
	return answer.Doubt, atSocket(socket, err)
}

// atSocket names the socket that does not answer: its usual place depends on
// XDG_RUNTIME_DIR, which the vault's environment may set and the caller's not.
func atSocket(socket string, err error) error {
	if session.CodeOf(err) != session.CodeVaultUnreachable {
		return err
	}
	return session.Errorf(session.CodeVaultUnreachable, "at its socket %s", socket).Because(err)
}
