package envelope

import (
	"bytes"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"sessionferry/session"
)

const rosterMagic = "SFRO"

// maxRoster is above any version that the other limits allow.
const maxRoster = 512 << 10

// marshal returns the version without its signature. r has passed check.
func (r *Roster) marshal() []byte {
	b := append(make([]byte, 0, 256+len(r.Entries)*(PublicKeysSize+64)), rosterMagic...)
	b = append(b, formatVersion)
	b = append(b, r.Workspace[:]...)
	b = append(b, r.Person[:]...)
	b = binary.BigEndian.AppendUint64(b, r.Version)
	b = append(b, r.Prev[:]...)
	b = append(b, r.Signer[:]...)
	b = appendTime(b, r.Created)
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.Entries)))
	for _, e := range r.Entries {
		b = e.Keys.appendTo(b)
		if e.NotAfter.IsZero() {
			b = binary.BigEndian.AppendUint64(b, 0)
		} else {
			b = appendTime(b, e.NotAfter)
		}
		revoked := byte(0)
		if e.Revoked {
			revoked = 1
		}
		b = append(b, revoked)
		b = appendText(b, e.Name)
	}
	return b
}

// checkedKeys are the keys that have passed check while a chain is read: most
// stand in every version, and checking one costs far more than naming it.
type checkedKeys map[KeyID]bool

func (c checkedKeys) check(p PublicKeys) error {
	id := p.ID()
	if c[id] {
		return nil
	}
	err := p.check()
	c[id] = err == nil
	return err
}

// parseRoster reads one signed version strictly. It verifies no signature. The
// returned body and signature are slices of b.
func parseRoster(b []byte, checked checkedKeys) (r *Roster, body, signature []byte, err error) {
	bad := session.Errorf(session.CodeRosterInvalid, "a version is not in the expected form")
	if len(b) > maxRoster || len(b) < signatureSize {
		return nil, nil, nil, bad
	}
	body, signature = b[:len(b)-signatureSize], b[len(b)-signatureSize:]
	r = &Roster{hash: HashOf(b)}
	w := reader{b: body}
	if string(w.bytes(4)) != rosterMagic || w.uint8() != formatVersion {
		return nil, nil, nil, bad
	}
	w.into(r.Workspace[:])
	w.into(r.Person[:])
	r.Version = w.uint64()
	w.into(r.Prev[:])
	w.into(r.Signer[:])
	r.Created = unix(w.uint64())
	for range w.uint16() {
		e, err := readEntry(&w, checked)
		if err != nil {
			return nil, nil, nil, err
		}
		r.Entries = append(r.Entries, e)
	}
	if !w.done() {
		return nil, nil, nil, bad
	}
	if err := r.check(); err != nil {
		return nil, nil, nil, err
	}
	if !bytes.Equal(r.marshal(), body) {
		return nil, nil, nil, bad
	}
	return r, body, signature, nil
}

func readEntry(w *reader, checked checkedKeys) (Entry, error) {
	keys, err := decodePublicKeys(w.bytes(PublicKeysSize))
	if err == nil {
		err = checked.check(keys)
	}
	if err != nil {
		return Entry{}, session.Errorf(session.CodeRosterInvalid, "a key").Because(err)
	}
	e := Entry{Keys: keys}
	if end := w.uint64(); end != 0 {
		e.NotAfter = unix(end)
	}
	e.Revoked = w.uint8() == 1
	e.Name = w.text()
	return e, nil
}

// rosterSigned returns what a version's signature covers.
func rosterSigned(body []byte) []byte {
	h := sha512.Sum512(body)
	return slices.Concat([]byte(labelRoster), h[:])
}

// Hash is the SHA-512 of a roster version as signed, its signature included.
// The zero value means none.
type Hash [64]byte

// HashOf returns the hash of one signed version, as Roster.Sign returned it.
func HashOf(b []byte) Hash { return sha512.Sum512(b) }

// IsZero reports whether the hash is unset.
func (h Hash) IsZero() bool { return h == Hash{} }

// String returns 128 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// ParseHash reads what String wrote, but for the hash zero, which names no
// roster.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != 2*len(h) || s != strings.ToLower(s) {
		return Hash{}, session.Errorf(session.CodeMessageInvalid, "a roster's hash has 128 hexadecimal digits")
	}
	if _, err := hex.Decode(h[:], []byte(s)); err != nil || h.IsZero() {
		return Hash{}, session.Errorf(session.CodeMessageInvalid, "a roster's hash has 128 hexadecimal digits")
	}
	return h, nil
}

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(b []byte) error {
	v, err := ParseHash(string(b))
	if err == nil {
		*h = v
	}
	return err
}
