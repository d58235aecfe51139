package vault

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"time"

	"sessionferry/session"
)

// When a batch of the audit log is closed, whichever comes first.
const (
	AuditBatchTime = 10 * time.Second
	AuditBatchRows = 1000
)

// AuditHash is a SHA-256; in JSON it is 64 hexadecimal digits.
type AuditHash [sha256.Size]byte

// String implements fmt.Stringer.
func (h AuditHash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h AuditHash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// ParseAuditHash reads the form of String.
func ParseAuditHash(text string) (h AuditHash, err error) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(h) {
		return h, errors.New("a hash of the audit log has 64 hexadecimal digits")
	}
	return AuditHash(b), nil
}

// AuditRecord is one entry of the whole log, with the person in whose log it
// stands. Batch is the number of the batch that it is in, 0 if none is closed
// over it yet.
type AuditRecord struct {
	AuditEntry
	Owner session.ID `json:"owner,omitzero"`
	Batch int64      `json:"batch,omitzero"`
}

// AuditBatch closes the entries from First to Last. Batches are numbered from 1
// and leave no entry out; Previous is the hash of the batch before, zero for the
// first.
type AuditBatch struct {
	Number   int64     `json:"batch"`
	First    int64     `json:"first"`
	Last     int64     `json:"last"`
	Closed   time.Time `json:"closed"`
	Previous AuditHash `json:"previous"`
	Hash     AuditHash `json:"hash"`
}

// auditLabel keeps a batch's hash from being that of anything else.
const auditLabel = "sessionferry/v1/vault/audit-batch"

// AuditHasher hashes the entries of one batch. docs/api.md has the encoding.
type AuditHasher struct{ sum hash.Hash }

// NewAuditHasher begins the batch that follows the one with the given hash.
func NewAuditHasher(previous AuditHash) *AuditHasher {
	h := &AuditHasher{sha256.New()}
	h.sum.Write(prefixed(nil, []byte(auditLabel)))
	h.sum.Write(prefixed(nil, previous[:]))
	return h
}

// Add hashes the next entry.
func (h *AuditHasher) Add(r AuditRecord) { h.sum.Write(prefixed(nil, r.encode())) }

// Close returns the hash of the batch. Its own Hash and Previous do not count.
func (h *AuditHasher) Close(b AuditBatch) (out AuditHash) {
	h.sum.Write(prefixed(nil, fields(
		auditField{"batch", number(b.Number)}, auditField{"first", number(b.First)}, auditField{"last", number(b.Last)}, auditField{"closed", number(b.Closed.UnixMilli())},
	)))
	h.sum.Sum(out[:0])
	return out
}

// encode is the entry in its one form. What is absent is left out and every field
// has its name, so that a field that a later version adds changes no older hash.
func (r AuditRecord) encode() []byte {
	list := []auditField{
		{"seq", number(r.Seq)}, {"at", number(r.Time.UnixMilli())}, {"owner", id(r.Owner)}, {"action", []byte(r.Action)},
		{"person", id(r.Person)}, {"principal", id(r.Principal)}, {"account", id(r.Account)}, {"subject", id(r.Of)},
		{"share", count(r.Generation.Share)}, {"refresh", count(r.Generation.Refresh)}, {"cause", []byte(r.Cause)},
	}
	if c := r.Consent; c != nil {
		list = append(list, auditField{"consent_text", []byte(c.Text)}, auditField{"consent_at", number(c.Time.UnixMilli())}, auditField{"consent_surface", []byte(c.Surface)})
	}
	list = append(list, auditField{"app", []byte(r.App)}, auditField{"days", count(uint64(r.Days))})
	return fields(list...)
}

type auditField struct {
	name  string
	value []byte
}

// fields writes name and value of each field that is not empty.
func fields(list ...auditField) (b []byte) {
	for _, f := range list {
		if len(f.value) > 0 {
			b = prefixed(prefixed(b, []byte(f.name)), f.value)
		}
	}
	return b
}

// prefixed appends a text behind its length, 8 bytes with the highest first.
func prefixed(b, text []byte) []byte {
	return append(binary.BigEndian.AppendUint64(b, uint64(len(text))), text...)
}

func number(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// count is a number of which zero is the absence.
func count(n uint64) []byte {
	if n == 0 {
		return nil
	}
	return number(int64(n))
}

// id is an id of which zero is the absence.
func id(i session.ID) []byte {
	if i.IsZero() {
		return nil
	}
	return i[:]
}
