package host

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/envelope"
	"sessionferry/session"
)

func TestShare(t *testing.T) {
	d := enrolled(t)
	shared, err := d.Share(t.Context(), d.request(jar(t, "Bob")))
	require.NoError(t, err)
	assert.EqualValues(t, "one", shared.Verdict.Verdict)
	assert.Equal(t, session.Generation{Share: 1}, shared.Status.Generation)
	assert.Equal(t, session.Counts{Cookies: 3}, shared.Counts)
	assert.Equal(t, []string{"3.0.0"}, d.vault.counts, "the vault hears how many, for the account's page")
	require.Len(t, d.vault.puts, 1)
	assert.True(t, d.hides("canary-session-value"))
	assert.Contains(t, d.lastBundle(t), "canary-session-value")

	e, err := envelope.Parse(d.vault.puts[0])
	require.NoError(t, err)
	h := e.Header()
	assert.Equal(t, session.ConsentText, h.Consent.Text)
	assert.Equal(t, h.Created.Add(90*24*time.Hour), h.Cap)

	report, err := d.Status(t.Context(), d.vault.account.ID, "key-1")
	require.NoError(t, err)
	assert.True(t, *report.Applied)
	report, err = d.Status(t.Context(), d.vault.account.ID, "another")
	require.NoError(t, err)
	assert.False(t, *report.Applied)
}

func TestWhatIsRefusedIsNeverSent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*device, *ShareRequest)
		want   session.Code
	}{
		"nobody is signed in":  {func(_ *device, r *ShareRequest) { r.Capture = captured(jar(t, "")) }, session.CodeAccountSignedOut},
		"another account":      {func(_ *device, r *ShareRequest) { r.Capture = captured(jar(t, "Alice")) }, session.CodeAccountWrong},
		"no consent":           {func(_ *device, r *ShareRequest) { r.Consent = nil }, session.CodeConsentMissing},
		"an older text":        {func(_ *device, r *ShareRequest) { r.Consent.Text = "2020-01" }, session.CodeConsentOutdated},
		"not the owner":        {func(d *device, _ *ShareRequest) { d.vault.account.Role = session.RoleCollaborator }, session.CodeNotOwner},
		"an unknown app":       {func(d *device, _ *ShareRequest) { d.vault.account.App = "nosuch" }, session.CodeAppUnknown},
		"half a capture":       {func(_ *device, r *ShareRequest) { r.Capture = captured(jar(t, "Bob")[:100]) }, session.CodeBundleInvalid},
		"a foreign cookie":     {func(d *device, _ *ShareRequest) { d.vault.account.Site = "https://other.example.net" }, session.CodeOutsideSite},
		"a capture that fails": {func(_ *device, r *ShareRequest) { r.Capture = failing }, session.CodeBundleIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			d := enrolled(t)
			r := d.request(jar(t, "Bob"))
			c.change(d, &r)
			_, err := d.Share(t.Context(), r)
			assert.Equal(t, c.want, session.CodeOf(err))
			assert.Empty(t, d.vault.puts)
			assert.NotContains(t, err.Error(), "canary")
		})
	}
}

// TestShareNumber: a share follows the greater of what this device has seen and what
// the vault wants, so that a vault restored from a backup catches up.
func TestShareNumber(t *testing.T) {
	for name, c := range map[string]struct{ seen, next, want uint64 }{
		"the first":                   {0, 1, 1},
		"the vault's next":            {4, 5, 5},
		"another device was here too": {4, 9, 9},
		"the vault lost some":         {9, 5, 10},
		"the vault lost the last":     {9, 9, 10},
		"a number driven up":          {3, 1<<48 + 2, 1<<48 + 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := enrolled(t)
			require.NoError(t, d.Dirs.Saw(d.vault.account.ID, session.Generation{Share: c.seen}))
			d.vault.status.NextShare = c.next
			_, err := d.Share(t.Context(), d.request(jar(t, "Bob")))
			require.NoError(t, err)
			e, err := envelope.Parse(d.vault.puts[0])
			require.NoError(t, err)
			assert.Equal(t, c.want, e.Header().Generation.Share)
			assert.Equal(t, fmt.Sprintf("%d.0", c.seen), d.vault.seen[0])
		})
	}
}

func captured(data []byte) CaptureFunc {
	return func(context.Context) ([]byte, error) { return data, nil }
}

