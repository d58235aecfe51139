// Package epoch holds the keys that make deletion final.
//
// A record's stanzas are wrapped by a random record key, and the record keys of
// one bucket (at most 64 records) by one epoch key. Epoch keys live outside the
// database, so that destroying one closes every copy of what it wrapped: in the
// log of the database, in its free pages and in backups. The specification is
// docs/envelope.md, section Deletion.
//
// The package never keeps a key in memory longer than a call: a destroyed key
// must not live on in a cache.
package epoch

import (
	"errors"

	"sessionferry/session"
)

// KeySize is the length in bytes of epoch keys and record keys.
const KeySize = 32

// ErrNoKey is returned by Load for a key that does not exist (any more).
var ErrNoKey = errors.New("no such epoch key")

// Keys stores epoch keys apart from the database. All methods may be called from
// several goroutines. Once Create or Destroy has returned nil, its effect
// survives a loss of power.
type Keys interface {
	// Create makes a random key with this name, which must be new.
	Create(id session.ID) error
	// Load returns a key, or ErrNoKey.
	Load(id session.ID) ([]byte, error)
	// Destroy removes a key for good. A key that is not there is no error, so
	// that an interrupted destruction can be repeated.
	Destroy(id session.ID) error
}

// Lister is a Keys that can tell which keys it has.
type Lister interface {
	// List returns the names of all keys.
	List() ([]session.ID, error)
}
