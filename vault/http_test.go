package vault_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestPutRefusals: each refusal has its code, and the older session stays.
func TestPutRefusals(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	_, before := s.device.ShareNow(t, s.account, 100)
	stranger := s.Enrol(t, vault.RoleDevice, "not in the roster")
	other := s.Enrol(t, vault.RoleDevice, "another device")
	s.device.Trust(t, other)
	alice := s.device.AddAccount(t, "Alice")
	good := vaulttest.Share{Account: s.account, Number: 2, Size: 100}
	with := func(edit func(*envelope.Header)) []byte {
		sh := good
		sh.Edit = edit
		return s.device.Seal(t, sh)
	}
	sealed := s.device.Seal(t, good)
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)/2] ^= 1
	to := s.device.Roster(t).Recipients(time.Now())
	for name, tt := range map[string]struct {
		by   *vaulttest.Client
		body []byte
		code session.Code
	}{
		"not an envelope":   {s.device, []byte("hello"), session.CodeEnvelopeInvalid},
		"empty":             {s.device, []byte{}, session.CodeEnvelopeInvalid},
		"cut":               {s.device, sealed[:len(sealed)-1], session.CodeEnvelopeInvalid},
		"one byte changed":  {s.device, flipped, session.CodeEnvelopeSender},
		"another's account": {s.device, s.device.Seal(t, vaulttest.Share{Account: alice, Number: 1}), session.CodeEnvelopeContext},
		"another app":       {s.device, with(func(h *envelope.Header) { h.App = "gitea" }), session.CodeEnvelopeContext},
		"another workspace": {s.device, with(func(h *envelope.Header) { h.Workspace = session.NewID() }), session.CodeEnvelopeContext},
		"from the future":   {s.device, with(func(h *envelope.Header) { h.Created = time.Now().Add(11 * time.Minute) }), session.CodeEnvelopeInvalid},
		"past its end": {s.device, with(func(h *envelope.Header) {
			h.Created = time.Now().Add(-2 * time.Hour)
			h.NotAfter = time.Now().Add(-time.Hour)
		}), session.CodeEnvelopeExpired},
		"no longer agreed":   {s.device, with(func(h *envelope.Header) { h.Consent.Text = "2020-01" }), session.CodeConsentOutdated},
		"an old number":      {s.device, with(func(h *envelope.Header) { h.Generation.Share = 1 }), session.CodeGenerationConflict},
		"a skipped number":   {s.device, with(func(h *envelope.Header) { h.Generation.Share = 3 }), session.CodeGenerationConflict},
		"an unlisted sender": {stranger, stranger.SealTo(t, good, to), session.CodeEnvelopeSender},
		"another's token":    {other, sealed, session.CodeEnvelopeSender},
		"unlisted recipient": {s.device, s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 2, To: []*vaulttest.Client{stranger}}), session.CodeEnvelopeRecipient},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.by.Put(t, s.account, "k-"+strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", ""), tt.body)
			require.Equal(t, tt.code, a.Code(), "%s", a.Body)
		})
	}
	for _, key := range []string{"", "a b", "é", strings.Repeat("x", 65)} {
		s.device.Put(t, s.account, key, sealed).Wants(t, 400)
	}
	require.Equal(t, before, s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t))
}

func TestCards(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	for code, card := range map[session.Code]vault.Card{
		session.CodeAppUnknown:      {App: "../etc", Site: vaulttest.Site, Username: "Bob"},
		session.CodeSiteInvalid:     {App: vaulttest.App, Site: "ftp://wiki.example", Username: "Bob"},
		session.CodeUsernameInvalid: {App: vaulttest.App, Site: vaulttest.Site, Username: " Bob"},
		session.CodeAccountExists:   {App: vaulttest.App, Site: vaulttest.Site, Username: "Bob"},
	} {
		require.Equal(t, code, s.device.Do(t, "POST", "/v1/accounts", card).Code())
	}
}

func TestRosterAppends(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	second := s.Enrol(t, vault.RoleDevice, "second")
	s.device.Trust(t, second)
	s.device.ShareNow(t, s.account, 10)

	old := s.device.Roster(t)
	now := time.Now()
	third := s.Enrol(t, vault.RoleRunner, "third")
	mine, err := old.Add(envelope.Entry{Keys: third.Keys.Public(), Name: "third"}, now)
	require.NoError(t, err)
	theirs, err := s.device.Roster(t).Add(envelope.Entry{Keys: third.Keys.Public(), Name: "3rd"}, now)
	require.NoError(t, err)
	signed, err := mine.Sign(s.device.Keys)
	require.NoError(t, err)
	require.Equal(t, session.CodeRosterInvalid, second.Do(t, "POST", "/v1/roster", map[string]any{"version": signed}).Code(), "a device sends what it signed itself")
	for range 2 { // the second time is what a lost answer leads to
		s.device.Do(t, "POST", "/v1/roster", map[string]any{"version": signed}).Wants(t, 201)
	}
	require.Equal(t, session.CodeRosterConflict, second.Append(t, theirs).Code())
	require.Equal(t, session.CodeRosterInvalid, s.device.Do(t, "POST", "/v1/roster", map[string]any{"version": []byte("x")}).Code())

	gone, err := s.device.Roster(t).Revoke(s.runner.Keys.ID(), now)
	require.NoError(t, err)
	s.device.Append(t, gone).Wants(t, 201)
	st := s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.Equal(t, session.CauseRosterRevoked, st.Cause)
	chain := s.device.Chain(t)
	require.Equal(t, envelope.HashOf(chain[len(chain)-1]), s.device.Roster(t).Hash())
}

