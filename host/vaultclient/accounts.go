package vaultclient

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"sessionferry/internal/vaultapi"
	"sessionferry/session"
)

// Accounts returns one page of the person's accounts and the cursor of the next
// page, "" at the end.
func (c *Client) Accounts(ctx context.Context, cursor string) ([]session.Account, string, error) {
	var page struct {
		Accounts []session.Account `json:"accounts"`
		Next     string            `json:"next"`
	}
	path := "/v1/accounts"
	if cursor != "" {
		path += "?cursor=" + url.QueryEscape(cursor)
	}
	err := c.get(ctx, path, &page)
	return page.Accounts, page.Next, err
}

// Account returns one account; CodeNotFound if it is not there or not the
// person's to see.
func (c *Client) Account(ctx context.Context, id session.ID) (*session.Account, error) {
	var a session.Account
	if err := c.get(ctx, accountPath(id), &a); err != nil {
		return nil, err
	}
	if a.ID != id {
		return nil, session.Errorf(session.CodeVaultAnswer, "another account")
	}
	return &a, nil
}

// AddAccount makes a card.
func (c *Client) AddAccount(ctx context.Context, app, site, username string) (*session.Account, error) {
	var a session.Account
	body := map[string]string{"app": app, "site": site, "username": username}
	err := c.JSON(ctx, http.MethodPost, "/v1/accounts", body, &a, http.StatusCreated)
	return &a, err
}

// RemoveAccount removes a card and erases its session.
func (c *Client) RemoveAccount(ctx context.Context, id session.ID) error {
	return c.JSON(ctx, http.MethodDelete, accountPath(id), nil, nil, http.StatusNoContent)
}

// Session returns the status of an account's session.
func (c *Client) Session(ctx context.Context, id session.ID) (*session.Status, error) {
	var s session.Status
	err := c.get(ctx, accountPath(id)+"/session", &s)
	return &s, err
}

// Share is a sealed session to upload.
type Share struct {
	Key      string             // idempotency key
	Seen     session.Generation // the newest that this device knows of
	Confirm  bool               // it waits for the app's word
	Counts   session.Counts
	Envelope []byte
}

// Put uploads a share. The same key applied before changes nothing and
// answers with the session that it made. progress is called with the bytes sent
// so far.
func (c *Client) Put(ctx context.Context, id session.ID, share Share, progress func(done int)) (*session.Status, error) {
	header := http.Header{
		"Content-Type":        {"application/vnd.sessionferry.envelope"},
		"Idempotency-Key":     {share.Key},
		"Sessionferry-Seen":   {fmt.Sprintf("%d.%d", share.Seen.Share, share.Seen.Refresh)},
		"Sessionferry-Counts": {fmt.Sprintf("%d.%d.%d", share.Counts.Cookies, share.Counts.Items, share.Counts.Left)},
	}
	if share.Confirm {
		header.Set("Sessionferry-Confirm", "yes")
	}
	data, err := c.Do(ctx, vaultapi.Request{
		Method: http.MethodPut,
		Path:   accountPath(id) + "/session",
		Header: header,
		Body:   share.Envelope, Progress: progress,
		Want: []int{http.StatusOK, http.StatusCreated},
	})
	if err != nil {
		return nil, err
	}
	var s session.Status
	return &s, session.UnmarshalLoose(data, &s, session.CodeVaultAnswer)
}

// Delete erases the account's session, if there is one.
func (c *Client) Delete(ctx context.Context, id session.ID) (*session.Status, error) {
	var s session.Status
	err := c.JSON(ctx, http.MethodDelete, accountPath(id)+"/session", nil, &s, http.StatusOK)
	return &s, err
}
