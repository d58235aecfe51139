package envelope

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/binary"
	"slices"
	"testing"
)

// forge makes envelopes that Seal refuses to make: what a member of the roster
// could send who does not keep to the format.
type forge struct {
	h         Header
	from      *Keys
	to        []PublicKeys
	unsorted  bool   // keep the order of to
	plain     []byte // the padded payload
	committed []byte // the data key committed to, if another than the one used
	edit      func(header []byte)
}

var forgedKey, forgedNonce = bytes.Repeat([]byte{0xA5}, dataKeySize), bytes.Repeat([]byte{0x5A}, nonceSize)

func (f forge) bytes(t testing.TB) []byte {
	t.Helper()
	h, to := f.h, f.to
	if h.Origin == 0 {
		h.Origin = OriginShare
	}
	h.Sender = f.from.id
	h.Recipients = nil
	if !f.unsorted {
		to, _ = byID(to)
	}
	for _, p := range to {
		h.Recipients = append(h.Recipients, p.ID())
	}
	header := h.marshal()
	if f.edit != nil {
		f.edit(header)
	}
	committed := forgedKey
	if f.committed != nil {
		committed = f.committed
	}
	c := commit(committed, header)
	copy(header[commitmentAt:], c[:])

	b := slices.Concat(header, make([]byte, signatureSize), forgedNonce)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.plain)+tagSize))
	prefix := len(b)
	b = sealPayload(append(b, f.plain...), prefix, forgedKey, forgedNonce, header)
	for _, p := range to {
		b = must1(appendStanza(b, p, p.ID(), header, forgedKey))(t)
	}
	return resign(b, f.from)
}

// resign returns b with a fresh signature by k.
func resign(b []byte, k *Keys) []byte {
	b = bytes.Clone(b)
	n := int(binary.BigEndian.Uint32(b[headerLengthAt:]))
	rest := sha512.Sum512(b[n+signatureSize:])
	copy(b[n:], ed25519.Sign(k.sign, signed(b[:n], rest)))
	return b
}

// pack is the padded payload of a bundle.
func pack(t testing.TB, bundle []byte) []byte {
	t.Helper()
	out := newBucket(0, 0)
	must(t, compress(out, writes(bundle)))
	return out.b
}

// repack is a padded payload with lengths of one's own choice.
func repack(declared, length int, member []byte, size int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(declared))
	b = binary.BigEndian.AppendUint32(b, uint32(length))
	b = append(b, member...)
	return append(b, make([]byte, size-len(b))...)
}

// member is the gzip member in a padded payload.
func member(plain []byte) []byte { return plain[payloadPrefix:][:binary.BigEndian.Uint32(plain[4:])] }

// forgeVersion signs a roster version as it stands.
func forgeVersion(r Roster, k *Keys) []byte {
	r.Signer = k.id
	return signBody(r.marshal(), k)
}

func signBody(body []byte, k *Keys) []byte {
	return slices.Concat(body, ed25519.Sign(k.roster, rosterSigned(body)))
}
