package vaultapi

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"sync"

	"sessionferry/internal/dpop"
	"sessionferry/session"
)

// Credentials are how a program shows who it is: by a token of short life and, for
// each request, a proof of the key that the token was given to (RFC 9449).
type Credentials struct {
	Key   ed25519.PrivateKey
	Token string // "" if there is none yet; the key fetches one
	// Keep keeps a new token for the next start. That it fails costs a request then,
	// and nothing now. It may be nil.
	Keep func(ctx context.Context, token string)
}

// auth is the part of a client that knows who it is.
type auth struct {
	prover *dpop.Prover
	keep   func(context.Context, string)

	mu    sync.Mutex
	token string
}

func newAuth(base string, who Credentials) *auth {
	a := &auth{prover: dpop.NewProver(who.Key, base), keep: who.Keep}
	if session.IsKey(who.Token) { // else it was damaged where it was kept
		a.token = who.Token
	}
	if a.keep == nil {
		a.keep = func(context.Context, string) {}
	}
	return a
}

// proved sends a request with a proof, and once more with the nonce that the
// vault asks for.
func (c *Client) proved(ctx context.Context, r Request, token string) (answer, error) {
	a, err := c.once(ctx, r, token, c.auth.prover)
	if err == nil && a.again {
		a, err = c.once(ctx, r, token, c.auth.prover)
	}
	return a, err
}

// token returns the token, or a fresh one if the vault has refused the one that
// is there. Callers that were refused at once fetch one token together.
func (c *Client) token(ctx context.Context, refused string) (string, error) {
	c.auth.mu.Lock()
	defer c.auth.mu.Unlock()
	if c.auth.token != refused {
		return c.auth.token, nil
	}
	want := Request{Method: http.MethodPost, Path: "/v1/token", Want: []int{http.StatusCreated}}
	a, err := c.proved(ctx, want, "")
	data, err := a.read(want, err)
	if err != nil {
		return "", err
	}
	var granted struct {
		Token string `json:"token"`
	}
	if err := session.UnmarshalLoose(data, &granted, session.CodeVaultAnswer); err != nil {
		return "", err
	}
	if granted.Token == "" || granted.Token == refused {
		return "", session.Errorf(session.CodeVaultAnswer, "no token")
	}
	c.auth.token = granted.Token
	c.auth.keep(ctx, granted.Token)
	return granted.Token, nil
}
