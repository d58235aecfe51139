package runner

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// oneRecord is a database with one record.
func oneRecord(name session.Text) []session.Database {
	return []session.Database{{Name: name, Version: 1, Stores: []session.ObjectStore{
		{Name: "s", KeyPath: "[null]", Records: []session.Record{{Key: "[1]", Value: "[true]"}}},
	}}}
}

// TestMeet fills the databases of an origin before its first script, however a
// page comes there, and those of no other.
func TestMeet(t *testing.T) {
	const names = `<script>window.first = indexedDB.databases().then((all) => all.map((d) => d.name).join())</script>`
	s := newSite(t)
	app, login, other := s.origin("app.example.test"), s.origin("login.example.test"), s.origin("other.example.test")
	s.html("/", names)
	s.html("/outer", `<script>window.heard = new Promise((done) => addEventListener('message', (e) => done(e.data)))</script>
		<iframe src="`+login+`/frame"></iframe>`)
	s.html("/frame", names+`<script>first.then((f) => parent.postMessage(f, '*'))</script>`)
	s.Handle("/away", http.RedirectHandler(app+"/", http.StatusFound))
	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{
		{Origin: app, Databases: oneRecord("of the app")},
		{Origin: login, Databases: oneRecord("of the sign-in")},
		{Origin: other, Databases: oneRecord("never met")},
	}))
	page, _, err := r.openPage(t.Context())
	require.NoError(t, err)
	assert.Empty(t, navigate(t, page, s.origin("www.example.test")+"/", `first`), "an origin that has none")
	assert.Equal(t, StorageCounts{Captured: 3}, r.Storage())
	assert.Equal(t, "of the app", navigate(t, page, s.origin("www.example.test")+"/away", `first`), "at the end of a redirection")
	assert.Equal(t, StorageCounts{Captured: 3, Restored: 1}, r.Storage())
	assert.Equal(t, "of the sign-in", navigate(t, page, app+"/outer", `heard`), "in a frame")
	assert.Equal(t, StorageCounts{Captured: 3, Restored: 2}, r.Storage())

	assert.Equal(t, "never met", visit(t, r, other+"/", `first`), "in another tab")
	assert.Empty(t, r.Differences())
}
