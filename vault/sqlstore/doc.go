// Package sqlstore is vault.Store in SQL. SQLite and PostgreSQL speak it alike:
// the packages sqlite and postgres open their databases and give them as a DB.
//
// It promises what package vault/storetest tests: ownership is decided by the
// same statement that reads the account, a put replaces in one transaction, and
// what has ended is unreadable at once and cannot be opened from any copy of the
// database when Erase has confirmed it. It never holds a key that opens a session.
//
// Several processes may share one PostgreSQL and one folder of epoch keys: nothing
// is kept in a process. A transaction that writes first locks the row of the
// person or account that it is about, in that order, and buckets last.
//
// The specification is docs/api.md and, for keys and deletion, docs/envelope.md.
package sqlstore
