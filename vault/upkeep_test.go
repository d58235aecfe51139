package vault_test

import (
	"database/sql"
	"testing"
	"time"

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

	db, err := sql.Open("sqlite", s.Database()+"?_pragma=busy_timeout(20000)")
	require.NoError(t, err)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `UPDATE sessions SET expires = ?`, older.UnixMilli())
	require.NoError(t, err)
	require.Eventually(t, func() bool { return until().Equal(newer) }, 30*time.Second, 20*time.Millisecond)
}
