package password

import (
	"crypto/rand"
	"errors"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/crypto/chacha20poly1305"
)

// period is the length of a time step in seconds, as authenticator apps have it.
const period = 30

// NewTOTP makes a secret for one-time codes (RFC 6238). Its URL is for an
// authenticator app to read, as text or as a QR code.
func NewTOTP(account string) (*otp.Key, error) {
	return totp.Generate(totp.GenerateOpts{Issuer: "Sessionferry", AccountName: account, Period: period})
}

// Step returns the time step whose code this is, the one of now or a neighbour;
// 0 for none. The caller sees to it that no step is taken twice.
func Step(secret, code string, now time.Time) int64 {
	at := now.Unix() / period
	for _, step := range []int64{at, at - 1, at + 1} {
		ok, err := hotp.ValidateCustom(code, uint64(step), secret, hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err == nil && ok {
			return step
		}
	}
	return 0
}

// Seal seals a one-time secret by the key of a password.
func Seal(k Key, secret string) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails: crypto/rand aborts the program instead
	return aead.Seal(nonce, nonce, []byte(secret), nil), nil
}

// Open opens what Seal made.
func Open(k Key, sealed []byte) (string, error) {
	aead, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		return "", err
	}
	if len(sealed) < aead.NonceSize() {
		return "", errors.New("a one-time secret is too short")
	}
	n := aead.NonceSize()
	secret, err := aead.Open(nil, sealed[:n], sealed[n:], nil)
	return string(secret), err
}
