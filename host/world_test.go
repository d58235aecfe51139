package host

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/host/config"
	"sessionferry/host/keystore"
	"sessionferry/host/keystore/keystoretest"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// lyingVault speaks docs/api.md as far as a device needs it, and lies where a
// test tells it to. What a vault really does is tested in vault and e2e.
type lyingVault struct {
	t         *testing.T
	workspace session.ID
	person    session.ID
	account   session.Account
	status    session.Status
	roster    [][]byte
	puts      [][]byte
	confirm   []bool                               // of each put: whether a runner has to confirm it
	counts    []string                             // of each put: how much went and stayed
	seen      []string                             // of each put: the newest generation that the device knows
	answer    map[string]func(http.ResponseWriter) // by "METHOD path", instead of the truth
}

func (v *lyingVault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if lie := v.answer[r.Method+" "+r.URL.Path]; lie != nil {
		lie(w)
		return
	}
	write := func(status int, body any) { vaultapitest.Answer(w, status, body) }
	account := "/v1/accounts/" + v.account.ID.String()
	switch r.Method + " " + r.URL.Path {
	case "POST /v1/token":
		write(201, map[string]any{"token": session.NewID().String()})
	case "GET /v1/roster":
		write(200, map[string]any{"versions": v.roster})
	case "POST /v1/roster":
		var body struct {
			Version []byte `json:"version"`
		}
		data, _ := io.ReadAll(r.Body)
		require.NoError(v.t, session.Unmarshal(data, &body, session.CodeRequestInvalid))
		v.roster = append(v.roster, body.Version)
		write(201, map[string]any{})
	case "GET /v1/accounts":
		write(200, map[string]any{"accounts": []session.Account{v.account}})
	case "GET " + account:
		write(200, v.account)
	case "GET " + account + "/session":
		write(200, v.status)
	case "PUT " + account + "/session":
		data, _ := io.ReadAll(r.Body)
		v.puts = append(v.puts, data)
		v.confirm = append(v.confirm, r.Header.Get("Sessionferry-Confirm") == "yes")
		v.counts = append(v.counts, r.Header.Get("Sessionferry-Counts"))
		v.seen = append(v.seen, r.Header.Get("Sessionferry-Seen"))
		v.status.State, v.status.Generation = session.StateTransferred, session.Generation{Share: v.status.NextShare}
		v.status.ShareKey = r.Header.Get("Idempotency-Key")
		v.status.NextShare++
		write(201, v.status)
	case "DELETE " + account + "/session":
		v.status.State = session.StateNone
		write(200, v.status)
	default:
		vaultapitest.Refuse(w, 404, session.CodeNotFound)
	}
}

// device is an enrolled device and its vault.
type device struct {
	*Service
	vault *lyingVault
}

func enrolled(t *testing.T) *device {
	root := t.TempDir()
	v := &lyingVault{t: t, workspace: session.NewID(), person: session.NewID(), answer: map[string]func(http.ResponseWriter){}}
	v.account = session.Account{ID: session.NewID(), App: "mediawiki", Site: "https://wiki.example.org", Username: "Bob", Role: session.RoleOwner,
		Status: session.Status{State: session.StateNone}}
	v.status = session.Status{State: session.StateNone, NextShare: 1}
	server := httptest.NewServer(v)
	t.Cleanup(server.Close)

	socket := filepath.Join(root, "s")
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	enrol := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		vaultapitest.Answer(w, http.StatusCreated, map[string]any{"vault": server.URL, "workspace": v.workspace, "person": v.person, "principal": session.NewID()})
	})}
	go func() { _ = enrol.Serve(l) }()
	t.Cleanup(func() { _ = enrol.Close() })

	s := &Service{Dirs: config.Dirs{Config: filepath.Join(root, "config"), State: filepath.Join(root, "state")},
		Keys: keystore.On(&keystoretest.Memory{}), Now: time.Now}
	unlisted, err := s.Login(t.Context(), LoginRequest{Socket: socket, Name: "desk"})
	require.NoError(t, err)
	require.False(t, unlisted)
	return &device{s, v}
}

// jar is a capture of MediaWiki with the given user signed in.
func jar(t *testing.T, user string) []byte {
	cookie := func(name, value string) session.Cookie {
		return session.Cookie{Name: name, Value: value, Domain: "wiki.example.org", HostOnly: true, Path: "/", Secure: true,
			SameSite: session.SameSiteUnspecified, Store: "0"}
	}
	c := session.Capture{Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"},
		Read: []string{"cookie", "local", "session", "idb"}, Context: session.BrowserContext{ColorScheme: "light"}}
	if user != "" {
		c.Cookies = []session.Cookie{cookie("wikiUserID", "2"), cookie("wikiUserName", user), cookie("wiki_session", "canary-session-value")}
	}
	data, err := session.Marshal(c)
	require.NoError(t, err)
	return data
}

// request is a share of a jar.
func (d *device) request(capture []byte) ShareRequest {
	return ShareRequest{Account: d.vault.account.ID, Key: "key-1",
		Consent:  &session.Consent{Text: session.ConsentText, Time: time.Now().UTC().Truncate(time.Second), Surface: "popup"},
		Capture:  func(context.Context) ([]byte, error) { return capture, nil },
		Progress: func(string, int, int) {}}
}

// problem is an answer of the vault that refuses.
func problem(status int, code session.Code) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { vaultapitest.Refuse(w, status, code) }
}

func text(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { vaultapitest.Text(w, status, body) }
}

// openedBy opens the last put with the device's own key.
func (d *device) lastBundle(t *testing.T) string {
	e, err := envelope.Parse(d.vault.puts[len(d.vault.puts)-1])
	require.NoError(t, err)
	keys, err := d.keys(t.Context())
	require.NoError(t, err)
	roster, _, err := envelope.VerifyChain(d.vault.roster, envelope.HashOf(d.vault.roster[0]))
	require.NoError(t, err)
	plain, err := e.Open(keys, roster, envelope.Expect{Workspace: d.vault.workspace, Account: d.vault.account.ID, App: d.vault.account.App, Now: time.Now()})
	require.NoError(t, err)
	return string(plain)
}

// hides reports whether none of the puts holds the text, as it is or in base64.
func (d *device) hides(text string) bool {
	for _, p := range d.vault.puts {
		if strings.Contains(string(p), text) || strings.Contains(string(p), base64.StdEncoding.EncodeToString([]byte(text))) {
			return false
		}
	}
	return true
}
