package host

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/session"
)

// Pitfalls of carrying sessions (docs/fidelity.md) that the host keeps clear of.

// A signed-out session never replaces a good one: it is not even sent.
func TestPitfall25SignedOutReplacesNothing(t *testing.T) {
	d := enrolled(t)
	_, err := d.Share(t.Context(), d.request(jar(t, "Bob")))
	require.NoError(t, err)
	good := d.lastBundle(t)
	for name, capture := range map[string][]byte{"an empty jar": jar(t, ""), "another account": jar(t, "Alice")} {
		_, err = d.Share(t.Context(), d.request(capture))
		require.Error(t, err, name)
	}
	assert.Len(t, d.vault.puts, 1)
	assert.Equal(t, good, d.lastBundle(t))
}

// A session that the app has tied to the device is refused, not copied.
func TestPitfall27DeviceBound(t *testing.T) {
	d := enrolled(t)
	r := d.request(jar(t, "Bob"))
	r.Observed = &Observed{Registered: true}
	_, err := d.Share(t.Context(), r)
	assert.Equal(t, session.CodeSessionBound, session.CodeOf(err))
	assert.Empty(t, d.vault.puts)
}

// A session that the app keeps replacing goes with a warning that says how long
// the copy is likely to live.
func TestPitfall28RotationRace(t *testing.T) {
	d := enrolled(t)
	r := d.request(jar(t, "Bob"))
	r.Observed = &Observed{Rotating: []Rotated{{Name: "wiki_session", Domain: "wiki.example.org", Path: "/", Seconds: 300}}}
	shared, err := d.Share(t.Context(), r)
	require.NoError(t, err)
	assert.Contains(t, shared.Verdict.Warnings, apps.WarnRotating)
	assert.Equal(t, 300, shared.Verdict.Rotates)
}
