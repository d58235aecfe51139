package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// jarWith is the jar of a user with further cookies, each an ordinary one of the
// wiki that a test has changed.
func jarWith(t *testing.T, user string, changes ...func(*session.Cookie)) []byte {
	t.Helper()
	var c session.Capture
	require.NoError(t, session.Unmarshal(jar(t, user), &c, session.CodeInternal))
	for _, change := range changes {
		k := session.Cookie{Name: "more", Value: "v", Domain: "wiki.example.org", HostOnly: true, Path: "/", Secure: true, SameSite: session.SameSiteLax, Store: "0"}
		change(&k)
		c.Cookies = append(c.Cookies, k)
	}
	data, err := session.Marshal(c)
	require.NoError(t, err)
	return data
}

func pathed(name, path string) func(*session.Cookie) {
	return func(c *session.Cookie) { c.Name, c.Path = name, path }
}

// TestLossIsNamedBeforeTheTransfer: a cookie that no restore makes again is named
// first, and is left out once the person has accepted that.
func TestLossIsNamedBeforeTheTransfer(t *testing.T) {
	d := enrolled(t)
	r := d.request(jarWith(t, "Bob", pathed("admin", "/my area"), pathed("other", "/x/../private"), pathed("kept", "/my%20area"),
		func(c *session.Cookie) { c.Name, c.Value = "note", "a\tb" }, pathed("_ga", "/my area")))
	r.Lossy = true
	want := []string{"admin (wiki.example.org/my area)", "note (wiki.example.org/)", "other (wiki.example.org/x/../private)"}

	_, err := d.Share(t.Context(), r)
	require.Equal(t, session.CodeLossUnconfirmed, session.CodeOf(err))
	var loss *Loss
	require.ErrorAs(t, err, &loss)
	assert.Equal(t, want, loss.Lost, "without telemetry, which would not travel anyway")
	assert.Empty(t, d.vault.puts)

	r.Accepted = want
	_, err = d.Share(t.Context(), r)
	require.ErrorAs(t, err, &loss, "what the extension could not read is not accepted")
	r.Lossy, r.Accepted = false, want[:2]
	_, err = d.Share(t.Context(), r)
	require.ErrorAs(t, err, &loss, "nor is a cookie that was not named")
	assert.Empty(t, d.vault.puts)

	r.Accepted = want
	shared, err := d.Share(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, want, shared.Lost)
	assert.Equal(t, session.Counts{Cookies: 4, Left: 4}, shared.Counts)
	assert.Subset(t, shared.Names.Stayed, []string{"admin (wiki.example.org/my area)"})
	sent := d.lastBundle(t)
	assert.Contains(t, sent, `"kept"`)
	for _, name := range []string{`"admin"`, `"other"`, `"note"`} {
		assert.NotContains(t, sent, name)
	}
}

// TestLostCookiesProveNothing: what does not arrive signs nobody in, and a refusal
// comes before the question about losses.
func TestLostCookiesProveNothing(t *testing.T) {
	d := enrolled(t)
	var signedIn []func(*session.Cookie)
	for name, value := range map[string]string{"wikiUserID": "2", "wikiUserName": "Bob", "wiki_session": "s"} {
		signedIn = append(signedIn, func(c *session.Cookie) { c.Name, c.Value, c.Path = name, value, "/my area" })
	}
	_, err := d.Share(t.Context(), d.request(jarWith(t, "", signedIn...)))
	assert.Equal(t, session.CodeAccountSignedOut, session.CodeOf(err))
	_, err = d.Share(t.Context(), d.request(jarWith(t, "Alice", pathed("admin", "/my area"))))
	assert.Equal(t, session.CodeAccountWrong, session.CodeOf(err))
	assert.Empty(t, d.vault.puts)
}
