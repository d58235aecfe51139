package runner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// maxAnswer bounds a JSON answer of the vault, in bytes. A roster's chain, in
// base64, is the longest.
const maxAnswer = envelope.MaxChain/3*4 + 1<<20

// vault speaks the runner's part of the vault's API (docs/api.md). It trusts no
// answer: bodies are capped, JSON is read strictly but for fields of newer
// vaults, and an error says what this project says, never the server's text.
type vault struct {
	base, token string
	http        *http.Client
}

func newHTTPClient() *http.Client {
	return &http.Client{
		Timeout: time.Minute,
		// The token must not follow a redirect, and the API has none.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checkAddress refuses a vault without TLS unless it is on this machine.
func checkAddress(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return session.Errorf(session.CodeVaultAnswer, "the vault's address")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || err != nil || !ip.IsLoopback()) {
		return session.Errorf(session.CodeVaultAnswer, "the vault's address must begin with https://")
	}
	return nil
}

// lease is the right to use an account's session for a while.
type lease struct {
	ID      session.ID      `json:"lease"`
	Until   time.Time       `json:"until"`
	Account session.Account `json:"account"`
}

func (v *vault) lease(ctx context.Context, account session.ID, seen session.Generation) (*lease, error) {
	body := struct {
		Seen session.Generation `json:"seen"`
	}{seen}
	var l lease
	if err := v.json(ctx, http.MethodPost, "/v1/accounts/"+account.String()+"/lease", body, &l, http.StatusCreated); err != nil {
		return nil, err
	}
	if l.ID.IsZero() || l.Account.ID != account {
		return nil, session.Errorf(session.CodeVaultAnswer, "a lease of another account")
	}
	return &l, nil
}

// envelope fetches what the lease is for. The envelope is not verified yet.
func (v *vault) envelope(ctx context.Context, lease session.ID) (*envelope.Envelope, error) {
	data, err := v.do(ctx, http.MethodGet, "/v1/leases/"+lease.String()+"/envelope", nil, envelope.MaxEnvelope, http.StatusOK)
	if err != nil {
		return nil, err
	}
	return envelope.Parse(data)
}

// report tells what became of the session: used (with no cause), or invalid.
func (v *vault) report(ctx context.Context, lease session.ID, cause session.Cause) error {
	body := struct {
		Result string        `json:"result"`
		Cause  session.Cause `json:"cause,omitempty"`
	}{"used", cause}
	if cause != "" {
		body.Result = "invalid"
	}
	var s session.Status
	return v.json(ctx, http.MethodPost, "/v1/leases/"+lease.String()+"/report", body, &s, http.StatusOK)
}

func (v *vault) release(ctx context.Context, lease session.ID) error {
	return v.json(ctx, http.MethodDelete, "/v1/leases/"+lease.String(), nil, nil, http.StatusNoContent)
}

func (v *vault) roster(ctx context.Context) ([][]byte, error) {
	var r struct {
		Versions [][]byte `json:"versions"`
	}
	err := v.json(ctx, http.MethodGet, "/v1/roster", nil, &r, http.StatusOK)
	return r.Versions, err
}

// enrolled is the vault's answer to a new runner.
type enrolled struct {
	Vault     string     `json:"vault"`
	Workspace session.ID `json:"workspace"`
	Person    session.ID `json:"person"`
	Principal session.ID `json:"principal"`
	Token     string     `json:"token"`
}

// enrolOver enrols at the embedded vault by its Unix socket.
func enrolOver(ctx context.Context, socket, name string, key envelope.PublicKeys) (*enrolled, error) {
	var d net.Dialer
	client := newHTTPClient()
	client.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return d.DialContext(ctx, "unix", socket)
	}}
	defer client.CloseIdleConnections()
	v := &vault{base: "http://vault.socket", http: client}
	body := struct {
		Role string `json:"role"`
		Name string `json:"name"`
		Key  []byte `json:"key"`
	}{"runner", name, key.Marshal()}
	var e enrolled
	if err := v.json(ctx, http.MethodPost, "/v1/enrol", body, &e, http.StatusCreated); err != nil {
		return nil, err
	}
	if e.Token == "" || e.Workspace.IsZero() || e.Person.IsZero() || e.Principal.IsZero() {
		return nil, session.Errorf(session.CodeVaultAnswer, "an enrolment without its parts")
	}
	return &e, checkAddress(e.Vault)
}

// json sends in, unless it is nil, and reads out, unless it is nil.
func (v *vault) json(ctx context.Context, method, path string, in, out any, want int) error {
	var body io.Reader
	if in != nil {
		data, err := session.Marshal(in)
		if err != nil {
			return session.Errorf(session.CodeInternal, "").Because(err)
		}
		body = bytes.NewReader(data)
	}
	data, err := v.do(ctx, method, path, body, maxAnswer, want)
	if err != nil || out == nil {
		return err
	}
	return session.UnmarshalLoose(data, out, session.CodeVaultAnswer)
}

func (v *vault) do(ctx context.Context, method, path string, body io.Reader, limit int64, want int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, body)
	if err != nil {
		return nil, session.Errorf(session.CodeInternal, "").Because(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
	}
	resp, err := v.http.Do(req)
	if err != nil {
		return nil, unreachable(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, unreachable(ctx, err)
	case int64(len(data)) > limit:
		return nil, session.Errorf(session.CodeVaultAnswer, "the answer is too long")
	case resp.StatusCode != want:
		return nil, problem(resp.StatusCode, data)
	}
	return data, nil
}

func unreachable(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return session.Errorf(session.CodeInterrupted, "").Because(err)
	}
	return session.Errorf(session.CodeVaultUnreachable, "").Because(err)
}

// problem takes over a code of the vault that this version knows.
func problem(status int, data []byte) error {
	var p struct {
		Code session.Code `json:"code"`
	}
	err := session.UnmarshalLoose(data, &p, session.CodeVaultAnswer)
	if err != nil || !p.Code.Known() || p.Code == session.CodeInternal {
		return session.Errorf(session.CodeVaultFailed, "status %d", status)
	}
	return session.Errorf(p.Code, "")
}
