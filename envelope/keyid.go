package envelope

import (
	"encoding/base32"
	"encoding/hex"
	"strings"

	"sessionferry/session"
)

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
