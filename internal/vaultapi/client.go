// Package vaultapi is what the clients of the vault's API (docs/api.md) share:
// the connection, the reading of answers and enrolment. It trusts no answer:
// bodies are capped, JSON is read strictly but for keys of newer vaults, and what
// a person reads of a failure is this project's own sentence, never the server's
// text.
package vaultapi

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"sessionferry/internal/dpop"
	"sessionferry/session"
)

const (
	// maxAnswer is above the longest answers: an envelope, and a roster's chain in base64.
	maxAnswer = 48 << 20
	// whole bounds a call; the vault gives an envelope as much to arrive or to leave.
	whole = 5 * time.Minute
)

// Client is a connection to one vault for one program. It is safe for use by
// several goroutines.
type Client struct {
	base  string
	http  *http.Client
	proxy *url.URL // nil: none
	auth  *auth    // nil on the vault's socket, which knows its callers
}

// New returns a client for the vault at base. An address without TLS is refused
// unless it is of this machine. The way there is that of other programs: the proxy
// of the environment and the authorities that this computer trusts.
func New(base string, who Credentials) (*Client, error) {
	if err := checkAddress(base); err != nil {
		return nil, err
	}
	proxy, err := proxyFor(base)
	if err != nil {
		return nil, err
	}
	return &Client{base, httpClient((&net.Dialer{Timeout: 5 * time.Second}).DialContext, proxy), proxy, newAuth(base, who)}, nil
}

// Request is one call of the API.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         []byte
	Progress     func(sent int) // of a long body; may be nil
	Want         []int          // status codes of success
}

// Do makes the call and returns the answer's body. Where the vault wants a fresh
// nonce or token it is made again: the vault has not acted before it knew who
// calls.
func (c *Client) Do(ctx context.Context, r Request) ([]byte, error) {
	if c.auth == nil {
		a, err := c.once(ctx, r, "", nil)
		return a.read(r, err)
	}
	token, err := c.token(ctx, "")
	if err != nil {
		return nil, err
	}
	a, err := c.proved(ctx, r, token)
	if err == nil && a.code() == session.CodeUnauthorized {
		if token, err = c.token(ctx, token); err != nil {
			return nil, err
		}
		a, err = c.proved(ctx, r, token)
	}
	return a.read(r, err)
}

// once sends the request a single time.
func (c *Client) once(ctx context.Context, r Request, token string, prover *dpop.Prover) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, c.base+r.Path, http.NoBody)
	if err != nil {
		return answer{}, session.Errorf(session.CodeInternal, "").Because(err)
	}
	if len(r.Body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(&countingReader{r: bytes.NewReader(r.Body), progress: r.Progress}), int64(len(r.Body))
	}
	if r.Header != nil {
		req.Header = r.Header.Clone()
	}
	if prover != nil {
		if err := prover.Prove(req, token); err != nil {
			return answer{}, session.Errorf(session.CodeInternal, "").Because(err)
		}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, c.unreached(ctx, err)
	}
	defer resp.Body.Close()
	again := prover != nil && prover.Learn(resp)
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, c.unreached(ctx, err)
	case len(data) > maxAnswer:
		return answer{}, session.Errorf(session.CodeVaultAnswer, "the answer is too long")
	}
	return answer{resp, data, again}, nil
}

// JSON sends in, unless it is nil, and reads the answer into out, unless it is
// nil.
func (c *Client) JSON(ctx context.Context, method, path string, in, out any, want int) error {
	r := Request{Method: method, Path: path, Want: []int{want}}
	if in != nil {
		data, err := session.Marshal(in)
		if err != nil {
			return session.Errorf(session.CodeInternal, "").Because(err)
		}
		r.Body, r.Header = data, jsonBody()
	}
	data, err := c.Do(ctx, r)
	if err != nil || out == nil {
		return err
	}
	return session.UnmarshalLoose(data, out, session.CodeVaultAnswer)
}

func jsonBody() http.Header { return http.Header{"Content-Type": {"application/json"}} }

// Roster returns the person's roster versions as signed, oldest first. They are
// not verified yet.
func (c *Client) Roster(ctx context.Context) ([][]byte, error) {
	var r struct {
		Versions [][]byte `json:"versions"`
	}
	err := c.JSON(ctx, http.MethodGet, "/v1/roster", nil, &r, http.StatusOK)
	return r.Versions, err
}
