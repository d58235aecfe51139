package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
	"sessionferry/manifest"
)

var screens = flag.String("screens", "", "folder for a picture of every screen of the popup, and of the web app")

// TestScreens opens every screen of the popup in a real browser with the real
// host, and asserts what a person would notice there.
func TestScreens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startWiki()
	w.plainType()
	c := w.browser("profile", "*://mw.localhost/*")
	require.NoError(t, w.wiki.SignIn(t.Context(), c, w.wiki.Bob))
	s := &shots{world: w, c: c}

	t.Run("no cards yet", func(t *testing.T) {
		s := s.in(t)
		p := s.open()
		defer p.Close()
		s.shows(p, "[data-action=add]", "without your password", "Sign in to the app", "Add account")
		s.shot(p, "empty")
	})
	t.Run("add an account by keyboard", func(t *testing.T) {
		s := s.in(t)
		p := s.open()
		defer p.Close()
		require.NoError(t, p.KeysTo(t.Context(), "[data-action=add]", "Enter"))
		s.shows(p, "[name=username]", "App", "Site", "User name")
		s.focus(p, "[name=username]")
		require.NoError(t, p.KeysTo(t.Context(), "[name=app]", ""))
		require.NoError(t, p.Type(t.Context(), "MediaW"))
		require.NoError(t, p.KeysTo(t.Context(), "[name=username]", ""))
		require.NoError(t, p.Type(t.Context(), "Bob"))
		s.shot(p, "add")
		require.NoError(t, p.KeysTo(t.Context(), "[data-action=save]", "Enter"))
		s.shows(p, "[data-action=share]:not([disabled])", "Bob", w.wiki.Site, "Owner", "Not shared")
		s.shotBoth(p, "details")
	})
	bob := w.theOne()
	alice := w.card("Alice")
	long := w.card("A-very-long-name-of-a-service-account-for-the-quarterly-report-in-the-northern-region")

	t.Run("not the owner", func(t *testing.T) {
		s := s.in(t)
		s.becomeCollaborator(long)
		p := s.open()
		defer p.Close()
		require.NoError(t, p.Details(t.Context(), long))
		s.shows(p, "[data-action=share][disabled][aria-describedby=not-owner]", "Collaborator")
		s.shows(p, "[data-action=delete][disabled]", "Only the owner")
		s.shot(p, "not-owner")
	})
	t.Run("cards and search", func(t *testing.T) {
		s := s.in(t)
		p := s.open()
		defer p.Close()
		s.shows(p, "[data-card]", "Alice", "Bob", "MediaWiki", "Not shared", "View Details")
		s.shotBoth(p, "cards")
		require.NoError(t, p.KeysTo(t.Context(), "[name=search]", ""))
		require.NoError(t, p.Type(t.Context(), "nobody"))
		s.shows(p, ".none:not([hidden])", "No account matches.")
		s.shot(p, "search")
	})
	t.Run("the wrong account is refused", func(t *testing.T) {
		s := s.in(t)
		p := s.card(alice)
		defer p.Close()
		assert.Equal(t, "account_wrong", refused(t, p.Share(t.Context())))
		s.shows(p, "[data-panel=refusal]", "Try again", "Close")
		s.shot(p, "refusal")
	})
	t.Run("share by keyboard alone", func(t *testing.T) {
		s := s.in(t)
		p := s.open()
		defer p.Close()
		require.NoError(t, p.KeysTo(t.Context(), `[data-card="`+bob+`"] [data-action=details]`, "Enter"))
		s.shows(p, ".transfer", "Bob")
		require.NoError(t, p.KeysTo(t.Context(), "[data-action=share]", "Enter"))
		s.shows(p, "[data-panel=consent]", "I agree to transfer my active session", "mw.localhost", "runners", "Not now")
		s.focus(p, "input[name=consent]")
		s.shotBoth(p, "consent")
		require.NoError(t, p.KeysTo(t.Context(), "input[name=consent]", "Space"))
		require.NoError(t, p.KeysTo(t.Context(), "[data-action=agree]", "Enter"))
		require.NoError(t, p.Outcome(t.Context()))
		s.shows(p, ".transfer", "Session transferred", "Transferred", "Ends")
		s.shotBoth(p, "success")
	})
	t.Run("delete", func(t *testing.T) {
		s := s.in(t)
		p := s.card(bob)
		defer p.Close()
		require.NoError(t, p.KeysTo(t.Context(), "[data-action=delete]", "Enter"))
		s.shows(p, "[data-action=delete-yes]", "Delete?", "Yes", "Keep")
		s.focus(p, "[data-action=delete-keep]")
		s.shot(p, "delete")
		require.NoError(t, p.KeysTo(t.Context(), "[data-action=delete-yes]", "Enter"))
		s.shows(p, ".transfer[data-status=none]", "Not shared")
		s.shot(p, "deleted")
	})
	t.Run("no host", func(t *testing.T) {
		s := s.in(t)
		file := filepath.Join(c.Profile, "NativeMessagingHosts", manifest.FileName)
		kept, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.Remove(file))
		require.NoError(t, c.KillWorker(t.Context(), nil)) // with it goes the host that runs
		s.stands("host_missing", "was not found on this computer", "Try again")
		require.NoError(t, os.WriteFile(file, kept, 0o600))
	})
	t.Run("the keyring is locked", func(t *testing.T) {
		require.NoError(t, w.bed.LockKeyring(t.Context()))
		s.in(t).stands("keyring_locked", "Unlock it", "Unlock")
	})
	t.Run("no keyring", func(t *testing.T) {
		require.NoError(t, w.bed.StopKeyring(t.Context()))
		s.in(t).stands("keyring_absent", "No keyring is running", "Try again")
		require.NoError(t, w.bed.UnlockKeyring(t.Context()))
	})
	t.Run("the vault is away", func(t *testing.T) {
		w.vault.Signal(syscall.SIGKILL)
		<-w.vault.Exited()
		s.in(t).stands("vault_unreachable", "older session is untouched", "Try again")
		w.in(t).restartVault()
	})
	t.Run("not connected", func(t *testing.T) {
		w.in(t).person("logout")
		s.in(t).stands("not_enrolled", "sessionferry login", "Try again")
	})
}

