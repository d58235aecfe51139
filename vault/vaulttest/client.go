package vaulttest

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/internal/dpop"
	"sessionferry/session"
	"sessionferry/vault"
)

// Client is one enrolled device or runner.
type Client struct {
	URL, Token                   string
	Workspace, Person, Principal session.ID
	Keys                         *envelope.Keys
	Name                         string
	Heard                        func(Answer) // every answer; nil: nobody

	http   http.Client
	prover *dpop.Prover // nil on a socket
	until  time.Time    // the end of Token
}

// Enrol enrols a new device or runner over the socket of a vault that runs as a
// process of its own.
func Enrol(t testing.TB, socket string, role vault.Role, name string) *Client {
	t.Helper()
	return (&Vault{Socket: socket, network: &system{}}).Enrol(t, role, name)
}

// Enrol enrols a new device or runner over the vault's socket.
func (v *Vault) Enrol(t testing.TB, role vault.Role, name string) *Client {
	t.Helper()
	c := newClient(t, role, name)
	c.URL = "http://socket"
	dialer := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return v.Dial(ctx, v.Socket)
	}}
	c.http.Transport = dialer
	var answer struct {
		Vault     string     `json:"vault"`
		Workspace session.ID `json:"workspace"`
		Person    session.ID `json:"person"`
		Principal session.ID `json:"principal"`
	}
	c.Do(t, "POST", "/v1/enrol", map[string]any{"role": role, "name": name, "key": c.Keys.Public().Marshal()}).Wants(t, 201).Into(t, &answer)
	dialer.CloseIdleConnections()
	c.URL = answer.Vault
	c.Workspace, c.Person, c.Principal = answer.Workspace, answer.Person, answer.Principal
	c.connect(t, v)
	c.Renew(t)
	return c
}

func newClient(t testing.TB, role vault.Role, name string) *Client {
	t.Helper()
	kind, err := envelope.ParseRole(string(role))
	require.NoError(t, err)
	keys, err := envelope.NewSeeds().Keys(kind)
	require.NoError(t, err)
	return &Client{Keys: keys, Name: name}
}

// connect lets the client speak to the vault at its address, by the vault's clock.
func (c *Client) connect(t testing.TB, v *Vault) {
	c.http.Transport = v.Pool(t)
	c.prover = dpop.NewProver(c.Keys.DPoP(), c.URL)
	c.prover.Now = v.Now
}

// Moved lets the client go on with a vault that answers elsewhere since it was
// started again.
func (c *Client) Moved(url string) {
	now := c.prover.Now
	c.URL, c.prover = url, dpop.NewProver(c.Keys.DPoP(), url)
	c.prover.Now = now
}

// Renew fetches a token by the key.
func (c *Client) Renew(t testing.TB) {
	t.Helper()
	var granted struct {
		Token string    `json:"token"`
		Until time.Time `json:"until"`
	}
	c.Token, c.until = "", time.Time{}
	c.Do(t, "POST", "/v1/token", nil).Wants(t, 201).Into(t, &granted)
	c.Token, c.until = granted.Token, granted.Until
}

// Answer is what the vault answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Wants fails the test if the status is another.
func (a Answer) Wants(t testing.TB, status int) Answer {
	t.Helper()
	require.Equal(t, status, a.Status, "%s", a.Body)
	return a
}

// Into reads the JSON body.
func (a Answer) Into(t testing.TB, v any) {
	t.Helper()
	require.NoError(t, session.UnmarshalLoose(a.Body, v, session.CodeVaultAnswer))
}

// Code is the code of a problem, "" for none.
func (a Answer) Code() session.Code {
	var p struct {
		Code session.Code `json:"code"`
	}
	if a.Header.Get("Content-Type") != "application/problem+json" || session.UnmarshalLoose(a.Body, &p, session.CodeVaultAnswer) != nil {
		return ""
	}
	return p.Code
}

