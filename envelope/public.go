package envelope

import (
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"

	"sessionferry/session"
)

// Sizes of public keys in bytes.
const (
	kemKeySize = 1184 + 32 // ML-KEM-768 encapsulation key, X25519 point

	// PublicKeysSize is the length of PublicKeys.Marshal.
	PublicKeysSize = 4 + 1 + 1 + 3*ed25519.PublicKeySize + kemKeySize
)

const publicMagic = "SFPK"

// PublicKeys are what a roster lists of one device or runner.
type PublicKeys struct {
	Role   Role
	Sign   ed25519.PublicKey // verifies envelopes
	Roster ed25519.PublicKey // verifies roster versions; a runner's is never accepted
	DPoP   ed25519.PublicKey // verifies DPoP proofs
	KEM    []byte            // HPKE MLKEM768X25519 public key, 1,216 bytes
}

// Marshal returns the one form of the keys, PublicKeysSize bytes: what enrolment
// sends (as base64), what a roster holds and what a key id names. Keys that
// ParsePublicKeys would refuse give bytes that it refuses.
func (p PublicKeys) Marshal() []byte { return p.appendTo(make([]byte, 0, PublicKeysSize)) }

func (p PublicKeys) appendTo(b []byte) []byte {
	b = append(b, publicMagic...)
	b = append(b, formatVersion, byte(p.Role))
	b = append(b, p.Sign...)
	b = append(b, p.Roster...)
	b = append(b, p.DPoP...)
	return append(b, p.KEM...)
}

// ParsePublicKeys reads what Marshal wrote and nothing else. It does not keep b.
// The error has session.CodeKeyFileInvalid.
func ParsePublicKeys(b []byte) (PublicKeys, error) {
	p, err := decodePublicKeys(b)
	if err != nil {
		return PublicKeys{}, err
	}
	if err := p.check(); err != nil {
		return PublicKeys{}, err
	}
	return p, nil
}

// decodePublicKeys is ParsePublicKeys without check.
func decodePublicKeys(b []byte) (PublicKeys, error) {
	if len(b) != PublicKeysSize {
		return PublicKeys{}, session.Errorf(session.CodeKeyFileInvalid, "%d bytes, public keys have %d", len(b), PublicKeysSize)
	}
	r := reader{b: append([]byte(nil), b...)}
	if string(r.bytes(4)) != publicMagic || r.uint8() != formatVersion {
		return PublicKeys{}, session.Errorf(session.CodeKeyFileInvalid, "not public keys of this version")
	}
	return PublicKeys{
		Role: Role(r.uint8()),
		Sign: r.bytes(ed25519.PublicKeySize), Roster: r.bytes(ed25519.PublicKeySize), DPoP: r.bytes(ed25519.PublicKeySize),
		KEM: r.bytes(kemKeySize),
	}, nil
}

// check refuses keys with which sealing would fail later, or with which a
// signature would mean nothing.
func (p PublicKeys) check() error {
	if p.Role != RoleDevice && p.Role != RoleRunner {
		return session.Errorf(session.CodeKeyFileInvalid, "unknown role")
	}
	for _, k := range []ed25519.PublicKey{p.Sign, p.Roster, p.DPoP} {
		if len(k) != ed25519.PublicKeySize || isSmallOrder(k) {
			return session.Errorf(session.CodeKeyFileInvalid, "not an Ed25519 key")
		}
	}
	if _, err := hpke.MLKEM768X25519().NewPublicKey(p.KEM); err != nil {
		return session.Errorf(session.CodeKeyFileInvalid, "not an HPKE key").Because(err)
	}
	if !contributes(p.KEM[len(p.KEM)-32:]) {
		return session.Errorf(session.CodeKeyFileInvalid, "not an X25519 key")
	}
	return nil
}

// ID returns the key id: SHA-256 over its label and Marshal. It covers the role
// and all four keys.
func (p PublicKeys) ID() KeyID {
	return sha256.Sum256(p.appendTo(append(make([]byte, 0, len(labelKeyID)+PublicKeysSize), labelKeyID...)))
}
