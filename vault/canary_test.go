package vault_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// canary are marks that stand in a session as names and values, and must be seen
// nowhere else.
type canary struct{ marks []string }

// mark makes one more.
func (c *canary) mark() string {
	m := "canary" + rand.Text()
	c.marks = append(c.marks, m)
	return m
}

// session is one with a mark in every place that an app can write to.
func (c *canary) session(a session.Account) *session.Bundle {
	item := func() session.Item { return session.Item{Key: session.Text(c.mark()), Value: session.Text(c.mark())} }
	return &session.Bundle{
		Version: session.BundleVersion, App: a.App, Site: a.Site, Identity: session.Identity{Kind: "username", Value: a.Username},
		Capture: session.Capture{
			Read:    []string{"cookie", "local", "session", "idb"},
			Cookies: []session.Cookie{{Name: c.mark(), Value: c.mark(), Domain: "wiki.example", HostOnly: true, Path: "/" + c.mark()}},
			Origins: []session.OriginStorage{{
				Origin: a.Site, Local: []session.Item{item()}, Session: []session.Item{item()},
				Databases: []session.Database{{Name: session.Text(c.mark()), Version: 1, Stores: []session.ObjectStore{{
					Name: session.Text(c.mark()), Records: []session.Record{{Key: session.Text(c.mark()), Value: session.Text(c.mark())}},
				}}}},
			}},
			Context: session.BrowserContext{UserAgent: c.mark()},
		},
	}
}

// in returns the first mark that stands in b: as it is, in hexadecimal, or in base64
// at any of its three alignments.
func (c *canary) in(b []byte) string {
	lower := bytes.ToLower(b)
	for _, m := range c.marks {
		if bytes.Contains(b, []byte(m)) || bytes.Contains(lower, []byte(hex.EncodeToString([]byte(m)))) {
			return m
		}
		for before := range 3 {
			text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("-", before) + m))
			text = text[4 : len(text)-4] // what does not depend on the neighbours
			if bytes.Contains(b, []byte(text)) || bytes.Contains(b, []byte(strings.NewReplacer("+", "-", "/", "_").Replace(text))) {
				return m
			}
		}
	}
	return ""
}

// nowhere looks through all that the vault has written.
func (c *canary) nowhere(t *testing.T, when, dir string) {
	t.Helper()
	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		require.Empty(t, c.in(b), "%s, after %s", filepath.Base(path), when)
		require.Empty(t, c.in([]byte(d.Name())), "a file's name, after %s", when)
		return err
	}))
	require.NotZero(t, files)
}

// TestCanary: no file that the vault writes, no answer and no line of its log holds a
// name or a value of a session, at any moment of its life.
func TestCanary(t *testing.T) {
	var log syncBuffer
	s := newScene(t, vaulttest.Options{Log: &log})
	c := new(canary)
	heard := 0
	for _, client := range []*vaulttest.Client{s.device, s.runner} {
		client.Heard = func(a vaulttest.Answer) {
			heard++
			require.Empty(t, c.in(append([]byte(fmt.Sprint(a.Header)), a.Body...)), "an answer")
		}
	}
	upkeep := func(when string) {
		c.nowhere(t, when, s.Dir)
		_, err := s.Store.Expire(t.Context(), 100)
		require.NoError(t, err)
		_, err = s.Store.Erase(t.Context())
		require.NoError(t, err)
		c.nowhere(t, when+" and the erasure", s.Dir)
		s.device.Do(t, "GET", "/healthz", nil).Wants(t, 200)
	}
	share := func(number uint64, header ...string) []byte {
		sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: number, Bundle: c.session(s.account)})
		s.device.Put(t, s.account, fmt.Sprint("share-", number), sealed, header...).Wants(t, 201)
		return sealed
	}

	share(1)
	upkeep("a share")
	second := share(2)
	upkeep("another in its place")
	lease := s.runner.Lease(t, s.account)
	got := s.runner.Do(t, "GET", lease+"/envelope", nil).Wants(t, 200).Body
	e, err := envelope.Parse(got)
	require.NoError(t, err)
	opened, err := e.Open(s.runner.Keys, s.runner.Roster(t), envelope.Expect{Workspace: s.device.Workspace, Account: s.account.ID, App: s.account.App, Now: time.Now()})
	require.NoError(t, err)
	require.NotEmpty(t, c.in(opened), "who has the key finds them")
	require.NotEmpty(t, c.in([]byte(base64.StdEncoding.EncodeToString(opened))), "and so does the search")
	require.NotEmpty(t, c.in([]byte(hex.EncodeToString(opened))))
	back := s.runner.RefreshWith(t, second, nil, c.session(s.account).Encode)
	s.runner.HandBack(t, lease, "refresh", back).Wants(t, 201)
	upkeep("a refresh")
	s.runner.Do(t, "POST", lease+"/report", map[string]string{"result": "used"}).Wants(t, 200)
	share(3, vault.HeaderConfirm, "yes")
	var waiting struct {
		Lease session.ID `json:"lease"`
	}
	s.runner.Do(t, "POST", "/v1/confirmations", map[string]int{"wait": 0}).Wants(t, 201).Into(t, &waiting)
	upkeep("a share that waits")
	s.runner.Do(t, "POST", "/v1/leases/"+waiting.Lease.String()+"/report", map[string]string{"result": "confirmed"}).Wants(t, 200)
	s.runner.Do(t, "GET", s.runner.Lease(t, s.account)+"/envelope", nil).Wants(t, 200)
	upkeep("its confirmation")
	s.Advance(vault.DefaultRetentionWindow)
	upkeep("its expiry")
	sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 4, Created: s.Now(), Bundle: c.session(s.account)})
	sealed[len(sealed)/2] ^= 1
	require.Equal(t, session.CodeEnvelopeSender, s.device.Put(t, s.account, "refused", sealed).Code())
	plain := new(bytes.Buffer)
	require.NoError(t, c.session(s.account).Encode(plain))
	require.Equal(t, session.CodeEnvelopeInvalid, s.device.Put(t, s.account, "plain", plain.Bytes()).Code(), "one that was not sealed is not repeated either")
	upkeep("what was refused")
	s.device.ShareNow(t, s.account, 100)
	s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
	for _, path := range []string{"/v1/me", "/v1/audit", "/v1/accounts", s.path(""), s.path("/session"), "/v1/roster", "/healthz"} {
		s.device.Do(t, "GET", path, nil).Wants(t, 200)
	}
	upkeep("a deletion")
	s.Stop()
	c.nowhere(t, "the end", s.Dir)
	require.Contains(t, log.String(), `"route":"/v1/leases/{lease}/session"`)
	require.Empty(t, c.in([]byte(log.String())), "the log")
	require.Greater(t, heard, 30)
}
