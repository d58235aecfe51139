package host

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/session"
)

// TestNaming: what cannot be told from here, the person may tell, for a runner
// to confirm; nothing else is overruled by them.
func TestNaming(t *testing.T) {
	d := enrolled(t)
	d.vault.account.App, d.vault.account.Username = "better-auth", "bob@example.org"
	r := d.request(silent(t))
	_, err := d.Share(t.Context(), r)
	var refusal *Refusal
	require.True(t, errors.As(err, &refusal))
	assert.Equal(t, session.CodeAccountUnprovable, session.CodeOf(err))
	assert.True(t, refusal.Verdict.Name)
	assert.Empty(t, d.vault.puts)

	r.Named = true
	_, err = d.Share(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, []bool{true}, d.vault.confirm)
	assert.Contains(t, d.lastBundle(t), `"identity":{"kind":"email","value":"bob@example.org"},"proof":"person"`)

	for _, user := range []string{"Alice", ""} {
		d := enrolled(t)
		r := d.request(jar(t, user))
		r.Named = true
		_, err := d.Share(t.Context(), r)
		require.Error(t, err)
		require.True(t, errors.As(err, &refusal))
		assert.False(t, refusal.Verdict.Name)
		assert.Empty(t, d.vault.puts)
	}
}

// TestWhoseWord: only cookies and storage that leave no doubt go without a
// runner's confirmation.
func TestWhoseWord(t *testing.T) {
	one, unproven := apps.Result{Verdict: apps.VerdictOne}, apps.Result{Verdict: apps.VerdictUnproven}
	assumed := apps.Result{Verdict: apps.VerdictOne, Warnings: []string{apps.WarnAssumed}}
	assert.Equal(t, session.ProofJar, proofOf(one, false, true))
	assert.Equal(t, session.ProofAssumed, proofOf(assumed, false, false))
	assert.Equal(t, session.ProofApp, proofOf(assumed, true, false))
	assert.Equal(t, session.ProofPerson, proofOf(unproven, true, true))

	d := enrolled(t)
	_, err := d.Share(t.Context(), d.request(jar(t, "Bob")))
	require.NoError(t, err)
	assert.Equal(t, []bool{false}, d.vault.confirm)
}

// TestObserved: what the browser noticed beside the session warns, and what it
// cannot have noticed is refused.
func TestObserved(t *testing.T) {
	d := enrolled(t)
	cookie := func(name string) JarCookie {
		return JarCookie{Name: name, Domain: "wiki.example.org", HostOnly: true, Path: "/"}
	}
	signedIn := []JarCookie{cookie("wikiUserID"), cookie("wikiUserName"), cookie("wiki_session")}
	r := d.request(jar(t, "Bob"))
	r.Observed = &Observed{
		Rotating: []Rotated{{Name: "wiki_session", Domain: "wiki.example.org", Path: "/", Seconds: 300}, {Name: "theme", Domain: "wiki.example.org", Path: "/", Seconds: 5}},
		Elsewhere: []Jar{
			{Elsewhere{Kind: "container", Label: "firefox-container-2"}, signedIn},
			{Elsewhere{Kind: "private"}, []JarCookie{cookie("theme")}},
		},
	}
	shared, err := d.Share(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, []Elsewhere{{Kind: "container", Label: "firefox-container-2"}}, shared.Verdict.Elsewhere)
	assert.Equal(t, 300, shared.Verdict.Rotates)
	assert.Contains(t, shared.Verdict.Warnings, apps.WarnRotating)

	r.Observed = &Observed{Registered: true}
	_, err = d.Share(t.Context(), r)
	assert.Equal(t, session.CodeSessionBound, session.CodeOf(err))

	for name, bad := range map[string]*Observed{
		"a kind":      {Elsewhere: []Jar{{Elsewhere: Elsewhere{Kind: "window"}}}},
		"no time":     {Rotating: []Rotated{{Name: "a"}}},
		"a long name": {Elsewhere: []Jar{{Elsewhere: Elsewhere{Kind: "private", Label: string(make([]byte, 301))}}}},
		"too many":    {Elsewhere: slices.Repeat([]Jar{{Elsewhere: Elsewhere{Kind: "private"}}}, 33)},
	} {
		t.Run(name, func(t *testing.T) {
			r.Observed = bad
			_, err := d.Share(t.Context(), r)
			assert.Equal(t, session.CodeMessageInvalid, session.CodeOf(err))
		})
	}
}