// StatusOf reads the body as a Status.
func (a Answer) StatusOf(t testing.TB) (s session.Status) {
	t.Helper()
	a.Into(t, &s)
	return s
}

// Do sends a request, with a fresh token if the last one has ended. A body that is not []byte is sent as JSON. header holds
// names and values in turn.
func (c *Client) Do(t testing.TB, method, path string, body any, header ...string) Answer {
	t.Helper()
	if !c.until.IsZero() && !c.prover.Now().Before(c.until) {
		c.Renew(t)
	}
	a, err := c.Try(method, path, body, header...)
	require.NoError(t, err)
	return a
}

// Try is Do for a vault that may die meanwhile.
func (c *Client) Try(method, path string, body any, header ...string) (Answer, error) {
	var data []byte
	kind := "application/json"
	switch b := body.(type) {
	case nil:
		kind = ""
	case []byte:
		data, kind = b, vault.MediaType
	default:
		var err error
		if data, err = session.Marshal(b); err != nil {
			return Answer{}, err
		}
	}
	for {
		a, again, err := c.once(method, path, kind, data, header)
		if err != nil || !again {
			return a, err
		}
	}
}

// once sends the request a single time. The vault may ask for it again with its
// nonce.
func (c *Client) once(method, path, kind string, data []byte, header []string) (a Answer, again bool, err error) {
	req, err := c.Request(method, path, kind, data)
	if err != nil {
		return a, false, err
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return a, false, err
	}
	defer resp.Body.Close()
	again = c.prover != nil && c.prover.Learn(resp)
	read, err := io.ReadAll(resp.Body)
	a = Answer{resp.StatusCode, resp.Header, read}
	if c.Heard != nil {
		c.Heard(a)
	}
	return a, again, err
}

// Request makes a request with its token and its proof.
func (c *Client) Request(method, path, kind string, data []byte) (*http.Request, error) {
	req, err := http.NewRequest(method, c.URL+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.prover != nil {
		err = c.prover.Prove(req, c.Token)
	}
	return req, err
}

// AddAccount makes a card for a user name.
func (c *Client) AddAccount(t testing.TB, username string) (a session.Account) {
	t.Helper()
	c.Do(t, "POST", "/v1/accounts", vault.Card{App: App, Site: Site, Username: username}).Wants(t, 201).Into(t, &a)
	return a
}

// Chain returns the versions of the person's roster.
func (c *Client) Chain(t testing.TB) [][]byte {
	t.Helper()
	var answer struct {
		Versions [][]byte `json:"versions"`
	}
	c.Do(t, "GET", "/v1/roster", nil).Wants(t, 200).Into(t, &answer)
	return answer.Versions
}

// Roster returns the person's roster.
func (c *Client) Roster(t testing.TB) *envelope.Roster {
	t.Helper()
	r, _, err := envelope.VerifyChain(c.Chain(t), envelope.Hash{})
	require.NoError(t, err)
	return r
}

// Trust adds programs to the roster, which it starts with the device itself.
func (c *Client) Trust(t testing.TB, others ...*Client) {
	t.Helper()
	now := time.Now()
	if len(c.Chain(t)) == 0 {
		first, err := envelope.FirstRoster(c.Workspace, c.Person, envelope.Entry{Keys: c.Keys.Public(), Name: c.Name}, now)
		require.NoError(t, err)
		c.Append(t, first).Wants(t, 201)
	}
	for _, o := range others {
		next, err := c.Roster(t).Add(envelope.Entry{Keys: o.Keys.Public(), Name: o.Name}, now)
		require.NoError(t, err)
		c.Append(t, next).Wants(t, 201)
	}
}

// Append signs a version of the roster and sends it.
func (c *Client) Append(t testing.TB, r *envelope.Roster) Answer {
	t.Helper()
	signed, err := r.Sign(c.Keys)
	require.NoError(t, err)
	return c.Do(t, "POST", "/v1/roster", map[string]any{"version": signed})
}
