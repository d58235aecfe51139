// Package vaultclient speaks the vault's API (docs/api.md) for a device. It
// trusts no answer: bodies are capped, JSON is read strictly, and what a person
// reads of a failure is this project's own sentence, never the server's text.
package vaultclient

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"sessionferry/session"
)

const (
	maxAnswer     = 4 << 20 // bytes of a JSON answer
	answerTimeout = 30 * time.Second
)

// Client is a connection to one vault for one device. It is safe for use by
// several goroutines.
type Client struct {
	base  string
	token string
	http  *http.Client
}

// New returns a client for the vault at base with the device's token. An
// address without TLS is refused unless it is of this machine.
func New(base, token string) (*Client, error) {
	if err := checkAddress(base); err != nil {
		return nil, err
	}
	return &Client{base: base, token: token, http: &http.Client{
		Transport:     transport((&net.Dialer{Timeout: 5 * time.Second}).DialContext),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func transport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext:           dial,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: answerTimeout,
		MaxIdleConns:          4,
		IdleConnTimeout:       time.Minute,
	}
}

func checkAddress(base string) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return session.Errorf(session.CodeVaultAnswer, "the vault's address")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	loopback := err == nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return session.Errorf(session.CodeVaultAnswer, "the vault's address must begin with https://")
	}
	return nil
}

// request is one call of the API.
type request struct {
	method, path string
	header       http.Header
	body         io.Reader
	length       int64
	want         []int // accepted status codes
}

// do sends r and returns the whole answer's body.
func (c *Client) do(ctx context.Context, r request) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, r.body)
	if err != nil {
		return nil, nil, session.Errorf(session.CodeInternal, "").Because(err)
	}
	for k, v := range r.header {
		req.Header[k] = v
	}
	if r.length > 0 {
		req.ContentLength = r.length
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, nil, unreachable(ctx, err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, nil, unreachable(ctx, err)
	}
	if len(data) > maxAnswer {
		return nil, nil, session.Errorf(session.CodeVaultAnswer, "the answer is too long")
	}
	for _, ok := range r.want {
		if resp.StatusCode == ok {
			return data, resp.Header, nil
		}
	}
	return nil, nil, problem(resp, data)
}

func unreachable(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return session.Errorf(session.CodeInterrupted, "")
	}
	return session.Errorf(session.CodeVaultUnreachable, "").Because(err)
}

// problem turns a problem+json answer into our own error. Only codes that this
// version knows are taken over.
func problem(resp *http.Response, data []byte) error {
	var p struct {
		Code session.Code `json:"code"`
	}
	request := safeID(resp.Header.Get("X-Request-Id"))
	if err := session.UnmarshalLoose(data, &p, session.CodeVaultAnswer); err != nil || !p.Code.Known() {
		return session.Errorf(session.CodeVaultFailed, "status %d, request %s", resp.StatusCode, request)
	}
	if p.Code == session.CodeInternal {
		return session.Errorf(session.CodeVaultFailed, "request %s", request)
	}
	return session.Errorf(p.Code, "")
}

// safeID passes only what a request id looks like, since it reaches people.
func safeID(s string) string {
	if len(s) > 64 {
		return "-"
	}
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' {
			return "-"
		}
	}
	return s
}

func (c *Client) get(ctx context.Context, path string, v any) error {
	data, _, err := c.do(ctx, request{method: http.MethodGet, path: path, want: []int{http.StatusOK}})
	if err != nil {
		return err
	}
	return session.UnmarshalLoose(data, v, session.CodeVaultAnswer)
}

func (c *Client) send(ctx context.Context, method, path string, body, v any, want ...int) error {
	r := request{method: method, path: path, want: want}
	if body != nil {
		data, err := session.Marshal(body)
		if err != nil {
			return session.Errorf(session.CodeInternal, "").Because(err)
		}
		r.body, r.header = bytes.NewReader(data), http.Header{"Content-Type": {"application/json"}}
	}
	data, _, err := c.do(ctx, r)
	if err != nil || v == nil {
		return err
	}
	return session.UnmarshalLoose(data, v, session.CodeVaultAnswer)
}

func accountPath(id session.ID) string { return fmt.Sprintf("/v1/accounts/%s", id) }
