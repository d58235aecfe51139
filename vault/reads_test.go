package vault_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"sessionferry/internal/dpop"
	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// TestReadsChangeNothing calls every GET route, with a query that once changed
// something: the database holds the same afterwards. A sign-in at the company's
// provider, which has to end with a GET, is not set up here.
func TestReadsChangeNothing(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	s.device.ShareNow(t, s.account, 100)
	lease := strings.TrimPrefix(s.runner.Lease(t, s.account), "/v1/leases/")
	id := strings.NewReplacer("{id}", s.account.ID.String(), "{lease}", lease, "{person}", owner.Person.String(), "{program}", s.runner.Principal.String(),
		"{file}", "app.css", "{code}", "not_found", "{$}", "")
	by := map[vault.Role]caller{vault.RoleDevice: s.device, vault.RoleRunner: s.runner, vault.RoleWeb: owner}
	before := contents(t, s.Vault)
	for _, r := range slices.Concat(vault.Routes(), vault.PageRoutes()) {
		if r.Method != http.MethodGet {
			continue
		}
		for role, c := range by {
			if r.Access != vault.AccessAnyone && !r.Access.Admits(role) {
				continue
			}
			path := id.Replace(r.Path)
			require.NotContains(t, path, "{")
			a := c.Do(t, http.MethodGet, path+"?seen=281474976710656.0&q=x&done=saved&days=1", nil)
			require.Less(t, a.Status, 500, "%s: %s", path, a.Body)
			for table, rows := range contents(t, s.Vault) {
				require.Equal(t, before[table], rows, "GET %s by a %s has changed %s", r.Path, role, table)
			}
		}
	}
}

// background are the tables that the vault changes by itself, as time goes by.
var background = []string{"audit_batches", "clock", "duties", "goose_db_version"}

// contents are the rows of all tables of a vault's database but the background's.
func contents(t *testing.T, v *vaulttest.Vault) map[string][][]string {
	db, err := sqlite3.OpenContext(t.Context(), v.Database())
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.BusyTimeout(20*time.Second))
	tables := map[string][][]string{}
	for _, row := range rows(t, db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		if name := row[0]; !slices.Contains(background, name) {
			tables[name] = rows(t, db, `SELECT * FROM `+name)
		}
	}
	return tables
}

// rows are the rows of a query as text, of a blob a hash.
func rows(t *testing.T, db *sqlite3.Conn, query string) (all [][]string) {
	stmt, _, err := db.Prepare(query)
	require.NoError(t, err)
	defer stmt.Close()
	for stmt.Step() {
		row := make([]string, stmt.ColumnCount())
		for n := range row {
			if row[n] = stmt.ColumnText(n); stmt.ColumnType(n) == sqlite3.BLOB {
				sum := sha256.Sum256([]byte(row[n]))
				row[n] = hex.EncodeToString(sum[:8])
			}
		}
		all = append(all, row)
	}
	require.NoError(t, stmt.Err())
	return all
}

// TestACaughtReadShowsMorePages: a proof does not cover the query, so one that was
// caught reads the other pages of its list too, until its nonce ends.
func TestACaughtReadShowsMorePages(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	proof, err := dpop.Sign(s.device.Keys.DPoP(), dpop.Proof{
		ID: "caught", Method: "GET", URL: s.URL + "/v1/accounts", Issued: s.Now(), Nonce: nonce(t, s), Token: dpop.TokenHash(s.device.Token),
	})
	require.NoError(t, err)
	read := func(path string) vaulttest.Answer { return sendRaw(t, s, "GET", path, s.device.Token, proof) }
	for _, query := range []string{"", "?q=bob", "?state=none"} {
		read("/v1/accounts"+query).Wants(t, 200)
	}
	require.Equal(t, session.CodeProofInvalid, read(s.path("/session")).Wants(t, 401).Code(), "another path")
	s.Advance(vault.NonceTime)
	for _, query := range []string{"", "?q=bob", "?state=none"} {
		require.Equal(t, session.CodeNonceNeeded, read("/v1/accounts"+query).Wants(t, 401).Code())
	}
}
