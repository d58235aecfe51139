package sqlite_test

import (
	"testing"

	"sessionferry/vault/sqlite/sqlitetest"
	"sessionferry/vault/storetest"
)

func TestConformance(t *testing.T) { storetest.Run(t, sqlitetest.Open) }
