package runner

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// TestManyRecords: a store of very many records is filled and compared in
// seconds, not one transaction at a time.
func TestManyRecords(t *testing.T) {
	const many = 100_000
	s := newSite(t)
	app := s.origin("app.example.test")
	s.html("/", "")
	store := session.ObjectStore{Name: "many", KeyPath: "[null]"}
	for i := range many {
		store.Records = append(store.Records, session.Record{Key: session.Text(fmt.Sprintf("[%d]", i)), Value: session.Text(fmt.Sprintf("[%d]", i))})
	}
	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{{Origin: app, Databases: []session.Database{{Name: "db", Version: 1, Stores: []session.ObjectStore{store}}}}}))
	require.NoError(t, r.Verify(t.Context()))
	assert.Empty(t, r.Differences())
	assert.Equal(t, StorageCounts{Captured: many, Restored: many}, r.Storage())
}
