package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestScreensWeb makes the pictures of the web app: a real vault whose clock runs as
// fast as the story wants, its pages in a real browser. The accounts are examples.
func TestScreensWeb(t *testing.T) {
	h := newHarbour(t)
	bed, err := testbed.New(programs)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bed.Close()) })
	w := &world{t: t, bed: bed}
	w.plainType()
	c := w.browser("profile")
	p, err := c.InTab(t.Context(), "")
	require.NoError(t, err)
	s := &webShots{world: w, c: c, p: p, url: h.URL}

	s.visit("/signin")
	require.NoError(t, c.Fill(t.Context(), "#email", h.owner.Email))
	require.NoError(t, c.Fill(t.Context(), "#password", vaulttest.Password))
	require.NoError(t, c.Click(t.Context(), "main form button"))
	s.shows(".cards")
	s.both("web-accounts", 1040, 700)
	s.visit("/accounts/" + h.shared.ID.String())
	s.shows(".plot")
	s.both("web-account", 1040, 1180)
	require.NoError(t, c.Click(t.Context(), "[data-dialog=delete]"))
	s.shows("dialog[open]")
	s.save("web-delete", s.shot(testbed.Look{}, 1040, 700, 1.5))
	s.visit("/accounts/" + h.ended.ID.String())
	s.shows(".fix")
	s.save("web-invalid", s.shot(testbed.Look{}, 1040, 760, 1.5))
	s.visit("/admin/programs")
	s.shows(".key")
	s.save("web-programs", s.shot(testbed.Look{}, 1040, 700, 1.5))
	s.visit("/admin/all")
	s.shows("table")
	s.both("web-admin", 1040, 700)
}

// harbour is a vault of a company after some weeks of work.
type harbour struct {
	*vaulttest.Vault
	owner          *vaulttest.Web
	device, runner *vaulttest.Client
	shared, ended  session.Account
}

func newHarbour(t *testing.T) *harbour {
	v := vaulttest.Start(t, vaulttest.Options{})
	v.Advance(v.Now().Truncate(24 * time.Hour).Add(33*time.Hour + 20*time.Minute).Sub(v.Now())) // to twenty past nine
	h := &harbour{Vault: v, owner: v.SetUp(t)}
	h.device, h.runner = h.owner.Enrol(t, v, vault.RoleDevice, "Olga's laptop"), h.owner.Enrol(t, v, vault.RoleRunner, "night shift")
	h.device.Trust(t, h.runner)
	mia := h.owner.Invite(t, v, "Mia", vault.PersonMember)
	mia.Enrol(t, v, vault.RoleDevice, "Mia's laptop")

	add := func(by *vaulttest.Web, app, site, username string) (a session.Account) {
		by.Do(t, "POST", "/v1/accounts", vault.Card{App: app, Site: site, Username: username}).Wants(t, 201).Into(t, &a)
		return a
	}
	h.shared = add(h.owner, "mediawiki", "https://wiki.harbour.example", "Marta Vidal")
	h.ended = add(h.owner, "github", "https://github.com", "harbour-bot")
	idle := add(h.owner, "meshcentral", "https://remote.harbour.example", "updates")
	add(h.owner, "homebridge", "https://house.harbour.example", "reception")
	gitlab := add(h.owner, "gitlab", "https://gitlab.com", "harbour-release")
	theirs := add(mia, "mediawiki", "https://wiki.harbour.example", "Reports")
	mia.Do(t, "PUT", "/v1/accounts/"+theirs.ID.String()+"/members/"+h.owner.Person.String(), nil).Wants(t, 204)

	h.share(t, idle)
	h.share(t, h.shared)
	for day := range 31 {
		v.Advance(24 * time.Hour)
		result, cause := "used", ""
		if day == 11 || day == 19 {
			result, cause = "invalid", string(session.CauseSignedOut)
		}
		h.task(t, h.shared, result, cause)
		if result == "invalid" {
			v.Advance(20 * time.Minute)
			h.share(t, h.shared)
		}
	}
	h.share(t, gitlab)
	h.share(t, h.ended)
	v.Advance(3 * time.Hour)
	h.task(t, h.ended, "invalid", string(session.CauseSignedOut))
	h.owner = h.owner.SignIn(t, v)
	return h
}

// share puts the account's next session at the vault's time.
func (h *harbour) share(t *testing.T, a session.Account) {
	t.Helper()
	next := h.device.Do(t, "GET", vaulttest.SessionPath(a), nil).Wants(t, 200).StatusOf(t).NextShare
	sealed := h.device.Seal(t, vaulttest.Share{Account: a, Number: next, Size: 100, Created: h.Now()})
	h.device.Put(t, a, fmt.Sprintf("%s-%d", a.ID, next), sealed).Wants(t, 201)
}

// task takes the account's session for a task, which ends so.
func (h *harbour) task(t *testing.T, a session.Account, result, cause string) {
	t.Helper()
	lease := h.runner.Lease(t, a)
	report := map[string]string{"result": result}
	if cause != "" {
		report["cause"] = cause
	}
	h.runner.Do(t, "POST", lease+"/report", report).Wants(t, 200)
}

// webShots is a browser in which the pages of the web app are looked at.
type webShots struct {
	*world
	c   *testbed.Chromium
	p   *testbed.Popup
	url string
}

func (s *webShots) visit(path string) {
	s.t.Helper()
	require.NoError(s.t, s.c.Visit(s.t.Context(), s.url+path))
}

func (s *webShots) shows(selector string) {
	s.t.Helper()
	require.NoError(s.t, s.c.WaitFor(s.t.Context(), selector))
}

// both saves a light and a dark picture.
func (s *webShots) both(name string, width, height int64) {
	s.t.Helper()
	s.save(name, s.shot(testbed.Look{}, width, height, 1.5))
	s.save(name+"-dark", s.shot(testbed.Look{Dark: true}, width, height, 1.5))
}

func (s *webShots) shot(l testbed.Look, width, height int64, scale float64) []byte {
	s.t.Helper()
	l.Still = true
	s.eval("(document.documentElement.style.scrollbarWidth = 'none', scrollTo(0, 0), '')")
	require.NoError(s.t, s.p.Look(s.t.Context(), l))
	png, err := s.c.Picture(s.t.Context(), width, height, scale)
	require.NoError(s.t, err)
	return png
}

func (s *webShots) save(name string, png []byte) {
	s.t.Helper()
	if *screens != "" {
		require.NoError(s.t, os.WriteFile(filepath.Join(*screens, name+".png"), png, 0o600))
	}
}

func (s *webShots) eval(expression string) {
	s.t.Helper()
	_, err := s.c.Eval(s.t.Context(), expression)
	require.NoError(s.t, err)
}
