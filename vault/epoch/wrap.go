package epoch

import (
	"crypto/rand"
	"errors"

	"golang.org/x/crypto/chacha20poly1305"

	"sessionferry/session"
)

// Labels keep a wrapped record key from ever being read as wrapped stanzas.
const (
	labelKey     = "sessionferry/v1/vault/record-key"
	labelStanzas = "sessionferry/v1/vault/stanzas"
)

// ErrUnwrap is a wrapped text that the key does not open or that was made for
// another place.
var ErrUnwrap = errors.New("a wrapped record does not open")

// Place is what a wrapped text is bound to: it opens nowhere else.
type Place struct {
	Account session.ID
	Session session.ID
}

func (p Place) data(label string) []byte {
	b := append([]byte(label), 0)
	b = append(b, p.Account[:]...)
	return append(b, p.Session[:]...)
}

// NewRecordKey returns a fresh random record key.
func NewRecordKey() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails: crypto/rand aborts the program instead
	return key
}

// WrapKey wraps a record key by an epoch key.
func WrapKey(epoch, record []byte, p Place) ([]byte, error) {
	return seal(epoch, record, p.data(labelKey))
}

// UnwrapKey is the inverse of WrapKey, or ErrUnwrap.
func UnwrapKey(epoch, wrapped []byte, p Place) ([]byte, error) {
	return open(epoch, wrapped, p.data(labelKey))
}

// WrapStanzas wraps an envelope's stanzas by their record key.
func WrapStanzas(record, stanzas []byte, p Place) ([]byte, error) {
	return seal(record, stanzas, p.data(labelStanzas))
}

// UnwrapStanzas is the inverse of WrapStanzas, or ErrUnwrap.
func UnwrapStanzas(record, wrapped []byte, p Place) ([]byte, error) {
	return open(record, wrapped, p.data(labelStanzas))
}

// seal returns nonce ‖ XChaCha20-Poly1305(key, nonce, text, data). The nonce is
// random: 24 bytes are long enough for that.
func seal(key, text, data []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, aead.NonceSize(), aead.NonceSize()+len(text)+aead.Overhead())
	_, _ = rand.Read(out)
	return aead.Seal(out, out, text, data), nil
}

func open(key, wrapped, data []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, err
	}
	if len(wrapped) < aead.NonceSize() {
		return nil, ErrUnwrap
	}
	text, err := aead.Open(nil, wrapped[:aead.NonceSize()], wrapped[aead.NonceSize():], data)
	if err != nil {
		return nil, ErrUnwrap
	}
	return text, nil
}
