package e2e

import (
	"database/sql"
	"path/filepath"

	_ "github.com/ncruces/go-sqlite3/driver" // the vault's database
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// becomeCollaborator takes the ownership of an account away in the vault's
// database, since the API has no route yet that gives a role.
func (w *world) becomeCollaborator(account string) {
	w.t.Helper()
	id, err := session.ParseID(account)
	require.NoError(w.t, err)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(w.vault.Data, "vault.db")+"?_pragma=busy_timeout(5000)")
	require.NoError(w.t, err)
	defer db.Close()
	result, err := db.ExecContext(w.t.Context(), `UPDATE memberships SET role = ? WHERE account = ?`, string(session.RoleCollaborator), id[:])
	require.NoError(w.t, err)
	changed, err := result.RowsAffected()
	require.NoError(w.t, err)
	require.EqualValues(w.t, 1, changed)
}
