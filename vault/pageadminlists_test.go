package vault_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestAllPage: an admin sees whose each account is and its word, and no way into an
// account that is somebody else's.
func TestAllPage(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	ada := owner.Invite(t, s.Vault, "ada", vault.PersonAdmin)
	card := vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: "Ada's own"}
	var own session.Account
	ada.Do(t, "POST", "/v1/accounts", card).Wants(t, 201).Into(t, &own)

	page := opened(t, ada, "/admin/all")
	require.Contains(t, page, `<bdi>Olga Owner</bdi>`)
	require.Contains(t, page, `href="/accounts/`+own.ID.String())
	require.NotContains(t, page, `href="/accounts/`+s.account.ID.String())
	require.NotContains(t, page, "laptop")

	held := opened(t, ada, "/admin/all?state=transferred")
	require.Contains(t, held, `data-account="Bob"`)
	require.NotContains(t, held, `data-account="Ada's own"`)
	require.Contains(t, opened(t, ada, "/admin/all?q=olga"), `data-account="Bob"`, "by the owner's name")
	require.Contains(t, opened(t, ada, "/admin/all?q=nobody+has+this"), "No account matches.")
}

// TestProgramsPage: what is connected is listed with whose it is and its key, and an
// admin disconnects it.
func TestProgramsPage(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	mia := owner.Invite(t, v, "mia", vault.PersonMember)
	runner := mia.Enrol(t, v, vault.RoleRunner, "mia's runner")
	var own struct {
		Programs []vault.Program `json:"programs"`
	}
	mia.Do(t, "GET", "/v1/programs", nil).Wants(t, 200).Into(t, &own)
	key := own.Programs[0].Fingerprint

	page := opened(t, owner, "/admin/programs")
	require.Contains(t, page, key)
	require.Contains(t, page, "Runner · <bdi>mia</bdi>")
	end := "/admin/programs/" + runner.Principal.String() + "/end"
	require.Contains(t, page, `href="`+end+`"`)
	question := opened(t, owner, end)
	require.Contains(t, question, "Disconnect mia's runner?")
	require.Contains(t, question, key)
	require.Equal(t, "/admin/programs?done=program_ended", sent(t, owner, end, url.Values{}))
	require.NotContains(t, opened(t, owner, "/admin/programs?done=program_ended"), "mia's runner")
	require.Equal(t, session.CodeUnauthorized, runner.Do(t, "GET", "/v1/me", nil).Code())
	owner.Do(t, "GET", end, nil).Wants(t, 404)
}

// TestRetentionPage: an admin sees what a window would end, and nothing has
// happened; then it is set, and that has happened.
func TestRetentionPage(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	s.Advance(5 * 24 * time.Hour)
	owner = owner.SignIn(t, s.Vault)
	state := func() session.State {
		return s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).State
	}

	require.Contains(t, opened(t, owner, "/admin/retention"), "ends by itself after 30 days")
	preview := func(days string) string { return "/admin/retention/preview?app=" + vaulttest.App + "&days=" + days }
	later := opened(t, owner, preview("20"))
	require.Contains(t, later, "No session ends at once.")
	require.Contains(t, later, "1 session ends earlier than it would today")
	page := opened(t, owner, preview("3"))
	require.Contains(t, page, "1 session ends at once and is erased for good.")
	require.Contains(t, page, `<th scope="row">MediaWiki</th><td class="number">1</td><td class="number">1</td><td class="number">0</td>`)
	require.Equal(t, session.StateTransferred, state())

	form := url.Values{"app": {vaulttest.App}, "days": {"3"}}
	s.Advance(vault.WebProved * 2)
	require.Contains(t, opened(t, owner, preview("3")), `name="password"`)
	refused := read(owner.Do(t, "POST", "/admin/retention/preview", form).Wants(t, 401))
	require.Contains(t, refused, "1 session ends at once", "the preview stays")
	require.Equal(t, session.StateTransferred, state())
	form.Set("password", vaulttest.Password)
	require.Equal(t, "/admin/retention?done=adm_retention_set", sent(t, owner, "/admin/retention/preview", form))
	require.Equal(t, session.StateExpired, state())
	require.Contains(t, opened(t, owner, "/admin/retention"), `data-window="`+vaulttest.App+`"><th scope="row">MediaWiki</th> <td>3 days</td>`)
	require.Contains(t, opened(t, owner, "/admin/audit?action=retention_changed"), "Retention changed: MediaWiki, 3 days")

	again := read(owner.Do(t, "GET", preview("100000"), nil).Wants(t, 422))
	require.Contains(t, again, "ends by itself after 30 days", "the page with the windows that are set")
	require.Contains(t, again, `<option value="`+vaulttest.App+`" selected>`)
	require.Contains(t, opened(t, owner, preview("0")), "none of its own")
	form.Set("days", "0")
	sent(t, owner, "/admin/retention/preview", form)
	require.NotContains(t, opened(t, owner, "/admin/retention"), `data-window="`+vaulttest.App)
}

