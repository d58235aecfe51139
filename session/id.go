package session

import (
	"crypto/rand"
	"encoding/base32"
)

// ID is an opaque identifier of a workspace, person, account, device, runner or
// session: 16 random bytes. Its text form, used in JSON and in URLs, is 26
// characters of lower-case base32 without padding. It carries no meaning.
type ID [16]byte

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID returns a fresh random ID.
func NewID() ID {
	var id ID
	_, _ = rand.Read(id[:]) // never fails: crypto/rand aborts the program instead
	return id
}

// ParseID reads the text form. It accepts exactly what String writes.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != idEncoding.EncodedLen(len(id)) {
		return ID{}, Errorf(CodeMessageInvalid, "an id has 26 characters")
	}
	if n, err := idEncoding.Decode(id[:], []byte(s)); err != nil || n != len(id) || id.String() != s {
		return ID{}, Errorf(CodeMessageInvalid, "an id is lower-case base32")
	}
	return id, nil
}

func (id ID) String() string { return idEncoding.EncodeToString(id[:]) }

// IsZero reports whether the ID is unset.
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := ParseID(string(b))
	if err == nil {
		*id = v
	}
	return err
}

// IsKey reports whether s is 1 to 64 of A-Z a-z 0-9 _ -: the form of idempotency
// keys and of the ids of messages and requests.
func IsKey(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		b := s[i]
		if !('A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '_' || b == '-') {
			return false
		}
	}
	return true
}
