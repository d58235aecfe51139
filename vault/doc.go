// Package vault is the server that keeps sealed sessions: its HTTP API, its
// rules and its upkeep. Records live in a Store; package vault/sqlite is the one
// for a single machine.
//
// It promises: only an account's owner may share, delete or use its session, and
// a stranger cannot tell an account that exists from one that does not; a share
// replaces the older session in one transaction or leaves it untouched; what was
// deleted, replaced or has expired is unreadable at once and erased from disk,
// log and every backup within a stated bound; an erasure that fails is shown
// until it succeeds.
//
// It never holds a key that opens a session, and never logs a body, a token or a
// key. It cannot vouch for a recipient's key either: rosters are signed by the
// people's devices, and the vault only refuses what they would refuse.
//
// The specification is docs/api.md.
package vault
