package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// webTab is a tab at the pages of a vault.
type webTab struct {
	*world
	b   testbed.Browser
	p   *testbed.Popup
	url string
}

// at opens a browser's tab at the vault, and signs its owner in.
func (h *harbour) at(w *world, b testbed.Browser) *webTab {
	w.t.Helper()
	p, err := b.InTab(w.t.Context(), "")
	require.NoError(w.t, err)
	s := &webTab{world: w, b: b, p: p, url: h.URL}
	s.visit("/signin")
	require.NoError(w.t, b.Fill(w.t.Context(), "#email", h.owner.Email))
	require.NoError(w.t, b.Fill(w.t.Context(), "#password", vaulttest.Password))
	s.clicks("main form button")
	s.shows(".cards")
	return s
}

func (s *webTab) visit(path string) {
	s.t.Helper()
	require.NoError(s.t, s.b.Visit(s.t.Context(), s.url+path))
}

func (s *webTab) shows(selector string) {
	s.t.Helper()
	require.NoError(s.t, s.b.WaitFor(s.t.Context(), selector))
}

func (s *webTab) clicks(selector string) {
	s.t.Helper()
	require.NoError(s.t, s.b.Click(s.t.Context(), selector))
}

func (s *webTab) eval(expression string) string {
	s.t.Helper()
	got, err := s.b.Eval(s.t.Context(), expression)
	require.NoError(s.t, err)
	return got
}

// harbour is a vault of a company after some weeks of work.
type harbour struct {
	*vaulttest.Vault
	owner          *vaulttest.Web
	device, runner *vaulttest.Client

	shared, ended, idle, fresh, theirs session.Account
}

func newHarbour(t *testing.T) *harbour {
	v := vaulttest.Start(t, vaulttest.Options{})
	v.Advance(v.Now().Truncate(24 * time.Hour).Add(33*time.Hour + 20*time.Minute).Sub(v.Now())) // to twenty past nine
	h := &harbour{Vault: v, owner: v.SetUp(t)}
	h.device, h.runner = h.owner.Enrol(t, v, vault.RoleDevice, "Olga's laptop"), h.owner.Enrol(t, v, vault.RoleRunner, "night shift")
	h.device.Trust(t, h.runner)
	mia := h.owner.Invite(t, v, "Mia", vault.PersonMember)
	mia.Enrol(t, v, vault.RoleDevice, "Mia's laptop")

	h.shared = add(t, h.owner, "mediawiki", "https://wiki.harbour.example", "Marta Vidal")
	h.ended = add(t, h.owner, "better-auth", "https://orders.harbour.example", "harbour-bot")
	h.idle = add(t, h.owner, "meshcentral", "https://remote.harbour.example", "updates")
	h.fresh = add(t, h.owner, "homebridge", "https://house.harbour.example", "reception")
	console := add(t, h.owner, "better-auth", "https://console.harbour.example", "harbour-release")
	h.theirs = add(t, mia, "mediawiki", "https://wiki.harbour.example", "Reports")
	mia.Do(t, "PUT", "/v1/accounts/"+h.theirs.ID.String()+"/members/"+h.owner.Person.String(), nil).Wants(t, 204)

	h.share(t, h.idle)
	h.share(t, h.shared)
	for day := range 31 {
		v.Advance(24 * time.Hour)
		if day != 11 && day != 19 {
			h.task(t, h.shared)
			continue
		}
		h.runner.Invalidate(t, v, h.shared, session.CauseSignedOut)
		v.Advance(18 * time.Minute)
		h.share(t, h.shared)
	}
	h.share(t, console)
	h.share(t, h.ended)
	v.Advance(3*time.Hour - vault.DefaultRecheckAfter)
	h.runner.Invalidate(t, v, h.ended, session.CauseSignedOut)
	h.owner = h.owner.SignIn(t, v)
	return h
}

func add(t *testing.T, by *vaulttest.Web, app, site, username string) (a session.Account) {
	t.Helper()
	by.Do(t, "POST", "/v1/accounts", vault.Card{App: app, Site: site, Username: username}).Wants(t, 201).Into(t, &a)
	return a
}

// share puts the account's next session at the vault's time, with further headers.
func (h *harbour) share(t *testing.T, a session.Account, header ...string) {
	t.Helper()
	next := h.device.Do(t, "GET", vaulttest.SessionPath(a), nil).Wants(t, 200).StatusOf(t).NextShare
	sealed := h.device.Seal(t, vaulttest.Share{Account: a, Number: next, Size: 100, Created: h.Now()})
	h.device.Put(t, a, fmt.Sprintf("%s-%d", a.ID, next), sealed, header...).Wants(t, 201)
}

// task uses the account's session for a task.
func (h *harbour) task(t *testing.T, a session.Account) {
	t.Helper()
	h.runner.Do(t, "POST", h.runner.Lease(t, a)+"/report", map[string]string{"result": "used"}).Wants(t, 200)
}

// extension answers a page as the extension does when all is well, and stops in the
// midst of the upload until it is told to go on.
const extension = `(() => {
	const say = (data) => window.postMessage({from: 'sessionferry', ...data}, location.origin);
	const event = (data) => say({event: 'transfer', account: document.getElementById('wizard').dataset.account, ...data});
	const results = {hello: {present: true, version: '0.1'}, check: {verdict: 'one', accounts: 1, identity: 'h•t'}};
	window.finish = (status) => event({phase: 'done', counts: {cookies: 14, items: 36, left: 0}, status});
	addEventListener('message', ({data}) => {
		if (data?.to !== 'sessionferry') return;
		say({id: data.id, ok: true, result: results[data.verb] ?? {}});
		if (data.verb === 'open') say({event: 'answer', account: data.account, agreed: true});
		if (data.verb === 'transfer') event({phase: 'running', stage: 'uploading', done: 3, total: 5});
	});
	say({event: 'arrived'});
	return '';
})()`

// transfers goes through the wizard with an extension that stands in, up to a status
// in JavaScript, and calls seen at each of its steps.
func (s *webTab) transfers(account session.Account, status string, seen func(step string)) {
	s.t.Helper()
	s.visit("/accounts/" + account.ID.String() + "/transfer")
	s.eval(extension)
	s.shows("#agree button:not([disabled])")
	s.clicks("#agree input")
	s.shows("#agree :checked")
	seen("consent")
	s.clicks("#agree button")
	s.shows("#go:not([disabled])")
	seen("check")
	s.clicks("#go")
	s.shows("[data-step=send]:not([hidden])")
	s.eval("finish(" + status + "), ''")
	s.shows("[data-step=done]:not([hidden])")
	seen("done")
}
