package vault_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"sessionferry/vault/vaulttest"
)

// TestUpkeepSettlesRetention: a session that somebody had put by the older window
// while it was changed gets the end of the new one, with nobody's doing.
func TestUpkeepSettlesRetention(t *testing.T) {
	s := newScene(t, vaulttest.Options{EraseWithin: time.Second})
	s.device.ShareNow(t, s.account, 100)
	until := func() time.Time {
		return *s.device.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).Until
	}
	older := until()
	s.SetUp(t).Do(t, "PUT", "/v1/workspace/retention", map[string]any{"app": vaulttest.App, "days": 3}).Wants(t, 204)
	newer := until()
	require.True(t, newer.Before(older))

	db, err := sqlite3.OpenContext(t.Context(), s.Database())
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.BusyTimeout(20*time.Second))
	require.NoError(t, db.Exec(fmt.Sprint(`UPDATE sessions SET expires = `, older.UnixMilli())))
	require.Eventually(t, func() bool { return until().Equal(newer) }, 30*time.Second, 20*time.Millisecond)
}
