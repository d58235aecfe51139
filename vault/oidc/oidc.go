// Package oidc signs people in by their company's OpenID provider: the
// authorization code flow with PKCE, a state and a nonce. What a flow has to
// remember travels in a cookie of the browser that began it, so that any process
// of the vault can finish it. It never keeps a token of the provider.
package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Config names the provider, and this vault to it.
type Config struct {
	Issuer       string // such as "https://login.company.example"
	ClientID     string
	ClientSecret string
	Redirect     string // the vault's own address to come back to
	Codes        bool   // whom the vault asks for a one-time code is not signed in by the provider alone
}

// Identity is who the provider says somebody is.
type Identity struct {
	Issuer, Subject string
	Email           string // as the provider writes it; "" unless it has verified it
	Name            string
	SignedIn        time.Time // when the provider last asked who it is; zero if it does not say
}

// requestTime is how long one request to the provider may take.
const requestTime = 10 * time.Second

// clockSkew is how far the provider's clock may be behind the vault's.
const clockSkew = time.Minute

// Client speaks to the provider.
type Client struct {
	cfg       Config
	http      *http.Client
	discovery discovery
}

// New returns a client. The provider is asked for its addresses on first use, so
// that a vault starts without it.
func New(cfg Config) *Client {
	return &Client{cfg: cfg, http: &http.Client{Timeout: requestTime}}
}

// Flow is what one sign-in has to remember between its two halves.
type Flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	// Since is when the person is to have signed in at the provider at the earliest;
	// zero if it does not matter.
	Since time.Time `json:"since,omitzero"`
}

// ErrRefused is a provider's answer that signs nobody in.
var ErrRefused = errors.New("the OpenID provider signed nobody in")

// Begin returns the provider's page to send the browser to. Unless since is zero, the
// provider is to ask who it is, even if somebody is signed in there.
func (c *Client) Begin(ctx context.Context, since time.Time) (page string, f Flow, err error) {
	ctx = oidc.ClientContext(ctx, c.http)
	p, err := c.discover(ctx)
	if err != nil {
		return "", f, err
	}
	f = Flow{random(), random(), oauth2.GenerateVerifier(), since}
	options := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if !since.IsZero() {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return c.oauth(p).AuthCodeURL(f.State, options...), f, nil
}

// Finish reads the query with which the browser came back.
func (c *Client) Finish(ctx context.Context, f Flow, q url.Values) (i Identity, err error) {
	ctx = oidc.ClientContext(ctx, c.http)
	if f.State == "" || subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(f.State)) != 1 {
		return i, fmt.Errorf("%w: another browser began it", ErrRefused)
	}
	if q.Get("code") == "" {
		return i, fmt.Errorf("%w: there is no code", ErrRefused)
	}
	p, err := c.discover(ctx)
	if err != nil {
		return i, err
	}
	tokens, err := c.oauth(p).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return i, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: c.cfg.ClientID}).Verify(ctx, raw)
	if err != nil {
		return i, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return i, fmt.Errorf("%w: the nonce is another", ErrRefused)
	}
	if i, err = c.identity(ctx, p, id, tokens); err != nil {
		return i, err
	}
	// What was asked for travelled through the browser: the answer alone counts.
	if !f.Since.IsZero() && i.SignedIn.Before(f.Since.Add(-clockSkew)) {
		return i, fmt.Errorf("%w: it did not ask again who it is", ErrRefused)
	}
	return i, nil
}

// claims are what is read of a person.
type claims struct {
	Email    string `json:"email"`
	Verified bool   `json:"email_verified"`
	Name     string `json:"name"`
	AuthTime int64  `json:"auth_time"` // Unix seconds
}

// identity reads the ID token and, where it names no address, the provider's
// user info, which must be of the same subject.
func (c *Client) identity(ctx context.Context, p *oidc.Provider, id *oidc.IDToken, tokens *oauth2.Token) (i Identity, err error) {
	var said claims
	if err := id.Claims(&said); err != nil {
		return i, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if said.Email == "" && p.UserInfoEndpoint() != "" {
		info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil || info.Subject != id.Subject {
			return i, fmt.Errorf("%w: its user info is of nobody, or of somebody else", ErrRefused)
		}
		said.Email, said.Verified = info.Email, info.EmailVerified
		var more claims
		if err := info.Claims(&more); err == nil && said.Name == "" {
			said.Name = more.Name
		}
	}
	i = Identity{Issuer: id.Issuer, Subject: id.Subject, Name: said.Name}
	if said.Verified {
		i.Email = said.Email
	}
	if said.AuthTime > 0 {
		i.SignedIn = time.Unix(said.AuthTime, 0).UTC()
	}
	return i, nil
}

func (c *Client) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.cfg.ClientID, ClientSecret: c.cfg.ClientSecret, Endpoint: p.Endpoint(), RedirectURL: c.cfg.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"},
	}
}

func random() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand aborts the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}
