package runner

import (
	"context"
	"net/http"
	"time"

	"sessionferry/envelope"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// vault speaks the runner's part of the vault's API.
type vault struct{ *vaultapi.Client }

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
	if err := v.JSON(ctx, http.MethodPost, "/v1/accounts/"+account.String()+"/lease", body, &l, http.StatusCreated); err != nil {
		return nil, err
	}
	if l.ID.IsZero() || l.Account.ID != account {
		return nil, session.Errorf(session.CodeVaultAnswer, "a lease of another account")
	}
	return &l, nil
}

// envelope fetches what the lease is for. The envelope is not verified yet.
func (v *vault) envelope(ctx context.Context, lease session.ID) (*envelope.Envelope, error) {
	data, err := v.Do(ctx, vaultapi.Request{Method: http.MethodGet, Path: "/v1/leases/" + lease.String() + "/envelope", Want: []int{http.StatusOK}})
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
	return v.JSON(ctx, http.MethodPost, "/v1/leases/"+lease.String()+"/report", body, &s, http.StatusOK)
}

func (v *vault) release(ctx context.Context, lease session.ID) error {
	return v.JSON(ctx, http.MethodDelete, "/v1/leases/"+lease.String(), nil, nil, http.StatusNoContent)
}