// TestAppsPage: each app has its evidence in words.
func TestAppsPage(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	page := opened(t, owner, "/admin/apps")
	require.Contains(t, page, `data-app="`+vaulttest.App+`"`)
	require.Contains(t, page, "The vendor's own word")
	found := opened(t, owner, "/admin/apps?q=mediawiki")
	require.Equal(t, 1, strings.Count(found, "data-app="))
	require.NotContains(t, found, "Too long ago")
	require.Contains(t, opened(t, owner, "/admin/apps?q=none+has+this"), "No app matches.")
	v.Advance(3 * 366 * 24 * time.Hour)
	require.Contains(t, opened(t, owner.SignIn(t, v), "/admin/apps?q=mediawiki"), "Too long ago to prove anything")
}

// TestAuditPage: the log is narrowed by each field, tells who did what with which
// consent, and the export has what the page has.
func TestAuditPage(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		s.device.ShareNow(t, s.account, 100)
		owner := s.SetUp(t)
		mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
		owner.Do(t, "PUT", s.path("/members/"+mia.Person.String()), nil).Wants(t, 204)

		page := opened(t, owner, "/admin/audit?action=shared")
		require.Contains(t, page, session.ConsentText)
		require.Contains(t, page, "<bdi>Olga Owner</bdi><br><bdi class=\"faint\">laptop</bdi>")
		require.Contains(t, page, `href="/admin/audit?account=`+s.account.ID.String()+`"><bdi>Bob</bdi>`)
		require.Equal(t, 1, strings.Count(page, "data-action="))
		require.Contains(t, opened(t, owner, "/admin/audit?action=member_added"), "Collaborator added: <bdi>mia</bdi>", "to whom it was done")

		of := opened(t, owner, "/admin/audit?account="+s.account.ID.String())
		require.NotContains(t, of, `data-action="joined"`)
		require.Contains(t, of, `data-action="account_added"`)
		require.Contains(t, opened(t, owner, "/admin/audit?person="+mia.Person.String()), `data-action="joined"`)

		today := s.Now().UTC().Format(time.DateOnly)
		require.Contains(t, opened(t, owner, "/admin/audit?from="+today+"&to="+today), `data-action="joined"`, "the last day is a whole one")
		require.Contains(t, opened(t, owner, "/admin/audit?to=1999-12-31"), "No entry matches.")

		export := regexp.MustCompile(`href="(/v1/workspace/audit/export[^"]*)"`).FindStringSubmatch(opened(t, owner, "/admin/audit?action=shared&from="+today))[1]
		got := owner.Do(t, "GET", export, nil).Wants(t, 200)
		require.Equal(t, "application/jsonl", got.Header.Get("Content-Type"))
		require.Equal(t, 1, strings.Count(string(got.Body), "\n"))
		require.Contains(t, string(got.Body), `"action":"shared"`)

		wrong := read(owner.Do(t, "GET", "/admin/audit?account=Bob", nil).Wants(t, 404))
		require.Contains(t, wrong, session.CodeNotFound.Message().Sentence)
		require.Regexp(t, `name="account" [^>]*value="Bob"[^>]* aria-invalid="true" aria-describedby="problem"`, wrong)
	})
}

// TestHealthPage: a vault that is well says so; one that needs somebody says what
// for and what to do.
func TestHealthPage(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	page := opened(t, owner, "/admin/health")
	require.Contains(t, page, "The vault is well.")
	require.Regexp(t, `<dt>Sessions</dt><dd><bdi>1</bdi></dd>`, page)

	s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
	page = opened(t, owner, "/admin/health")
	require.Contains(t, page, "<dt>Ended, not erased yet</dt><dd><bdi>1</bdi></dd>")
	require.Contains(t, page, session.CauseDeleted.Text())

	s.Jump(-2 * time.Hour)
	_, err := s.Store.CheckClock(t.Context())
	require.NoError(t, err)
	page = opened(t, owner, "/admin/health")
	require.NotContains(t, page, "The vault is well.")
	require.Contains(t, page, "The clock has jumped back by over an hour.")
	require.Contains(t, page, "sessionferry-vault confirm-clock")
}
