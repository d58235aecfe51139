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
	Share   uint64          `json:"share"` // of the share that waits for the app's word; 0 for a lease of the current session
}

// waits reports whether the lease is for confirming only.
func (l *lease) waits() bool { return l.Share != 0 }

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

// waiting leases the next share that waits for the app's word, or returns nil if
// none came while it waited, in whole seconds.
func (v *vault) waiting(ctx context.Context, wait time.Duration) (*lease, error) {
	body, err := session.Marshal(map[string]int{"wait": int(wait.Seconds())})
	if err != nil {
		return nil, session.Errorf(session.CodeInternal, "").Because(err)
	}
	data, err := v.Do(ctx, vaultapi.Request{
		Method: http.MethodPost, Path: "/v1/confirmations", Header: http.Header{"Content-Type": {"application/json"}},
		Body: body, Want: []int{http.StatusCreated, http.StatusNoContent},
	})
	if err != nil || len(data) == 0 {
		return nil, err
	}
	var l lease
	if err := session.UnmarshalLoose(data, &l, session.CodeVaultAnswer); err != nil {
		return nil, err
	}
	if l.ID.IsZero() || l.Account.ID.IsZero() || !l.waits() {
		return nil, session.Errorf(session.CodeVaultAnswer, "a lease of nothing")
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

// renew gives the lease its whole time again.
func (v *vault) renew(ctx context.Context, id session.ID) (*lease, error) {
	var l lease
	if err := v.JSON(ctx, http.MethodPost, "/v1/leases/"+id.String()+"/renew", nil, &l, http.StatusOK); err != nil {
		return nil, err
	}
	return &l, nil
}

// refresh hands the session of a lease back. With the same key it may be called
// again.
func (v *vault) refresh(ctx context.Context, lease session.ID, key string, e *envelope.Envelope) error {
	_, err := v.Do(ctx, vaultapi.Request{
		Method: http.MethodPut, Path: "/v1/leases/" + lease.String() + "/session",
		Header: http.Header{"Content-Type": {"application/vnd.sessionferry.envelope"}, "Idempotency-Key": {key}},
		Body:   e.Bytes(), Want: []int{http.StatusCreated, http.StatusOK},
	})
	return err
}

// report reports what the app answered, good or (with a cause) against the session,
// and returns what became of it.
func (v *vault) report(ctx context.Context, l *lease, cause session.Cause) (s session.Status, err error) {
	body := struct {
		Result string        `json:"result"`
		Cause  session.Cause `json:"cause,omitempty"`
	}{"used", cause}
	switch {
	case cause != "":
		body.Result = "invalid"
	case l.waits():
		body.Result = "confirmed"
	}
	err = v.JSON(ctx, http.MethodPost, "/v1/leases/"+l.ID.String()+"/report", body, &s, http.StatusOK)
	return s, err
}

func (v *vault) release(ctx context.Context, lease session.ID) error {
	return v.JSON(ctx, http.MethodDelete, "/v1/leases/"+lease.String(), nil, nil, http.StatusNoContent)
}
