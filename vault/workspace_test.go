package vault_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestChangeAccount: what no card may be, no account is changed to.
func TestChangeAccount(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	change := func(site, username string) vaulttest.Answer {
		return owner.Do(t, "PUT", s.path(""), map[string]string{"site": site, "username": username})
	}
	var trimmed session.Account
	change(vaulttest.Site+"/wiki/Main_Page?x=1#top", "Bob").Wants(t, 200).Into(t, &trimmed)
	require.Equal(t, vaulttest.Site, trimmed.Site, "the address of a page stands for its site")
	require.Equal(t, session.CodeSiteInvalid, change("wiki", "Bob").Wants(t, 422).Code())
	require.Equal(t, session.CodeUsernameInvalid, change(vaulttest.Site, "").Wants(t, 422).Code())
	owner.Do(t, "POST", "/v1/accounts", vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: "taken"}).Wants(t, 201)
	require.Equal(t, session.CodeAccountExists, change(vaulttest.Site, "taken").Wants(t, 409).Code())
	var a session.Account
	change(vaulttest.Site, "Robert").Wants(t, 200).Into(t, &a)
	require.Equal(t, "Robert", a.Username)
	require.Equal(t, session.CauseChanged, a.Status.Cause)
	require.NotEmpty(t, a.Status.CauseText)
}

// TestFindAccounts: what stands in the address chooses the accounts, and what makes
// no sense is refused.
func TestFindAccounts(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	s.device.Do(t, "POST", "/v1/accounts", vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: "Zoë"}).Wants(t, 201)
	find := func(query string) (names []string) {
		var page struct {
			Accounts []session.Account `json:"accounts"`
		}
		s.device.Do(t, "GET", "/v1/accounts?"+query, nil).Wants(t, 200).Into(t, &page)
		for _, a := range page.Accounts {
			names = append(names, a.Username)
		}
		return names
	}
	require.Equal(t, []string{"Zoë"}, find("q=zo%C3%8B"))
	require.Equal(t, []string{s.account.Username}, find("state=transferred"))
	for _, wrong := range []string{"state=gone", "q=" + strings.Repeat("x", 201), "cursor=x"} {
		require.Equal(t, session.CodeRequestInvalid, s.device.Do(t, "GET", "/v1/accounts?"+wrong, nil).Wants(t, 400).Code(), wrong)
	}
	for _, days := range []string{"0", "91", "x"} {
		require.Equal(t, session.CodeRequestInvalid, s.device.Do(t, "GET", s.path("/outcomes?days="+days), nil).Wants(t, 400).Code(), days)
	}
}

// TestWorkspace: an admin sees what is everybody's, and ends somebody's program.
func TestWorkspace(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	laptop := mia.Enrol(t, s.Vault, vault.RoleDevice, "mia's laptop")

	var accounts struct {
		Accounts []vault.WorkspaceAccount `json:"accounts"`
	}
	answer := owner.Do(t, "GET", "/v1/workspace/accounts?q=olga", nil).Wants(t, 200)
	answer.Into(t, &accounts)
	require.Equal(t, s.account.ID, accounts.Accounts[0].ID)
	require.Equal(t, session.StateTransferred, accounts.Accounts[0].State)
	for _, detail := range []string{"laptop", "cause", "until", "generation"} {
		require.NotContains(t, string(answer.Body), detail, "no detail of the session")
	}

	var programs struct {
		Programs []vault.WorkspaceProgram `json:"programs"`
	}
	owner.Do(t, "GET", "/v1/workspace/programs", nil).Wants(t, 200).Into(t, &programs)
	require.Len(t, programs.Programs, 3)
	last := programs.Programs[2]
	require.Equal(t, []string{"mia's laptop", "mia", laptop.Keys.ID().Fingerprint()}, []string{last.Name, last.PersonName, last.Fingerprint})
	owner.Do(t, "DELETE", "/v1/programs/"+last.ID.String(), nil).Wants(t, 204)
	laptop.Do(t, "GET", "/v1/me", nil).Wants(t, 401)

	var health struct {
		Status   string `json:"status"`
		People   int    `json:"people"`
		Sessions int    `json:"sessions"`
		Programs int    `json:"programs"`
		Bytes    int64  `json:"bytes"`
	}
	require.NoError(t, session.UnmarshalLoose(owner.Do(t, "GET", "/v1/workspace/health", nil).Wants(t, 200).Body, &health, session.CodeInternal))
	require.Equal(t, []any{"ok", 2, 1, 2}, []any{health.Status, health.People, health.Sessions, health.Programs})
	require.Positive(t, health.Bytes)
}

