package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDatabaseAddress: no password on a command line, and none in the refusal.
func TestDatabaseAddress(t *testing.T) {
	for _, address := range []string{"", "postgres://vault@db.example/vault?sslmode=verify-full", "postgresql:///vault?host=/run/postgresql"} {
		assert.NoError(t, checkAddress(address), address)
	}
	for _, address := range []string{
		"host=db.example password=hunter2", "mysql://vault@db.example/vault", "postgres://vault:hunter2@db.example/%zz",
		"postgres://vault:hunter2@db.example/vault", "postgres:///vault?password=hunter2", "postgres:///vault?sslpassword=hunter2",
	} {
		err := checkAddress(address)
		assert.ErrorContains(t, err, "database: it ", address)
		assert.NotContains(t, err.Error(), "hunter2")
	}
}
