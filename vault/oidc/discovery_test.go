package oidc

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// provider answers requests for its addresses, and counts them.
type provider struct {
	asked  atomic.Int64
	answer func(r *http.Request) (*http.Response, error)
}

func (p *provider) RoundTrip(r *http.Request) (*http.Response, error) {
	p.asked.Add(1)
	return p.answer(r)
}

// hang answers when nobody waits any more.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func refuse(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }

func well(r *http.Request) (*http.Response, error) {
	body := `{"issuer":"https://login.example","authorization_endpoint":"https://login.example/auth","token_endpoint":"https://login.example/token","jwks_uri":"https://login.example/keys"}`
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

const callers = 1000

// begin begins many sign-ins at once, by callers that leave after a while, and
// returns how many were answered and when the last one was.
func begin(c *Client, patience time.Duration) (answered int64, took time.Duration) {
	began := time.Now()
	var waiting sync.WaitGroup
	var n atomic.Int64
	for range callers {
		waiting.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			if _, _, err := c.Begin(ctx, time.Time{}); err == nil {
				n.Add(1)
			}
		})
	}
	waiting.Wait()
	return n.Load(), time.Since(began)
}

// TestDiscoveryHolds: a provider that hangs or fails costs one request at a time, no
// caller waits longer than it likes, and a provider that is back is found.
func TestDiscoveryHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &provider{answer: hang}
		c := New(Config{Issuer: "https://login.example", ClientID: "vault"})
		c.http.Transport = p
		check := func(patience, took time.Duration, answered, asked int64) {
			t.Helper()
			n, d := begin(c, patience)
			require.Equal(t, took, d)
			require.Equal(t, answered, n)
			require.Equal(t, asked, p.asked.Swap(0))
		}
		check(time.Second, time.Second, 0, 1)
		check(time.Hour, requestTime-time.Second, 0, 0) // they join the one that is under way
		check(time.Hour, 0, 0, 0)                       // its failure is remembered
		time.Sleep(failureTime)
		p.answer = refuse
		check(time.Hour, 0, 0, 1)
		p.answer = well
		check(time.Hour, 0, 0, 0)
		time.Sleep(failureTime)
		check(time.Hour, 0, callers, 1)
		check(time.Hour, 0, callers, 0)
	})
}
