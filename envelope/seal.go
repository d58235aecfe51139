package envelope

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"io"
	"slices"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"sessionferry/session"
)

// Seal makes a share: encode writes the bundle's JSON, which is compressed,
// padded and sealed to every key in to, and the device's keys sign it.
//
// The caller sets the header's Workspace, Account, App, Session, Generation,
// Created, Cap, NotAfter and Consent; the rest is set here. A NotAfter that is
// zero or beyond Cap becomes Cap. encode is called once; its error is returned
// as it is. Beyond the bundle and what encode takes, Seal holds one buffer of
// the envelope's size.
//
// Errors: session.CodeEnvelopeInvalid for a header that the format refuses,
// CodeEnvelopeSender for keys that are no device's, CodeEnvelopeRecipient for a
// missing, double or unusable recipient, CodeBundleTooLarge.
func Seal(h Header, from *Keys, to []PublicKeys, encode func(io.Writer) error) (*Envelope, error) {
	if from.public.Role != RoleDevice {
		return nil, session.Errorf(session.CodeEnvelopeSender, "only a device shares")
	}
	h.Origin, h.share = OriginShare, nil
	return seal(h, from, to, encode)
}

// Refresh is what a refresh changes of the envelope before it. Everything else
// is copied.
type Refresh struct {
	Created  time.Time
	NotAfter time.Time // zero or beyond Cap becomes Cap
}

// SealRefresh makes a refresh: a runner hands a session back that it opened from
// prev, a share or a refresh that Open has accepted. The generation's second
// number is one above prev's; the recipients are those of prev, and to must hold
// the keys of all of them (more do no harm). Otherwise it is as Seal, with keys
// that are a runner's.
func SealRefresh(prev *Envelope, change Refresh, from *Keys, to []PublicKeys, encode func(io.Writer) error) (*Envelope, error) {
	if from.public.Role != RoleRunner {
		return nil, session.Errorf(session.CodeEnvelopeSender, "only a runner refreshes")
	}
	h := *prev.h
	if h.Origin == OriginShare {
		h.share = &embedded{
			header: bytes.Clone(prev.headerBytes()), parsed: prev.h,
			rest: sha512.Sum512(prev.rest()), signature: [64]byte(prev.signature()),
		}
	}
	h.Origin = OriginRefresh
	h.Generation.Refresh++
	h.Created, h.NotAfter = change.Created, change.NotAfter
	named := make([]PublicKeys, 0, len(h.Recipients))
	for _, p := range to {
		if slices.Contains(h.Recipients, p.ID()) {
			named = append(named, p)
		}
	}
	if len(named) != len(h.Recipients) {
		return nil, session.Errorf(session.CodeEnvelopeRecipient, "the key of a recipient is missing")
	}
	return seal(h, from, named, encode)
}

// seal completes the header, then fills one buffer from front to back: header,
// room for the signature, nonce, payload, stanzas. Only the signature needs what
// comes after it.
func seal(h Header, from *Keys, to []PublicKeys, encode func(io.Writer) error) (*Envelope, error) {
	h.Created, h.Cap, h.NotAfter, h.Consent.Time = seconds(h.Created), seconds(h.Cap), seconds(h.NotAfter), seconds(h.Consent.Time)
	if !inRange(h.NotAfter) || h.NotAfter.After(h.Cap) {
		h.NotAfter = h.Cap
	}
	h.Sender = from.id
	to, h.Recipients = byID(to)
	if len(to) == 0 || len(to) > MaxRecipients || len(slices.Compact(slices.Clone(h.Recipients))) != len(to) {
		return nil, session.Errorf(session.CodeEnvelopeRecipient, "1 to %d recipients, each once", MaxRecipients)
	}
	if err := h.check(); err != nil {
		return nil, err
	}
	dataKey := make([]byte, dataKeySize)
	defer clear(dataKey)
	_, _ = rand.Read(dataKey) // never fails: crypto/rand aborts the program instead

	h.Commitment = [32]byte{}
	header := h.marshal()
	h.Commitment = commit(dataKey, header)
	copy(header[commitmentAt:], h.Commitment[:])

	prefix := len(header) + signatureSize + nonceSize + 4
	out := newBucket(prefix, tagSize+len(to)*stanzaSize)
	out.b = append(append(out.b, header...), make([]byte, signatureSize+nonceSize+4)...)
	if err := compress(out, encode); err != nil {
		return nil, err
	}
	b := out.b
	nonce := b[len(header)+signatureSize:][:nonceSize]
	_, _ = rand.Read(nonce)
	binary.BigEndian.PutUint32(b[prefix-4:], uint32(len(b)-prefix+tagSize))
	b = sealPayload(b, prefix, dataKey, nonce, header)
	for i := range to {
		var err error
		if b, err = appendStanza(b, to[i], h.Recipients[i], header, dataKey); err != nil {
			return nil, err
		}
	}
	rest := sha512.Sum512(b[len(header)+signatureSize:])
	copy(b[len(header):], ed25519.Sign(from.sign, signed(header, rest)))
	return &Envelope{b: b, header: len(header), h: &h}, nil
}

// sealPayload seals b[prefix:] in place.
func sealPayload(b []byte, prefix int, dataKey, nonce, header []byte) []byte {
	aead, err := chacha20poly1305.NewX(dataKey)
	if err != nil {
		panic("envelope: a data key has 32 bytes")
	}
	return aead.Seal(b[:prefix], nonce, b[prefix:], header)
}

// byID sorts the recipients into the header's order.
func byID(to []PublicKeys) ([]PublicKeys, []KeyID) {
	type pair struct {
		id   KeyID
		keys PublicKeys
	}
	pairs := make([]pair, len(to))
	for i, p := range to {
		pairs[i] = pair{p.ID(), p}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return compareIDs(a.id, b.id) })
	keys, out := make([]PublicKeys, len(to)), make([]KeyID, len(to))
	for i, p := range pairs {
		keys[i], out[i] = p.keys, p.id
	}
	return keys, out
}

func compareIDs(a, b KeyID) int { return bytes.Compare(a[:], b[:]) }
