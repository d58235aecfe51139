package vaulttest

import (
	"crypto/rand"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/vault"
)

// Refresh seals what this runner hands back of an envelope, with a random payload.
// edit may change when it is made and ends; nil leaves that. to holds the keys of
// the recipients; none for those of the whole roster.
func (c *Client) Refresh(t testing.TB, of []byte, size int, edit func(*envelope.Refresh), to ...envelope.PublicKeys) []byte {
	t.Helper()
	return c.RefreshWith(t, of, edit, func(w io.Writer) error {
		_, err := io.CopyN(w, rand.Reader, int64(size)) // random, so that it does not compress
		return err
	}, to...)
}

// RefreshWith is Refresh with a payload of the caller's.
func (c *Client) RefreshWith(t testing.TB, of []byte, edit func(*envelope.Refresh), encode func(io.Writer) error, to ...envelope.PublicKeys) []byte {
	t.Helper()
	prev, err := envelope.Parse(of)
	require.NoError(t, err)
	if to == nil {
		to = c.Roster(t).Recipients(time.Now())
	}
	change := envelope.Refresh{Created: time.Now()}
	if edit != nil {
		edit(&change)
	}
	e, err := envelope.SealRefresh(prev, change, c.Keys, to, encode)
	require.NoError(t, err)
	return e.Bytes()
}

// HandBack puts a refresh of the session of a lease, under an idempotency key.
func (c *Client) HandBack(t testing.TB, lease, key string, sealed []byte) Answer {
	t.Helper()
	return c.Do(t, "PUT", lease+"/session", sealed, vault.HeaderKey, key)
}
