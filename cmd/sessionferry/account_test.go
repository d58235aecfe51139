package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestAccountRemoveAsks: nothing is removed but after a yes, by any unique
// beginning of the id.
func TestAccountRemoveAsks(t *testing.T) {
	w := connected(t)
	kept, gone, third := w.device.AddAccount(t, "Ann"), w.device.AddAccount(t, "Bob"), w.device.AddAccount(t, "Cleo")
	for _, answer := range []string{"", "no\n", "y\n"} {
		got := w.run(t, answer, "account", "remove", gone.ID.String())
		assert.Equal(t, 1, got.Code)
		assert.Contains(t, got.Stderr, "Remove Bob of MediaWiki at https://wiki.example, and erase its session? Type yes: ")
		assert.Contains(t, got.Stderr, "[not_confirmed]")
	}
	several := w.run(t, "", "account", "remove", "", "--yes")
	assert.Equal(t, 2, several.Code)
	assert.Contains(t, several.Stderr, `3 accounts have an id that begins with ""`)

	got := w.run(t, "yes\n", "account", "remove", gone.ID.String()[:12])
	assert.Zero(t, got.Code, got.Stderr)
	assert.Equal(t, "Removed Bob of MediaWiki at https://wiki.example. Its session, if there was one, is erased.\n", got.Stdout)
	var out struct{ ID session.ID }
	w.json(t, &out, "account", "remove", third.ID.String()[:12], "--yes")
	assert.Equal(t, third.ID, out.ID)
	var left []struct{ ID session.ID }
	w.json(t, &left, "account", "list")
	require.Len(t, left, 1)
	assert.Equal(t, kept.ID, left[0].ID)
}

// TestSiteWithAPath: what is pasted from the address bar becomes the site, and the
// person reads what was left out.
func TestSiteWithAPath(t *testing.T) {
	w := connected(t)
	got := w.run(t, "", "account", "add", "--app", "mediawiki", "--site", "https://Wiki.example/wiki/Main_Page?x=1#top", "--username", "Bob")
	require.Zero(t, got.Code, got.Stderr)
	assert.Contains(t, got.Stdout, "Added Bob of MediaWiki at https://wiki.example.")
	assert.Equal(t, "A card is for a whole site: without /wiki/Main_Page?x=1#top it is https://wiki.example.\n", got.Stderr)
	got = w.run(t, "", "account", "add", "--app", "mediawiki", "--site", "wiki.example/", "--username", "Ann", "--json")
	require.Zero(t, got.Code, got.Stderr)
	assert.Empty(t, got.Stderr)
}

// TestSessionCommands: an owner sees the session of a card and erases it, card and
// all else being kept.
func TestSessionCommands(t *testing.T) {
	w := connected(t)
	id := w.device.AddAccount(t, "Bob").ID.String()
	got := w.run(t, "", "session", "status", id[:10])
	assert.Zero(t, got.Code)
	assert.Equal(t, "account     Bob of MediaWiki at https://wiki.example\nsession     none\nwhy         No session has been shared yet.\n", got.Stdout)
	var st session.Status
	w.json(t, &st, "session", "status", id)
	assert.Equal(t, session.CauseNever, st.Cause)

	assert.Equal(t, 1, w.run(t, "no\n", "session", "delete", id).Code)
	got = w.run(t, "yes\n", "session", "delete", id)
	assert.Zero(t, got.Code, got.Stderr)
	w.json(t, &st, "session", "delete", id, "--yes")
	assert.Equal(t, session.StateNone, st.State)
	var cards []struct{}
	w.json(t, &cards, "account", "list")
	assert.Len(t, cards, 1)
}
