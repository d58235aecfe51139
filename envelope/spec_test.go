package envelope_test

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"slices"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

// TestSpecification opens the golden share with docs/envelope.md and nothing of
// the package: offsets, labels and order are written out once more.
func TestSpecification(t *testing.T) {
	read := func(name string) []byte {
		b, err := os.ReadFile("testdata/golden/" + name)
		check(t, err)
		return b
	}
	var facts struct {
		Seeds map[string]string `json:"seeds"`
	}
	check(t, json.Unmarshal(read("facts.json"), &facts))
	runner, err := hex.DecodeString(facts.Seeds["runner"])
	check(t, err)
	laptop, err := hex.DecodeString(facts.Seeds["laptop"])
	check(t, err)

	b := read("share.bin")
	header := b[:binary.BigEndian.Uint32(b[6:])]
	signature, rest := b[len(header):][:64], b[len(header)+64:]
	nonce, length := rest[:24], binary.BigEndian.Uint32(rest[24:])
	payload, stanzas := rest[28:][:length], rest[28+length:]

	// 4: the signature
	h, r := sha512.Sum512(header), sha512.Sum512(rest)
	sign := ed25519Key(t, laptop, "sessionferry/v1/key/envelope")
	if !ed25519.Verify(sign, slices.Concat([]byte("sessionferry/v1/sign"), h[:], r[:]), signature) {
		t.Fatal("the signature does not fit")
	}
	// 9: the recipient
	kem, err := hpke.MLKEM768X25519().NewPrivateKey(runner[32:])
	check(t, err)
	id := sha256.Sum256(slices.Concat([]byte("sessionferry/v1/id"), []byte("SFPK\x01\x02"),
		ed25519Key(t, runner, "sessionferry/v1/key/envelope"), ed25519Key(t, runner, "sessionferry/v1/key/roster"),
		ed25519Key(t, runner, "sessionferry/v1/key/dpop"), kem.PublicKey().Bytes()))
	app, text := int(header[171]), int(header[172+header[171]])
	recipients := header[175+app+text:]
	i := bytes.Index(recipients, id[:]) / 32
	// 10: the stanza and the commitment
	info := slices.Concat([]byte("sessionferry/v1/stanza"), h[:], id[:])
	dataKey, err := hpke.Open(kem, hpke.HKDFSHA256(), hpke.ChaCha20Poly1305(), info, stanzas[1168*i:][:1168])
	check(t, err)
	without := sha512.Sum512(slices.Concat(header[:130], header[162:]))
	commitment, err := hkdf.Key(sha256.New, dataKey, nil, "sessionferry/v1/commit"+string(without[:]), 32)
	check(t, err)
	if !bytes.Equal(commitment, header[130:162]) {
		t.Fatal("the commitment does not fit")
	}
	// 11 and 12: the payload
	aead, err := chacha20poly1305.NewX(dataKey)
	check(t, err)
	plain, err := aead.Open(nil, nonce, payload, header)
	check(t, err)
	zr, err := gzip.NewReader(bytes.NewReader(plain[8:][:binary.BigEndian.Uint32(plain[4:])]))
	check(t, err)
	got, err := io.ReadAll(zr)
	check(t, err)
	if want := read("bundle.json"); !bytes.Equal(got, want) || int(binary.BigEndian.Uint32(plain)) != len(want) {
		t.Error("another session came out")
	}
}

func ed25519Key(t *testing.T, seeds []byte, label string) ed25519.PublicKey {
	t.Helper()
	seed, err := hkdf.Key(sha256.New, seeds[:32], nil, label, 32)
	check(t, err)
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
