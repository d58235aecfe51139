package vaulttest

import (
	"crypto/rand"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
)

// Share is an envelope to be put.
type Share struct {
	Account session.Account
	Number  uint64 // share number
	Size    int    // bytes of random payload, about what the envelope will have

	Bundle *session.Bundle // sealed instead of random bytes, if there is one

	Created time.Time              // zero for now
	Edit    func(*envelope.Header) // may change anything before it is sealed
	To      []*Client              // nil for the whole roster
}

// Seal seals a share as this device.
func (c *Client) Seal(t testing.TB, s Share) []byte {
	t.Helper()
	var to []envelope.PublicKeys
	for _, o := range s.To {
		to = append(to, o.Keys.Public())
	}
	if to == nil {
		to = c.Roster(t).Recipients(time.Now())
	}
	return c.SealTo(t, s, to)
}

// SealTo is Seal to given keys.
func (c *Client) SealTo(t testing.TB, s Share, to []envelope.PublicKeys) []byte {
	t.Helper()
	if s.Created.IsZero() {
		s.Created = time.Now()
	}
	h := envelope.Header{
		Workspace: c.Workspace, Account: s.Account.ID, App: s.Account.App, Session: session.NewID(),
		Generation: session.Generation{Share: s.Number}, Created: s.Created, Cap: s.Created.Add(90 * 24 * time.Hour),
		Consent: session.Consent{Text: session.ConsentText, Time: s.Created, Surface: "popup"},
	}
	if s.Edit != nil {
		s.Edit(&h)
	}
	e, err := envelope.Seal(h, c.Keys, to, func(w io.Writer) error {
		if s.Bundle != nil {
			return s.Bundle.Encode(w)
		}
		_, err := io.CopyN(w, rand.Reader, int64(s.Size)) // random, so that it does not compress
		return err
	})
	require.NoError(t, err)
	return e.Bytes()
}

// Put puts a sealed share under an idempotency key. header holds further names
// and values in turn.
func (c *Client) Put(t testing.TB, a session.Account, key string, sealed []byte, header ...string) Answer {
	t.Helper()
	return c.Do(t, "PUT", SessionPath(a), sealed, append([]string{vault.HeaderKey, key, vault.HeaderSeen, "0.0"}, header...)...)
}

// ShareNow seals and puts the account's next share.
func (c *Client) ShareNow(t testing.TB, a session.Account, size int) (sealed []byte, st session.Status) {
	t.Helper()
	return c.shareNext(t, a, size)
}

// ShareToConfirm is ShareNow for a share that is to wait for the app's word.
func (c *Client) ShareToConfirm(t testing.TB, a session.Account, size int) (sealed []byte, st session.Status) {
	t.Helper()
	return c.shareNext(t, a, size, vault.HeaderConfirm, "yes")
}

func (c *Client) shareNext(t testing.TB, a session.Account, size int, header ...string) (sealed []byte, st session.Status) {
	t.Helper()
	next := c.Do(t, "GET", SessionPath(a), nil).Wants(t, 200).StatusOf(t).NextShare
	sealed = c.Seal(t, Share{Account: a, Number: next, Size: size})
	st = c.Put(t, a, fmt.Sprintf("%s-%d", a.ID, next), sealed, header...).Wants(t, 201).StatusOf(t)
	return sealed, st
}

// Lease leases the account's session and returns the lease's path.
func (c *Client) Lease(t testing.TB, a session.Account) string {
	t.Helper()
	var answer struct {
		Lease session.ID `json:"lease"`
	}
	c.Do(t, "POST", "/v1/accounts/"+a.ID.String()+"/lease", map[string]any{"seen": session.Generation{}}).Wants(t, 201).Into(t, &answer)
	return "/v1/leases/" + answer.Lease.String()
}

// Invalidate ends the account's session by two answers of its app, as far apart as
// the vault wants them.
func (c *Client) Invalidate(t testing.TB, v *Vault, a session.Account, cause session.Cause) {
	t.Helper()
	against := map[string]any{"result": "invalid", "cause": cause}
	c.Do(t, "POST", c.Lease(t, a)+"/report", against).Wants(t, 200)
	v.Advance(vault.DefaultRecheckAfter)
	st := c.Do(t, "POST", c.Lease(t, a)+"/report", against).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.StateInvalid, st.State)
}

// SessionPath is the path of an account's session.
func SessionPath(a session.Account) string { return "/v1/accounts/" + a.ID.String() + "/session" }