// TestRetention: an admin sets a window after having seen what it does.
func TestRetention(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	set := func(app string, days int) vaulttest.Answer {
		return owner.Do(t, "PUT", "/v1/workspace/retention", vault.AppRetention{App: app, Days: days})
	}
	var preview struct {
		Effects []vault.RetentionEffect `json:"effects"`
	}
	owner.Do(t, "GET", "/v1/workspace/retention/preview?days=7", nil).Wants(t, 200).Into(t, &preview)
	require.Equal(t, []vault.RetentionEffect{{App: vaulttest.App, Held: 1, Shorten: 1}}, preview.Effects)
	set("", 7).Wants(t, 204)
	set(vaulttest.App, 3).Wants(t, 204)
	var rules struct {
		Days    int                  `json:"days"`
		Apps    []vault.AppRetention `json:"apps"`
		Default int64                `json:"default_seconds"`
		Cap     int64                `json:"cap_seconds"`
		Max     int                  `json:"max_days"`
	}
	owner.Do(t, "GET", "/v1/workspace/retention", nil).Wants(t, 200).Into(t, &rules)
	require.Equal(t, 7, rules.Days)
	require.Equal(t, []vault.AppRetention{{App: vaulttest.App, Days: 3}}, rules.Apps)
	require.Equal(t, []int64{30 * 86400, 90 * 86400, 90}, []int64{rules.Default, rules.Cap, int64(rules.Max)})
	st := s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t)
	require.WithinDuration(t, s.Now().Add(72*time.Hour), *st.Until, time.Minute)

	require.Equal(t, session.CodeAppUnknown, set("nothing", 7).Wants(t, 422).Code())
	require.Equal(t, session.CodeDaysInvalid, set("", 91).Wants(t, 422).Code())
	for _, wrong := range []string{"", "days=x", "days=91"} {
		require.Equal(t, session.CodeDaysInvalid, owner.Do(t, "GET", "/v1/workspace/retention/preview?"+wrong, nil).Wants(t, 422).Code(), wrong)
	}
}

// TestFindAudit: an admin searches the log and takes with them what was found, as a
// file.
func TestFindAudit(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	mia.Do(t, "POST", "/v1/accounts", vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: "Carol"}).Wants(t, 201)
	query := "?person=" + mia.Person.String() + "&from=" + s.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	var found struct {
		Entries []vault.FoundEntry `json:"entries"`
	}
	owner.Do(t, "GET", "/v1/workspace/audit"+query, nil).Wants(t, 200).Into(t, &found)
	require.Len(t, found.Entries, 2)
	require.Equal(t, []string{"mia", "Carol"}, []string{found.Entries[0].PersonName, found.Entries[0].Username})
	export := owner.Do(t, "GET", "/v1/workspace/audit/export"+query, nil).Wants(t, 200)
	require.Equal(t, "application/jsonl", export.Header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="audit.jsonl"`, export.Header.Get("Content-Disposition"))
	lines := bufio.NewScanner(bytes.NewReader(export.Body))
	for _, want := range found.Entries {
		require.True(t, lines.Scan())
		var got vault.FoundEntry
		require.NoError(t, session.Unmarshal(lines.Bytes(), &got, session.CodeInternal))
		require.Equal(t, want, got)
	}
	require.False(t, lines.Scan())
	for _, wrong := range []string{"person=x", "account=x", "from=yesterday", "to=1", "cursor=x"} {
		for _, path := range []string{"/v1/workspace/audit?", "/v1/workspace/audit/export?"} {
			if path+wrong != "/v1/workspace/audit/export?cursor=x" { // all of it, without pages
				a := owner.Do(t, "GET", path+wrong, nil).Wants(t, 400)
				require.Equal(t, session.CodeRequestInvalid, a.Code(), wrong)
				require.Empty(t, a.Header.Get("Content-Disposition"))
			}
		}
	}
}

// breaks is a store that fails in the midst of an export.
type breaks struct{ vault.Store }

func (breaks) FindAudit(_ context.Context, _ vault.Principal, _ vault.AuditFilter, cursor string, limit int) ([]vault.FoundEntry, string, error) {
	if cursor != "" {
		return nil, "", errors.New("the database is gone")
	}
	return make([]vault.FoundEntry, limit), "more", nil
}

// TestExportBreaks: an export that cannot go on does not look whole.
func TestExportBreaks(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	server, err := vault.New(vault.Config{Store: breaks{s.Store}, Socket: filepath.Join(t.TempDir(), "socket"), Now: s.Now})
	require.NoError(t, err)
	srv := httptest.NewServer(server.Handler())
	defer srv.Close()
	owner.URL = srv.URL
	res, err := owner.Open(t, "/v1/workspace/audit/export")
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	_, err = io.Copy(io.Discard, res.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}
