package vault

import (
	"bytes"
	"crypto/sha256"
	"sync"

	"sessionferry/envelope"
)

// verifiedRosters remembers what chains of rosters say that were verified: to
// verify one takes longer than all else that a put needs, and one chain always
// says the same. It is no record: a process without it verifies.
type verifiedRosters struct {
	mu   sync.Mutex
	said map[[sha256.Size]byte]*envelope.Roster
}

// maxVerified bounds the memory of it. One chain in use is a person who shares.
const maxVerified = 1000

// roster verifies a chain, unless these bytes were verified before. The roster is
// shared: it is not to be changed.
func (v *verifiedRosters) roster(chain [][]byte) (*envelope.Roster, error) {
	id := sha256.Sum256(chainBytes(chain))
	v.mu.Lock()
	r := v.said[id]
	v.mu.Unlock()
	if r != nil {
		return r, nil
	}
	r, _, err := envelope.VerifyChain(chain, envelope.Hash{})
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.said == nil || len(v.said) >= maxVerified {
		v.said = map[[sha256.Size]byte]*envelope.Roster{}
	}
	v.said[id] = r
	return r, nil
}

// chainBytes are the versions, each behind its length.
func chainBytes(chain [][]byte) (b []byte) {
	for _, version := range chain {
		b = prefixed(b, version)
	}
	return b
}

// signedBy reports whether the roster lists the key with this id, and whether it
// is the one with this encoding.
func signedBy(r *envelope.Roster, sender envelope.KeyID, keys []byte) (listed, same bool) {
	for _, e := range r.Entries {
		if e.Keys.ID() == sender {
			return true, bytes.Equal(e.Keys.Marshal(), keys)
		}
	}
	return false, false
}
