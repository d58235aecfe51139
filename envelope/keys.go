package envelope

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"sessionferry/session"
)

// SeedSize is the length of Seeds in bytes.
const SeedSize = 64

// Seeds are all the secrets of one device or runner: 32 bytes from which the
// three Ed25519 keys derive, then 32 bytes that are the HPKE private key. They
// are item 1 of a device's keyring and the content of a runner's key file. They
// refuse to be printed or encoded; store s[:].
type Seeds [SeedSize]byte

// NewSeeds returns fresh random seeds.
func NewSeeds() Seeds {
	var s Seeds
	_, _ = rand.Read(s[:]) // never fails: crypto/rand aborts the program instead
	return s
}

// ParseSeeds reads stored seeds: exactly 64 bytes, neither half zero, since a
// blank or cut file must not become a key that anybody can guess. The error has
// session.CodeKeyFileInvalid.
func ParseSeeds(b []byte) (Seeds, error) {
	if len(b) != SeedSize {
		return Seeds{}, session.Errorf(session.CodeKeyFileInvalid, "%d bytes, a key has %d", len(b), SeedSize)
	}
	s := Seeds(b)
	if [32]byte(s[:32]) == [32]byte{} || [32]byte(s[32:]) == [32]byte{} {
		return Seeds{}, session.Errorf(session.CodeKeyFileInvalid, "the key is blank")
	}
	return s, nil
}

// Format implements fmt.Formatter: no verb prints a secret.
func (Seeds) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "envelope.Seeds(secret)") }

// MarshalText implements encoding.TextMarshaler by refusing.
func (Seeds) MarshalText() ([]byte, error) { return nil, errors.New("envelope: seeds are secret") }

// Keys are the private keys of one device or runner, ready for use. They are
// safe for concurrent use.
type Keys struct {
	sign, roster, dpop ed25519.PrivateKey
	kem                hpke.PrivateKey
	public             PublicKeys
	id                 KeyID
}

// Keys derives the keys. The same seeds always give the same keys, and another
// role gives another key id. The error has session.CodeKeyFileInvalid.
func (s Seeds) Keys(role Role) (*Keys, error) {
	if role != RoleDevice && role != RoleRunner {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "unknown role")
	}
	kem, err := hpke.MLKEM768X25519().NewPrivateKey(s[32:])
	if err != nil {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "the HPKE half").Because(err)
	}
	k := &Keys{kem: kem}
	for _, d := range []struct {
		to    *ed25519.PrivateKey
		label string
	}{{&k.sign, labelEnvelopeKey}, {&k.roster, labelRosterKey}, {&k.dpop, labelDPoPKey}} {
		seed, err := hkdf.Key(sha256.New, s[:32], nil, d.label, ed25519.SeedSize)
		if err != nil {
			return nil, session.Errorf(session.CodeKeyFileInvalid, "the Ed25519 half").Because(err)
		}
		*d.to = ed25519.NewKeyFromSeed(seed)
	}
	k.public = PublicKeys{
		Role: role,
		Sign: k.sign.Public().(ed25519.PublicKey), Roster: k.roster.Public().(ed25519.PublicKey),
		DPoP: k.dpop.Public().(ed25519.PublicKey), KEM: kem.PublicKey().Bytes(),
	}
	k.id = k.public.ID()
	return k, nil
}

// Public returns what others may know of the keys.
func (k *Keys) Public() PublicKeys { return k.public }

// ID returns the key id, that of Public.
func (k *Keys) ID() KeyID { return k.id }

// DPoP returns the key for DPoP proofs to the vault (RFC 9449). It signs nothing
// else.
func (k *Keys) DPoP() ed25519.PrivateKey { return k.dpop }

// Format implements fmt.Formatter: no verb prints a secret.
func (k *Keys) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "envelope.Keys(%s %s)", k.public.Role, k.id)
}
