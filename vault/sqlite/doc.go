// Package sqlite is the vault's store for one machine: one SQLite database in
// WAL mode, one connection that writes and some that read.
//
// It promises what package vault/storetest tests: ownership is decided by the
// same statement that reads the account, a put replaces in one transaction, and
// what has ended is unreadable at once and erased from the database, its log and
// every backup when Erase has confirmed it. An acknowledged write survives a loss
// of power (synchronous=FULL). It never holds a key that opens a session.
//
// The specification is docs/api.md and, for keys and deletion, docs/envelope.md.
package sqlite
