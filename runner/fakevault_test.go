package runner

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/internal/vaultapi/vaultapitest"
	"sessionferry/session"
)

// fakeVault serves the runner's part of the API for one account.
type fakeVault struct {
	*httptest.Server
	mu      sync.Mutex
	said    []string                                      // reports and releases, in order
	problem string                                        // answered to a lease instead of one
	between func(http.ResponseWriter, *http.Request) bool // may answer in place of the vault; nil: nothing is between
	waiting []uint64                                      // shares that wait, each handed out once
	until   time.Duration
	refused string // answered to renewals and refreshes

	account  session.Account
	lease    session.ID
	envelope []byte
	chain    [][]byte
}

// scene is a person with a device, a runner that they trust, and its vault.
type scene struct {
	vault  *fakeVault
	runner *Runner
	config Config

	device    *envelope.Keys
	workspace session.ID
	person    session.ID
	roster    *envelope.Roster
}

func newScene(t *testing.T, site string) *scene {
	t.Helper()
	w := &scene{workspace: session.NewID(), person: session.NewID(), config: testConfig(t)}
	var err error
	w.device, err = envelope.NewSeeds().Keys(envelope.RoleDevice)
	require.NoError(t, err)
	w.vault = &fakeVault{lease: session.NewID(), until: leaseLife, account: session.Account{
		ID: session.NewID(), App: "mediawiki", Site: site, Username: "Alice", Role: session.RoleOwner, Status: session.Status{State: session.StateTransferred},
	}}
	w.vault.Server = httptest.NewServer(w.vault)
	t.Cleanup(w.vault.Close)
	w.config = w.config.WithDefaults()
	w.runner = New(w.config)
	key, err := w.runner.Key()
	require.NoError(t, err)

	now := time.Now()
	first, err := envelope.FirstRoster(w.workspace, w.person, envelope.Entry{Keys: w.device.Public(), Name: "laptop"}, now)
	require.NoError(t, err)
	w.sign(t, first)
	second, err := first.Add(envelope.Entry{Keys: key, Name: "runner"}, now)
	require.NoError(t, err)
	w.sign(t, second)
	w.roster = second
	require.NoError(t, w.runner.store.enrol(&Enrolment{
		Vault: w.vault.URL, Workspace: w.workspace, Person: w.person, Runner: session.NewID(), Name: "runner",
	}))
	require.NoError(t, w.runner.Trust(second.Hash().String()))
	return w
}

func (w *scene) sign(t *testing.T, r *envelope.Roster) {
	t.Helper()
	b, err := r.Sign(w.device)
	require.NoError(t, err)
	w.vault.chain = append(w.vault.chain, b)
}

// share seals a bundle as the owner's device does.
func (w *scene) share(t *testing.T, b *session.Bundle, generation uint64) {
	t.Helper()
	now := time.Now().UTC()
	e, err := envelope.Seal(envelope.Header{
		Workspace: w.workspace, Account: w.vault.account.ID, App: w.vault.account.App, Session: session.NewID(),
		Generation: session.Generation{Share: generation}, Created: now, Cap: now.Add(time.Hour),
		Consent: session.Consent{Text: session.ConsentText, Time: now, Surface: "popup"},
	}, w.device, w.roster.Recipients(now), b.Encode)
	require.NoError(t, err)
	w.vault.envelope = e.Bytes()
}

func (v *fakeVault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if v.between == nil || !v.between(w, r) {
		v.routes().ServeHTTP(w, r)
	}
}

func (v *fakeVault) routes() http.Handler {
	m := http.NewServeMux()
	answer, refuse := vaultapitest.Answer, vaultapitest.Refuse
	m.HandleFunc("POST /v1/token", func(w http.ResponseWriter, _ *http.Request) {
		v.mu.Lock()
		gone := v.problem == string(session.CodeUnauthorized)
		v.mu.Unlock()
		if gone {
			refuse(w, http.StatusUnauthorized, session.CodeUnauthorized)
			return
		}
		answer(w, http.StatusCreated, map[string]any{"token": "token-of-the-test"})
	})
	m.HandleFunc("GET /v1/roster", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"versions": v.chain})
	})
	m.HandleFunc("POST /v1/accounts/{id}/lease", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "DPoP token-of-the-test":
			refuse(w, http.StatusUnauthorized, session.CodeUnauthorized)
		case v.problem != "":
			refuse(w, http.StatusConflict, session.Code(v.problem))
		default:
			answer(w, http.StatusCreated, map[string]any{"lease": v.lease, "until": time.Now().Add(v.until), "account": v.account})
		}
	})
	m.HandleFunc("POST /v1/confirmations", func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		defer v.mu.Unlock()
		switch {
		case v.problem != "":
			refuse(w, http.StatusInternalServerError, session.Code(v.problem))
		case len(v.waiting) == 0:
			v.mu.Unlock()
			select { // as long as no one asks for something else
			case <-r.Context().Done():
			case <-time.After(50 * time.Millisecond):
			}
			v.mu.Lock()
			vaultapitest.Text(w, http.StatusNoContent, "")
		default:
			answer(w, http.StatusCreated, map[string]any{"lease": v.lease, "until": time.Now().Add(v.until), "account": v.account, "share": v.waiting[0]})
			v.waiting = v.waiting[1:]
		}
	})
	m.HandleFunc("GET /v1/leases/{lease}/envelope", func(w http.ResponseWriter, _ *http.Request) { vaultapitest.Text(w, http.StatusOK, string(v.envelope)) })
	m.HandleFunc("POST /v1/leases/{lease}/report", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]string
		data, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(data, &body)
		v.say(body["result"] + " " + body["cause"])
		answer(w, http.StatusOK, v.account.Status)
	})
	m.HandleFunc("POST /v1/leases/{lease}/renew", func(w http.ResponseWriter, _ *http.Request) {
		if code := v.refusal(); code != "" {
			refuse(w, http.StatusGone, session.Code(code))
			return
		}
		answer(w, http.StatusOK, map[string]any{"lease": v.lease, "until": time.Now().Add(v.until), "account": v.account})
	})
	m.HandleFunc("PUT /v1/leases/{lease}/session", func(w http.ResponseWriter, r *http.Request) {
		sealed, _ := io.ReadAll(r.Body)
		e, err := envelope.Parse(sealed)
		if code := v.refusal(); code != "" || err != nil || !session.IsKey(r.Header.Get("Idempotency-Key")) {
			refuse(w, http.StatusGone, session.Code(code))
			return
		}
		g := e.Header().Generation
		v.say(fmt.Sprintf("refreshed %d.%d", g.Share, g.Refresh))
		v.envelope = sealed
		answer(w, http.StatusCreated, v.account.Status)
	})
	m.HandleFunc("DELETE /v1/leases/{lease}", func(w http.ResponseWriter, _ *http.Request) {
		v.say("released")
		vaultapitest.Text(w, http.StatusNoContent, "")
	})
	return m
}

func (v *fakeVault) refusal() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.refused
}

func (v *fakeVault) refuse(code string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refused = code
}

func (v *fakeVault) say(s string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.said = append(v.said, s)
}

// nothingLeft checks that no profile of this test's process stayed in memory.
func nothingLeft(t *testing.T, r *Restored) {
	t.Helper()
	_, err := os.Stat(r.browser.profile.dir)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// secretValue returns a value that must never be printed.
func secretValue() string { return "secret-" + rand.Text() }

func (w *scene) trustFile() string { return filepath.Join(w.config.State, "trust.json") }
