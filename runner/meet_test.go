package runner

import (
	"net/http"
	"strings"
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

// TestMeetLarge: localStorage that is too large for a script in every document is
// there before the first script all the same, in the first tab and in the next.
func TestMeetLarge(t *testing.T) {
	s := newSite(t)
	app := s.origin("app.example.test")
	s.html("/", `<script>window.first = localStorage.large.length + ' ' + sessionStorage.tab</script>`)
	large := session.Text(strings.Repeat("x", largeStorage))
	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{{Origin: app, Local: items("large", large), Session: items("tab", "s")}}))
	assert.Equal(t, StorageCounts{Captured: 2}, r.Storage())
	for range 2 {
		assert.Equal(t, "65536 s", visit(t, r, app+"/", `first`))
	}
	assert.Equal(t, StorageCounts{Captured: 2, Restored: 2}, r.Storage())
	assert.Empty(t, r.Differences())
}
