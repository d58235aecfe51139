package vault_test

import (
	"html"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// adminPages are those that one comes to without an id.
var adminPages = []string{
	"/admin/people", "/admin/people/invite", "/admin/all", "/admin/programs", "/admin/retention",
	"/admin/retention/preview?app=&days=7", "/admin/apps", "/admin/audit", "/admin/health",
}

var spaces = regexp.MustCompile(`\s+`)

// opened is what a browser gets of a page, without entities and the marks around
// names.
func opened(t *testing.T, w *vaulttest.Web, path string) string {
	t.Helper()
	return read(w.Do(t, "GET", path, nil).Wants(t, 200))
}

func read(a vaulttest.Answer) string {
	marks := regexp.MustCompile("[\u2068\u2069]")
	return spaces.ReplaceAllString(marks.ReplaceAllString(html.UnescapeString(string(a.Body)), ""), " ")
}

// sent is where a form leads that was taken.
func sent(t *testing.T, w *vaulttest.Web, path string, form url.Values) string {
	t.Helper()
	return w.Do(t, "POST", path, form).Wants(t, 303).Header.Get("Location")
}

// TestAdminPagesAreForAdmins: a member is told so, and who is not signed in is led
// to where that is done.
func TestAdminPagesAreForAdmins(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner, nobody := v.SetUp(t), v.Browser(t)
	member := owner.Invite(t, v, "mia", vault.PersonMember)
	for _, lang := range []string{"en", "es"} {
		for _, path := range adminPages {
			t.Run(lang+" "+path, func(t *testing.T) {
				page := string(owner.Do(t, "GET", path, nil, "Accept-Language", lang).Wants(t, 200).Body)
				require.Contains(t, page, `<html lang="`+lang+`"`)
				require.Contains(t, page, `aria-current="page"`)
				refused := read(member.Do(t, "GET", path, nil).Wants(t, 403))
				require.Contains(t, refused, session.CodeNotAdmin.Message().Sentence)
				require.Contains(t, nobody.Do(t, "GET", path, nil).Wants(t, 303).Header.Get("Location"), "/signin?to=%2Fadmin%2F")
			})
		}
	}
	require.NotContains(t, opened(t, member, "/"), `href="/admin/people"`)
	require.Contains(t, opened(t, owner, "/"), `href="/admin/people"`)
	for _, path := range []string{"/admin/people/invite", "/admin/people/" + owner.Person.String() + "/remove", "/admin/people/" + owner.Person.String() + "/role"} {
		member.Do(t, "POST", path, url.Values{"email": {"x@company.example"}, "role": {"member"}}).Wants(t, 403)
	}
}

// invitationCode finds the code that a page shows.
func invitationCode(t *testing.T, page string) string {
	t.Helper()
	found := regexp.MustCompile(`class="key"><bdi>([A-Z-]+)</bdi>`).FindStringSubmatch(page)
	require.NotNil(t, found, page)
	return found[1]
}

// TestInvitePage: the code is shown once, and is enough to join by the page that is
// named beside it. An invitation that was taken back is none.
func TestInvitePage(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	ask := func(email string) vaulttest.Answer {
		return owner.Do(t, "POST", "/admin/people/invite", url.Values{"email": {email}, "role": {"admin"}})
	}
	shown := read(ask("ada@company.example").Wants(t, 200))
	code := invitationCode(t, shown)
	require.Contains(t, shown, v.URL+"/join")
	people := opened(t, owner, "/admin/people")
	require.Contains(t, people, "ada@company.example")
	require.NotContains(t, people, code)

	ada := v.Browser(t)
	require.Equal(t, "/", sent(t, ada, "/join", url.Values{"code": {code}, "name": {"Ada"}, "password": {vaulttest.Password}}))
	people = opened(t, ada, "/admin/people")
	require.Contains(t, people, `data-person="Ada"`)
	require.Contains(t, people, "Nobody is invited at the moment.")

	code = invitationCode(t, read(ask("tom@company.example").Wants(t, 200)))
	id := regexp.MustCompile(`name="invitation" value="(\w+)"`).FindStringSubmatch(opened(t, owner, "/admin/people"))[1]
	require.Equal(t, "/admin/people?done=adm_uninvited#invitations", sent(t, owner, "/admin/people/uninvite", url.Values{"invitation": {id}}))
	require.Contains(t, opened(t, owner, "/admin/people?done=adm_uninvited"), "The invitation was taken back.")
	v.Browser(t).Do(t, "POST", "/join", url.Values{"code": {code}, "name": {"Tom"}, "password": {vaulttest.Password}}).Wants(t, 422)

	wrong := read(ask("no address").Wants(t, 422))
	require.Contains(t, wrong, `value="no address"`)
	require.Contains(t, wrong, session.CodeEmailInvalid.Message().Sentence)
}

// TestRolePage: a member becomes an admin and back; the last admin stays one. Who
// gave the password too long ago gives it again first.
func TestRolePage(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	member := owner.Invite(t, v, "mia", vault.PersonMember)
	path := "/admin/people/" + member.Person.String() + "/role"
	require.Contains(t, opened(t, owner, path), "Make mia an admin?")
	v.Advance(vault.WebProved * 2)
	form := url.Values{"role": {"admin"}}
	require.Contains(t, opened(t, owner, path), `name="password"`)
	owner.Do(t, "POST", path, form).Wants(t, 401)
	form.Set("password", vaulttest.Password)
	require.Equal(t, "/admin/people?done=saved", sent(t, owner, path, form))
	require.Contains(t, opened(t, member, path), "Make mia a member?")

	form.Set("role", "member")
	require.Equal(t, "/", sent(t, member, path, form), "of herself: the page is closed to her now")
	own := "/admin/people/" + owner.Person.String() + "/role"
	require.Contains(t, read(owner.Do(t, "POST", own, form).Wants(t, 409)), session.CodeLastAdmin.Message().Sentence)
}

// TestRemovePage: everything of the person ends, and the accounts are with whom the
// page was told, without their sessions.
func TestRemovePage(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	ada := owner.Invite(t, s.Vault, "ada", vault.PersonAdmin)
	path := "/admin/people/" + owner.Person.String() + "/remove"
	page := opened(t, ada, path)
	require.Contains(t, page, "Remove Olga Owner from the workspace?")
	require.Contains(t, page, `<option value="`+ada.Person.String()+`">ada</option>`)
	require.NotContains(t, page, `<option value="`+owner.Person.String(), "nobody follows upon themselves")

	require.Equal(t, "/admin/people?done=adm_person_removed", sent(t, ada, path, url.Values{"successor": {ada.Person.String()}}))
	require.NotContains(t, opened(t, ada, "/admin/people?done=adm_person_removed"), `data-person="Olga`)
	require.Equal(t, "/signin", owner.Do(t, "GET", "/", nil).Wants(t, 303).Header.Get("Location"))
	require.Contains(t, opened(t, ada, "/accounts/"+s.account.ID.String()), "Transfer active session")
	ada.Do(t, "GET", path, nil).Wants(t, 404)
	require.Contains(t, opened(t, ada, "/admin/audit?action=person_removed"), "Person removed: <bdi>Olga Owner</bdi>", "the name stays in the log")
}

// TestAdminPagesEscape: what people, programs and accounts are called is text.
func TestAdminPagesEscape(t *testing.T) {
	v := vaulttest.Start(t, vaulttest.Options{})
	owner := v.SetUp(t)
	code := invitationCode(t, read(owner.Do(t, "POST", "/admin/people/invite", url.Values{"email": {"eve@company.example"}, "role": {"member"}}).Wants(t, 200)))
	eve := v.Browser(t)
	sent(t, eve, "/join", url.Values{"code": {code}, "name": {markup}, "password": {vaulttest.Password}})
	eve.Enrol(t, v, vault.RoleRunner, markup)
	eve.Do(t, "POST", "/v1/accounts", vault.Card{App: vaulttest.App, Site: vaulttest.Site, Username: markup}).Wants(t, 201)
	for _, path := range []string{"/admin/people", "/admin/all", "/admin/programs", "/admin/audit", "/admin/all?q=" + url.QueryEscape(markup)} {
		page := string(owner.Do(t, "GET", path, nil).Wants(t, 200).Body)
		require.Contains(t, page, "&lt;img src=x onerror=", path)
		require.NotContains(t, page, "<img src=x", path)
	}
}
