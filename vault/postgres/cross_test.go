package postgres_test

import (
	"testing"

	"sessionferry/vault/sqlite/sqlitetest"
	"sessionferry/vault/storetest"
)

// TestCross: nobody can tell by its answers on which database a vault rests.
func TestCross(t *testing.T) { storetest.Cross(t, sqlitetest.Open(t), open(t)) }