// shots is a world in whose browser screens are looked at.
type shots struct {
	*world
	c *testbed.Chromium
}

func (s *shots) in(t *testing.T) *shots { return &shots{world: s.world.in(t), c: s.c} }

func (s *shots) open() *testbed.Popup {
	s.t.Helper()
	p, err := s.c.Popup(s.t.Context(), "")
	require.NoError(s.t, err)
	return p
}

// card opens the details page of a card.
func (s *shots) card(account string) *testbed.Popup {
	s.t.Helper()
	p := s.open()
	require.NoError(s.t, p.Details(s.t.Context(), account))
	return p
}

// shows waits for an element and for texts in the popup: a card that has just been
// put there has no text before it is drawn for the first time.
func (s *shots) shows(p *testbed.Popup, selector string, texts ...string) {
	s.t.Helper()
	var said string
	for _, want := range texts {
		require.True(s.t, holds(func() bool {
			var err error
			said, err = p.Text(s.t.Context(), selector)
			return err == nil && strings.Contains(said, want)
		}), "%q is not in %q", want, said)
	}
}

func (s *shots) focus(p *testbed.Popup, selector string) {
	s.t.Helper()
	require.NoError(s.t, p.WaitFor(s.t.Context(), ":is("+selector+"):focus"))
}

// stands is a screen that stands in for the cards, with a way to try again.
func (s *shots) stands(code, text, way string) {
	s.t.Helper()
	p := s.open()
	defer p.Close()
	got, err := p.Screen(s.t.Context())
	require.NoError(s.t, err)
	assert.Equal(s.t, code, got)
	s.shows(p, "[data-action=retry]", text, way)
	s.shot(p, strings.ReplaceAll(code, "_", "-"))
}

func (s *shots) shot(p *testbed.Popup, name string) {
	s.t.Helper()
	if *screens != "" {
		require.NoError(s.t, p.ShotInto(s.t.Context(), *screens, name))
	}
}

// shotBoth takes a light and a dark picture.
func (s *shots) shotBoth(p *testbed.Popup, name string) {
	s.t.Helper()
	s.shot(p, name)
	require.NoError(s.t, p.Dark(s.t.Context(), true))
	s.shot(p, name+"-dark")
	require.NoError(s.t, p.Dark(s.t.Context(), false))
}

// plainType gives the browser a plain typeface, since a machine without a desktop
// takes one that no desktop would.
func (w *world) plainType() {
	w.t.Helper()
	dir := w.bed.Path("home", ".config", "fontconfig")
	require.NoError(w.t, os.MkdirAll(dir, 0o700))
	const config = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<match><test name="family"><string>sans-serif</string></test><edit name="family" mode="prepend" binding="strong"><string>Liberation Sans</string></edit></match>
</fontconfig>`
	require.NoError(w.t, os.WriteFile(filepath.Join(dir, "fonts.conf"), []byte(config), 0o600))
}

// theOne is the id of the only card.
func (w *world) theOne() string {
	var cards []struct{ ID string }
	require.NoError(w.t, json.Unmarshal([]byte(w.person("account", "list", "--json")), &cards))
	require.Len(w.t, cards, 1)
	return cards[0].ID
}
