package envelope

import (
	"crypto/sha512"
	"encoding/binary"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"

	"sessionferry/session"
)

// Sizes of an envelope's parts in bytes.
const (
	signatureSize = 64
	nonceSize     = chacha20poly1305.NonceSizeX
	tagSize       = chacha20poly1305.Overhead
	stanzaSize    = 1088 + 32 + dataKeySize + tagSize // ML-KEM-768 ciphertext, X25519 share, sealed data key
	dataKeySize   = 32
)

// Envelope is a sealed session: header ‖ signature ‖ nonce ‖ payload ‖ stanzas.
// It is immutable and safe for concurrent use. That one could be made says
// nothing of its signature; see Verify.
type Envelope struct {
	b      []byte
	header int // length of the header
	h      *Header
}

// Parse reads one envelope strictly: every length must fit, every value must be
// possible, nothing may follow and marshalling must give the same bytes again.
// It verifies no signature. It keeps b, which the caller must not change. The
// error has session.CodeEnvelopeInvalid, or session.CodeBundleTooLarge beyond
// MaxEnvelope.
func Parse(b []byte) (*Envelope, error) {
	if len(b) > MaxEnvelope {
		return nil, session.Errorf(session.CodeBundleTooLarge, "%d bytes, an envelope has at most %d", len(b), MaxEnvelope)
	}
	raw, err := cutHeader(b)
	if err != nil {
		return nil, err
	}
	h, err := parseHeader(raw)
	if err != nil {
		return nil, err
	}
	r := reader{b: b[len(raw):]}
	r.bytes(signatureSize)
	r.bytes(nonceSize)
	sealed := int(r.uint32())
	r.bytes(sealed)
	r.bytes(len(h.Recipients) * stanzaSize)
	if !r.done() || !isBucket(sealed-tagSize) {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the parts do not fill the envelope")
	}
	return &Envelope{b: b, header: len(raw), h: h}, nil
}

// Bytes returns the envelope as parsed or sealed. The caller must not change it.
func (e *Envelope) Bytes() []byte { return e.b }

// Header returns a copy of the header.
func (e *Envelope) Header() *Header { return e.h.clone() }

// Split returns the envelope in two parts without copying: everything that may
// rest in the open, and the stanzas, which hold the data key for each recipient
// and which the vault wraps under a key that it can destroy.
func (e *Envelope) Split() (public, stanzas []byte) {
	n := len(e.b) - len(e.h.Recipients)*stanzaSize
	return e.b[:n:n], e.b[n:]
}

// Join is the inverse of Split. It copies, and parses what it joined.
func Join(public, stanzas []byte) (*Envelope, error) {
	if len(public) > MaxEnvelope || len(stanzas) > MaxRecipients*stanzaSize {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "a part is too large")
	}
	return Parse(slices.Concat(public, stanzas))
}

// The parts, as slices of the envelope.
func (e *Envelope) headerBytes() []byte { return e.b[:e.header:e.header] }
func (e *Envelope) signature() []byte   { return e.b[e.header:][:signatureSize] }
func (e *Envelope) rest() []byte        { return e.b[e.header+signatureSize:] }
func (e *Envelope) nonce() []byte       { return e.rest()[:nonceSize] }

func (e *Envelope) payload() []byte {
	p := e.rest()[nonceSize:]
	return p[4:][:binary.BigEndian.Uint32(p)]
}

func (e *Envelope) stanza(i int) []byte {
	_, s := e.Split()
	return s[i*stanzaSize:][:stanzaSize]
}

// signed returns what an envelope's signature covers.
func signed(header []byte, rest [64]byte) []byte {
	h := sha512.Sum512(header)
	return slices.Concat([]byte(labelEnvelope), h[:], rest[:])
}