// TestHardening: what no program of ours sends is refused, and every answer
// carries the headers.
func TestHardening(t *testing.T) {
	t.Parallel()
	s := newScene(t, vaulttest.Options{})
	for _, h := range [][2]string{{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"Host", "evil.example"}} {
		a := s.device.Do(t, "GET", "/v1/me", nil, h[0], h[1]).Wants(t, 400)
		require.Equal(t, session.CodeRequestInvalid, a.Code(), h)
	}
	for _, path := range []string{"/v1/me", "/none", "/v1/accounts/x", "/healthz"} {
		a := s.device.Do(t, "GET", path, nil)
		require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
		require.Contains(t, a.Header.Get("Content-Security-Policy"), "default-src 'none'")
		require.Len(t, a.Header.Get("X-Request-Id"), 26)
	}
	a := s.device.Do(t, "POST", "/v1/accounts", map[string]string{"app": strings.Repeat("x", 1<<20)}).Wants(t, 413)
	require.Equal(t, session.CodeTooLarge, a.Code())
	require.Equal(t, session.CodeTooLarge, s.device.Do(t, "GET", "/v1/me", []byte("a body")).Wants(t, 413).Code())
}

// TestCapComesFirst: a body that claims or has more than is allowed is refused
// without being read.
func TestCapComesFirst(t *testing.T) {
	t.Parallel()
	s := newScene(t, vaulttest.Options{})
	c, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	require.NoError(t, err)
	defer c.Close()
	req, err := s.device.Request("PUT", s.path("/session"), vault.MediaType, nil)
	require.NoError(t, err)
	req.Header.Set("Idempotency-Key", "k")
	_, err = fmt.Fprintf(c, "PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 37748737\r\n", req.URL.Path)
	require.NoError(t, err)
	require.NoError(t, req.Header.Write(c))
	_, err = io.WriteString(c, "\r\n")
	require.NoError(t, err)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(time.Minute)))
	answer := make([]byte, 12)
	_, err = c.Read(answer)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 413", string(answer))
}

// TestLogHoldsNoSecret: ids of requests are in the log, what they carried is not.
func TestLogHoldsNoSecret(t *testing.T) {
	var log syncBuffer
	s := newScene(t, vaulttest.Options{Log: &log})
	sealed, _ := s.device.ShareNow(t, s.account, 100)
	lease := s.runner.Lease(t, s.account)
	s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200)
	a := s.device.Do(t, "GET", "/secret-path", nil).Wants(t, 404)
	s.Stop()
	text := log.String()
	require.Contains(t, text, a.Header.Get("X-Request-Id"))
	require.Contains(t, text, `"route":"/v1/accounts/{id}/session"`)
	require.Contains(t, text, `"code":"not_found"`)
	for _, secret := range []string{s.device.Token, s.runner.Token, "Bob", s.account.ID.String(), lease[len("/v1/leases/"):], "secret-path", string(sealed[:32])} {
		require.NotContains(t, text, secret)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestSocket: only the vault's user may come near it, and a second vault does not
// take it over.
func TestSocket(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	info, err := os.Lstat(s.Socket)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	info, err = os.Stat(filepath.Dir(s.Socket))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	second, err := vault.New(vault.Config{Store: s.Store, Listen: "127.0.0.1:0", Socket: s.Socket})
	require.NoError(t, err)
	require.ErrorContains(t, second.Run(t.Context()), "another vault answers")

	require.NoError(t, os.Chmod(filepath.Dir(s.Socket), 0o755))
	require.ErrorContains(t, second.Run(t.Context()), "0700")
}

func TestEnrolRefusals(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	key := s.device.Keys.Public().Marshal()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", s.Socket) }}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport}
	for name, tt := range map[string]struct {
		body map[string]any
		code session.Code
	}{
		"role":       {map[string]any{"role": "admin", "name": "x", "key": key}, session.CodeRequestInvalid},
		"name":       {map[string]any{"role": "device", "name": "a\nb", "key": key}, session.CodeRequestInvalid},
		"no name":    {map[string]any{"role": "device", "name": "", "key": key}, session.CodeRequestInvalid},
		"key":        {map[string]any{"role": "device", "name": "x", "key": key[1:]}, session.CodeKeyFileInvalid},
		"key's role": {map[string]any{"role": "runner", "name": "x", "key": key}, session.CodeKeyFileInvalid},
		"more":       {map[string]any{"role": "device", "name": "x", "key": key, "more": 1}, session.CodeRequestInvalid},
	} {
		b, err := session.Marshal(tt.body)
		require.NoError(t, err)
		resp, err := client.Post("http://socket/v1/enrol", "application/json", bytes.NewReader(b))
		require.NoError(t, err)
		var p struct {
			Code session.Code `json:"code"`
		}
		var buf bytes.Buffer
		_, err = buf.ReadFrom(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.NoError(t, session.UnmarshalLoose(buf.Bytes(), &p, session.CodeVaultAnswer))
		require.Equal(t, tt.code, p.Code, name)
	}
}

func TestConfigSpeaksInSentences(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	good := vault.Config{Store: s.Store, Socket: "/tmp/x.sock"}
	for want, edit := range map[string]func(*vault.Config){
		"can be reached from other computers": func(c *vault.Config) { c.Listen = "0.0.0.0:7421" },
		"not an address":                      func(c *vault.Config) { c.Listen = "7421" },
		"belong together":                     func(c *vault.Config) { c.TLSCert = "cert.pem" },
		"bound of erasure":                    func(c *vault.Config) { c.EraseWithin = time.Millisecond },
		"needs a store":                       func(c *vault.Config) { c.Store = nil },
		"path of a socket":                    func(c *vault.Config) { c.Socket = "" },
	} {
		c := good
		edit(&c)
		_, err := vault.New(c)
		require.ErrorContains(t, err, want)
	}
}
