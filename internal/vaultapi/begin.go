package vaultapi

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"slices"
	"time"

	"sessionferry/session"
)

// Enrolling is a program that waits until a person types its code at the vault.
type Enrolling struct {
	Prompt // without the fingerprint, which the program knows

	client    *Client
	enrolment string
	interval  time.Duration
}

// Begin asks the vault at an address that a person typed to enrol a "device" or
// "runner" (RFC 8628). key is that of its proofs, keys are
// envelope.PublicKeys.Marshal.
func Begin(ctx context.Context, address, role, name string, key ed25519.PrivateKey, keys []byte) (*Enrolling, error) {
	base, err := Address(address)
	if err != nil {
		return nil, err
	}
	c, err := New(base, Credentials{Key: key})
	if err != nil {
		return nil, err
	}
	body := struct {
		Role string `json:"role"`
		Name string `json:"name"`
		Key  []byte `json:"key"`
	}{role, name, keys}
	data, err := c.untokened(ctx, "/v1/enrolments", body, http.StatusCreated)
	if err != nil {
		return nil, err
	}
	var a struct {
		Enrolment string    `json:"enrolment"`
		Code      string    `json:"code"`
		Page      string    `json:"page"`
		Until     time.Time `json:"until"`
		Interval  int       `json:"interval"`
	}
	if err := session.UnmarshalLoose(data, &a, session.CodeVaultAnswer); err != nil {
		return nil, err
	}
	// They are shown to a person, and lead the person somewhere.
	if a.Page != base+"/device" {
		return nil, otherAddress()
	}
	if !session.IsKey(a.Code) || a.Enrolment == "" || a.Interval < 1 || a.Interval > 60 {
		return nil, session.Errorf(session.CodeVaultAnswer, "an enrolment without its parts")
	}
	return &Enrolling{Prompt{Code: a.Code, Page: a.Page, Until: a.Until}, c, a.Enrolment, time.Duration(a.Interval) * time.Second}, nil
}

// pollAgain are the failures of a poll after which the next one may succeed, as
// RFC 8628 has it.
var pollAgain = []session.Code{session.CodeAttemptsExceeded, session.CodeVaultUnreachable, session.CodeGatewayFailed, session.CodeVaultUnavailable}

// Await returns once the person has said yes, or session.CodeEnrolmentDenied,
// session.CodeEnrolmentEnded or session.CodeInterrupted. A vault that does not answer
// is asked again until the code's time is over.
func (e *Enrolling) Await(ctx context.Context) (*Enrolled, error) {
	body := struct {
		Enrolment string `json:"enrolment"`
	}{e.enrolment}
	for {
		data, err := e.client.untokened(ctx, "/v1/enrolments/outcome", body, http.StatusOK, http.StatusAccepted)
		switch {
		case err != nil && slices.Contains(pollAgain, session.CodeOf(err)) && time.Now().Before(e.Until):
		case err != nil:
			return nil, err
		case len(data) > 0:
			return readEnrolled(data, e.client.base)
		}
		select {
		case <-time.After(e.interval):
		case <-ctx.Done():
			return nil, session.Errorf(session.CodeInterrupted, "")
		}
	}
}

// untokened makes a call that a proof of the key is enough for.
func (c *Client) untokened(ctx context.Context, path string, in any, want ...int) ([]byte, error) {
	body, err := session.Marshal(in)
	if err != nil {
		return nil, session.Errorf(session.CodeInternal, "").Because(err)
	}
	r := Request{Method: http.MethodPost, Path: path, Header: jsonBody(), Body: body, Want: want}
	a, err := c.proved(ctx, r, "")
	return a.read(r, err)
}
