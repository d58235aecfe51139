package vault_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestAccountPages goes the ways of an account's owner: add, look, edit, delete the
// session, remove.
func TestAccountPages(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	list := opened(t, owner, "/")
	require.Contains(t, list, `data-card="`+s.account.ID.String()+`"`)
	require.Contains(t, list, "Not shared")

	to := sent(t, owner, "/accounts/new", url.Values{"app": {vaulttest.App}, "site": {vaulttest.Site + "/"}, "username": {" Carol "}})
	page := opened(t, owner, to)
	require.Contains(t, page, "The account was added.")
	require.Contains(t, page, "<h1>Carol</h1>")
	again := read(owner.Do(t, "POST", "/accounts/new", url.Values{"app": {vaulttest.App}, "site": {vaulttest.Site}, "username": {"Carol"}}).Wants(t, 409))
	require.Contains(t, again, session.CodeAccountExists.Message().Sentence)
	require.Contains(t, again, `value="Carol"`, "what was typed stays")

	s.device.ShareNow(t, s.account, 100)
	path := "/accounts/" + s.account.ID.String()
	page = opened(t, owner, path)
	require.Contains(t, page, `data-state="transferred"`)
	require.Contains(t, page, "Ends by itself after 30 days without use, and 90 days after it was shared at the latest")
	require.Contains(t, page, "Session transferred</strong> · <bdi>laptop</bdi>")
	require.Contains(t, opened(t, owner, path+"/delete"), "It does not sign you out at")
	require.Equal(t, path+"?done=deleted", sent(t, owner, path+"/delete", url.Values{}))
	require.Contains(t, opened(t, owner, path+"?done=deleted"), "The session was deleted.")
	require.Contains(t, opened(t, owner, path+"/history"), "Session deleted</strong> · <bdi>Olga Owner</bdi>")

	s.device.ShareNow(t, s.account, 100)
	require.Equal(t, path+"?done=edited_trimmed", sent(t, owner, path+"/edit", url.Values{"site": {s.account.Site + "/wiki/Main_Page?x=1#top"}, "username": {"Bobby"}}))
	require.Contains(t, read(owner.Do(t, "GET", path+"?done=edited_trimmed", nil)), "without the path that was pasted")
	require.Equal(t, path+"?done=edited", sent(t, owner, path+"/edit", url.Values{"site": {s.account.Site}, "username": {"Bobby"}}))
	require.Contains(t, opened(t, owner, path), session.CauseChanged.Text())
	require.Equal(t, "/?done=removed", sent(t, owner, path+"/remove", url.Values{}))
	owner.Do(t, "GET", path, nil).Wants(t, 404)
	require.NotContains(t, opened(t, owner, "/?done=removed"), s.account.ID.String())
}

// TestAccountPagesSayWhy: a session that has ended says why, and how to share again.
func TestAccountPagesSayWhy(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	path := "/accounts/" + s.account.ID.String()
	s.device.ShareNow(t, s.account, 100)
	s.runner.Invalidate(t, s.Vault, s.account, session.CauseSignedOut)
	require.Contains(t, opened(t, owner, path+"/history"), "A check failed; the session is kept unless a second one fails in the same way")
	page := opened(t, owner, path)
	require.Contains(t, page, `data-state="invalid"`)
	require.Contains(t, page, session.CauseSignedOut.Text())
	require.Contains(t, page, "How to fix it")
	require.Contains(t, page, "In the last 30 days, 0 of 1 tasks found the session good.")

	s.device.ShareNow(t, s.account, 100)
	s.Advance(vault.DefaultRetentionWindow + time.Hour)
	owner = owner.SignIn(t, s.Vault)
	page = opened(t, owner, path)
	require.Contains(t, page, `data-state="expired"`)
	require.Contains(t, page, session.CauseWindow.Text())
	require.Contains(t, page, "How to fix it")
}

// TestCollaboratorsPage: who only sees an account sees its one word, and no way to
// change anything.
func TestCollaboratorsPage(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	stranger := owner.Invite(t, s.Vault, "tom", vault.PersonMember)
	path := "/accounts/" + s.account.ID.String()
	form := url.Values{"person": {mia.Person.String()}, "do": {"add"}}
	require.Equal(t, path+"?done=saved#members", sent(t, owner, path+"/members", form))
	require.Contains(t, opened(t, owner, path), "Remove mia")
	s.device.ShareNow(t, s.account, 100)

	page := opened(t, mia, path)
	require.Contains(t, page, `data-state="transferred"`)
	for _, hidden := range []string{"laptop", "/transfer", "/delete", "/edit", "/history"} {
		require.NotContains(t, page, hidden)
	}
	for _, tail := range []string{"/transfer", "/delete", "/edit", "/history", "/remove", "/owner?to=" + mia.Person.String()} {
		require.Contains(t, read(mia.Do(t, "GET", path+tail, nil).Wants(t, 403)), session.CodeNotOwner.Message().Sentence, tail)
		stranger.Do(t, "GET", path+tail, nil).Wants(t, 404)
	}
	mia.Do(t, "POST", path+"/delete", url.Values{}).Wants(t, 403)
	none := stranger.Do(t, "GET", path, nil).Wants(t, 404)
	require.Equal(t, read(stranger.Do(t, "GET", "/accounts/"+session.NewID().String(), nil).Wants(t, 404)), read(none), "like one that does not exist")

	require.Contains(t, opened(t, owner, path+"/owner?to="+mia.Person.String()), "Make mia the owner?")
	require.Equal(t, path+"?done=saved", sent(t, owner, path+"/owner", url.Values{"to": {mia.Person.String()}}))
	page = opened(t, mia, path)
	require.Contains(t, page, "Transfer active session")
	require.Contains(t, page, `data-state="none"`)
}

// TestFindingAccounts: cards are found by what a person knows of them.
func TestFindingAccounts(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	other := s.device.AddAccount(t, "Dora")
	s.device.ShareNow(t, s.account, 100)
	for query, want := range map[string][2]bool{"q=bob": {true, false}, "q=DORA": {false, true}, "state=transferred": {true, false}, "state=none": {false, true}} {
		page := opened(t, owner, "/?"+query)
		require.Equal(t, want[0], contains(page, s.account.ID), query)
		require.Equal(t, want[1], contains(page, other.ID), query)
	}
	require.Contains(t, opened(t, owner, "/?q=nobody"), "No account matches.")
	owner.Do(t, "GET", "/?state=nonsense", nil).Wants(t, 400)
	long := strings.Repeat("é", 150)
	for _, path := range []string{"/?q=", "/admin/all?q="} {
		page := opened(t, owner, path+long)
		require.Contains(t, page, `value="`+long[:200]+`"`, "as much as can be looked for")
		require.Contains(t, page, "No account matches.")
	}
}
