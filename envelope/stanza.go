package envelope

import (
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"slices"

	"sessionferry/session"
)

// appendStanza seals the data key to one recipient.
func appendStanza(b []byte, to PublicKeys, id KeyID, header, dataKey []byte) ([]byte, error) {
	pk, err := hpke.MLKEM768X25519().NewPublicKey(to.KEM)
	if err != nil {
		return nil, session.Errorf(session.CodeEnvelopeRecipient, "a recipient's key cannot be used").Because(err)
	}
	s, err := hpke.Seal(pk, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), stanzaInfo(header, id), dataKey)
	if err != nil {
		return nil, session.Errorf(session.CodeEnvelopeRecipient, "a recipient's key cannot be used").Because(err)
	}
	return append(b, s...), nil
}

// openStanza is the inverse for the key k, and checks the commitment: without
// it, a sender could make one payload that opens differently for two recipients.
func openStanza(stanza []byte, k *Keys, header []byte) ([]byte, error) {
	dataKey, err := hpke.Open(k.kem, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), stanzaInfo(header, k.id), stanza)
	if err != nil || len(dataKey) != dataKeySize {
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the stanza does not open").Because(err)
	}
	want := commit(dataKey, header)
	if subtle.ConstantTimeCompare(want[:], header[commitmentAt:][:commitmentSize]) != 1 {
		clear(dataKey)
		return nil, session.Errorf(session.CodeEnvelopeInvalid, "the data key is not the committed one")
	}
	return dataKey, nil
}

// stanzaInfo binds a stanza to the header, and so to the sender, the context and
// the generation, and to the one recipient.
func stanzaInfo(header []byte, id KeyID) []byte {
	h := sha512.Sum512(header)
	return slices.Concat([]byte(labelStanza), h[:], id[:])
}

// commit returns the commitment to a data key under the header without its
// commitment field.
func commit(dataKey, header []byte) [32]byte {
	h := sha512.New()
	h.Write(header[:commitmentAt])
	h.Write(header[commitmentAt+commitmentSize:])
	out, err := hkdf.Key(sha256.New, dataKey, nil, labelCommit+string(h.Sum(nil)), commitmentSize)
	if err != nil {
		panic("envelope: HKDF gives 32 bytes")
	}
	return [32]byte(out)
}