func failing(context.Context) ([]byte, error) {
	return nil, session.Errorf(session.CodeBundleIncomplete, "")
}

// TestALyingVault is what a vault that is malicious or broken can make of a
// device: nothing but a coded error.
func TestALyingVault(t *testing.T) {
	share := func(d *device) error {
		_, err := d.Share(t.Context(), d.request(jar(t, "Bob")))
		return err
	}
	account := func(d *device) string { return "/v1/accounts/" + d.vault.account.ID.String() }
	for name, c := range map[string]struct {
		lie  func(*device)
		want session.Code
	}{
		"plants a recipient": {func(d *device) {
			mallory, err := envelope.NewSeeds().Keys(envelope.RoleDevice)
			require.NoError(t, err)
			now := time.Now().UTC().Truncate(time.Second)
			r, err := envelope.FirstRoster(d.vault.workspace, d.vault.person, envelope.Entry{Keys: mallory.Public(), Name: "m"}, now)
			require.NoError(t, err)
			signed, err := r.Sign(mallory)
			require.NoError(t, err)
			d.vault.roster = [][]byte{signed}
		}, session.CodeRosterRollback},
		"serves an empty roster": {func(d *device) { d.vault.roster = nil }, session.CodeRosterInvalid},
		"serves an older roster": {func(d *device) {
			runner, err := envelope.NewSeeds().Keys(envelope.RoleRunner)
			require.NoError(t, err)
			_, err = d.AddRunner(t.Context(), "runner", runner.Public())
			require.NoError(t, err)
			d.vault.roster = d.vault.roster[:1]
		}, session.CodeRosterRollback},
		"damages the roster": {func(d *device) { d.vault.roster = [][]byte{{1, 2, 3}} }, session.CodeRosterInvalid},
		"answers with another account": {func(d *device) {
			other := d.vault.account
			other.ID = session.NewID()
			data, err := session.Marshal(other)
			require.NoError(t, err)
			d.vault.answer["GET "+account(d)] = text(200, string(data))
		}, session.CodeVaultAnswer},
		"answers with half a text":  {func(d *device) { d.vault.answer["GET "+account(d)] = text(200, `{"id":`) }, session.CodeVaultAnswer},
		"answers with a page":       {func(d *device) { d.vault.answer["GET "+account(d)] = text(502, "<html>secret</html>") }, session.CodeGatewayFailed},
		"refuses with a code":       {func(d *device) { d.vault.answer["GET "+account(d)] = problem(401, session.CodeUnauthorized) }, session.CodeUnauthorized},
		"refuses with its own code": {func(d *device) { d.vault.answer["GET "+account(d)] = problem(418, "teapot") }, session.CodeVaultFailed},
		"redirects": {func(d *device) {
			d.vault.answer["GET "+account(d)] = func(w http.ResponseWriter) {
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(http.StatusTemporaryRedirect)
			}
		}, session.CodeVaultRedirected},
		"was overtaken": {func(d *device) {
			d.vault.answer["PUT "+account(d)+"/session"] = problem(409, session.CodeGenerationConflict)
		}, session.CodeGenerationConflict},
	} {
		t.Run(name, func(t *testing.T) {
			d := enrolled(t)
			c.lie(d)
			before := len(d.vault.puts)
			err := share(d)
			assert.Equal(t, c.want, session.CodeOf(err))
			assert.Len(t, d.vault.puts, before, "nothing was stored")
			assert.NotContains(t, err.Error(), "secret")
			assert.NotContains(t, err.Error(), "own words")
		})
	}
}

func TestRunnerIsARecipientFromThenOn(t *testing.T) {
	d := enrolled(t)
	runner, err := envelope.NewSeeds().Keys(envelope.RoleRunner)
	require.NoError(t, err)
	hash, err := d.AddRunner(t.Context(), "runner", runner.Public())
	require.NoError(t, err)
	again, err := d.AddRunner(t.Context(), "runner", runner.Public())
	require.NoError(t, err)
	assert.Equal(t, hash, again, "adding it twice changes nothing")
	_, err = d.Share(t.Context(), d.request(jar(t, "Bob")))
	require.NoError(t, err)
	e, err := envelope.Parse(d.vault.puts[0])
	require.NoError(t, err)
	assert.Contains(t, e.Header().Recipients, runner.ID())
	_, err = d.AddRunner(t.Context(), "a device", func() envelope.PublicKeys { k, _ := envelope.NewSeeds().Keys(envelope.RoleDevice); return k.Public() }())
	assert.Equal(t, session.CodeKeyFileInvalid, session.CodeOf(err))
}

