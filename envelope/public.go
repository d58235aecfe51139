package envelope

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

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
	if len(b) != PublicKeysSize {
		return PublicKeys{}, session.Errorf(session.CodeKeyFileInvalid, "%d bytes, public keys have %d", len(b), PublicKeysSize)
	}
	r := reader{b: append([]byte(nil), b...)}
	if string(r.bytes(4)) != publicMagic || r.uint8() != formatVersion {
		return PublicKeys{}, session.Errorf(session.CodeKeyFileInvalid, "not public keys of this version")
	}
	p := PublicKeys{
		Role: Role(r.uint8()),
		Sign: r.bytes(ed25519.PublicKeySize), Roster: r.bytes(ed25519.PublicKeySize), DPoP: r.bytes(ed25519.PublicKeySize),
		KEM: r.bytes(kemKeySize),
	}
	return p, p.check()
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

// isSmallOrder reports whether k encodes one of the eight points under which
// some signature fits every message. Only their y coordinate matters: both signs
// and both encodings of a y below 19 are points of the same kind.
func isSmallOrder(k []byte) bool {
	y := [32]byte(k)
	y[31] &= 0x7F
	return smallOrder[y]
}

var smallOrder = map[[32]byte]bool{
	fromHex("0000000000000000000000000000000000000000000000000000000000000000"): true, // order 4
	fromHex("0100000000000000000000000000000000000000000000000000000000000000"): true, // order 1
	fromHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"): true, // order 2
	fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"): true, // 0, not reduced
	fromHex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"): true, // 1, not reduced
	fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"): true, // order 8
	fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"): true, // order 8
}

func fromHex(s string) (out [32]byte) {
	if n, err := hex.Decode(out[:], []byte(s)); err != nil || n != len(out) {
		panic("envelope: a constant is not 32 bytes of hex")
	}
	return out
}

// contributes reports whether an X25519 exchange with the point gives a secret:
// with one of small order it gives zero for every scalar, which crypto/ecdh
// refuses, so any fixed scalar tells.
func contributes(point []byte) bool {
	probe, err := ecdh.X25519().NewPrivateKey([]byte("sessionferry's x25519 probe key."))
	if err != nil {
		return false
	}
	k, err := ecdh.X25519().NewPublicKey(point)
	if err != nil {
		return false
	}
	_, err = probe.ECDH(k)
	return err == nil
}

// ID returns the key id: SHA-256 over its label and Marshal. It covers the role
// and all four keys.
func (p PublicKeys) ID() KeyID {
	return sha256.Sum256(p.appendTo(append(make([]byte, 0, len(labelKeyID)+PublicKeysSize), labelKeyID...)))
}

// KeyID names the keys of one device or runner.
type KeyID [32]byte

// String returns 64 hexadecimal digits.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

var fingerprintEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Fingerprint returns the first 160 bits for comparing by eye: eight groups of
// four characters of lower-case base32, separated by spaces.
func (id KeyID) Fingerprint() string {
	s := fingerprintEncoding.EncodeToString(id[:20])
	groups := make([]string, 0, len(s)/4)
	for ; s != ""; s = s[4:] {
		groups = append(groups, s[:4])
	}
	return strings.Join(groups, " ")
}

// ParseKeyID reads what String wrote.
func ParseKeyID(s string) (KeyID, error) {
	var id KeyID
	if len(s) != 2*len(id) || s != strings.ToLower(s) {
		return KeyID{}, session.Errorf(session.CodeMessageInvalid, "a key id has 64 hexadecimal digits")
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil {
		return KeyID{}, session.Errorf(session.CodeMessageInvalid, "a key id has 64 hexadecimal digits")
	}
	return id, nil
}

// MarshalText implements encoding.TextMarshaler.
func (id KeyID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *KeyID) UnmarshalText(b []byte) error {
	v, err := ParseKeyID(string(b))
	if err == nil {
		*id = v
	}
	return err
}
