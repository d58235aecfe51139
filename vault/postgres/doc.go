// Package postgres is the vault's store for a company: one PostgreSQL that any
// number of vault processes share, with one folder of epoch keys beside it.
//
// The rules of the records are package sqlstore's; here are only the connections.
// What is erased lives on in PostgreSQL's old row versions, its log and its
// archives. That opens nothing, since the epoch key that wrapped it is destroyed:
// see docs/envelope.md, section Deletion.
//
// Of SQL it uses what docs/operations.md lists, which engines that speak
// PostgreSQL's protocol have as well; none but PostgreSQL was run.
package postgres
