package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

// nonces makes and checks the nonces of proofs. None is stored: a nonce is the
// time at which it was made, with an HMAC under a key that all processes of the
// database share.
type nonces struct{ key []byte }

const (
	nonceTag  = 16
	nonceSize = 8 + nonceTag
)

func (n nonces) make(now time.Time) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 8+sha256.Size), uint64(now.UnixMilli()))
	return base64.RawURLEncoding.EncodeToString(n.sign(b))
}

// sign appends the tag of b to it.
func (n nonces) sign(b []byte) []byte {
	mac := hmac.New(sha256.New, n.key)
	mac.Write(b)
	return append(b, mac.Sum(nil)[:nonceTag]...)
}

// age tells how old a nonce of ours is.
func (n nonces) age(nonce string, now time.Time) (age time.Duration, ours bool) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != nonceSize || !hmac.Equal(n.sign(b[:8:8]), b) {
		return 0, false
	}
	return now.Sub(time.UnixMilli(int64(binary.BigEndian.Uint64(b)))), true
}