func TestADeviceWithAnotherKeyCannotShare(t *testing.T) {
	d := enrolled(t)
	require.NoError(t, d.Keys.RemoveSeeds(t.Context()))
	_, err := d.Keys.MakeSeeds(t.Context())
	require.NoError(t, err)
	_, err = d.Share(t.Context(), d.request(jar(t, "Bob")))
	assert.Equal(t, session.CodeDeviceUnlisted, session.CodeOf(err))
	assert.Empty(t, d.vault.puts)
}

func TestStateTellsWhatIsMissing(t *testing.T) {
	d := enrolled(t)
	st := d.State(t.Context(), false)
	assert.Equal(t, []string{"ok", "ok"}, []string{st.Keyring, st.Vault})
	assert.True(t, st.Enrolled)
	assert.EqualValues(t, 1, st.Roster.Version)
	d.vault.answer["GET /v1/roster"] = problem(401, session.CodeUnauthorized)
	assert.Equal(t, "unauthorized", d.State(t.Context(), false).Vault)
	d.vault.answer["GET /v1/roster"] = func(w http.ResponseWriter) { http.Error(w, "<html>", http.StatusBadGateway) }
	st = d.State(t.Context(), false)
	assert.Equal(t, []string{"gateway_failed", "status 502, an HTML page"}, []string{st.Vault, st.VaultDetail})
	delete(d.vault.answer, "GET /v1/roster")
	require.NoError(t, d.Keys.RemoveSeeds(t.Context()))
	assert.Equal(t, "empty", d.State(t.Context(), false).Keyring)
	require.Error(t, d.Logout(t.Context(), true), "the vault did not agree, and is told so")
	st = d.State(t.Context(), false)
	assert.False(t, st.Enrolled)
	assert.Equal(t, "not_enrolled", st.Vault)
}

// What was not read matters where the app's rule names it, and is not sealed.
func TestShareUnread(t *testing.T) {
	d := enrolled(t)
	unread := strings.Replace(string(jar(t, "Bob")), `"read":`, `"unread":[{"origin":"https://wiki.example.org","store":"idb","name":"mail"}],"read":`, 1)
	shared, err := d.Share(t.Context(), d.request([]byte(unread)))
	require.NoError(t, err)
	assert.Empty(t, shared.Verdict.Warnings)
	assert.NotContains(t, d.lastBundle(t), "unread")

	d.vault.account.App = "supabase"
	_, err = d.Share(t.Context(), d.request([]byte(strings.Replace(unread, `"store":"idb","name":"mail"`, `"store":"local"`, 1))))
	assert.Equal(t, session.CodeStorageUnread, session.CodeOf(err))
	assert.Len(t, d.vault.puts, 1)
}

func TestCheckRefusesNothing(t *testing.T) {
	d := enrolled(t)
	for user, want := range map[string]string{"Bob": "one", "Alice": "wrong", "": "signed_out"} {
		checked, err := d.Check(t.Context(), d.vault.account.ID, captured(jar(t, user)), nil)
		require.NoError(t, err)
		assert.EqualValues(t, want, checked.Verdict.Verdict)
		if user != "" {
			assert.Contains(t, checked.Verdict.Identity, "•", "the identity is masked")
		}
	}
	assert.Empty(t, d.vault.puts)
}

func TestAddAccountChecksTheAppsFile(t *testing.T) {
	d := enrolled(t)
	for _, c := range []struct {
		app, site, username string
		want                session.Code
	}{
		{"nosuch", "https://a.example", "Bob", session.CodeAppUnknown},
		{"facebook", "https://facebook.com", "Bob", session.CodeAppUnknown}, // known, not offered
		{"mediawiki", "ftp://wiki.example", "Bob", session.CodeSiteInvalid},
		{"mediawiki", "https://bob:secret@wiki.example/path", "Bob", session.CodeSiteInvalid},
		{"mediawiki", "https://wiki.example", " Bob", session.CodeUsernameInvalid},
	} {
		_, err := d.AddAccount(t.Context(), c.app, c.site, c.username)
		assert.Equal(t, c.want, session.CodeOf(err), "%v", c)
	}
}
