package envelope

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/mlkem"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"testing"

	"github.com/c2sp/wycheproof"
	"golang.org/x/crypto/chacha20poly1305"
)

// hexed is bytes as hexadecimal text.
type hexed []byte

func (h *hexed) UnmarshalText(b []byte) error {
	v, err := hex.DecodeString(string(b))
	*h = v
	return err
}

// wycheproofCase holds the fields of all the schemas that are used here.
type wycheproofCase struct {
	ID      int    `json:"tcId"`
	Comment string `json:"comment"`
	Result  string `json:"result"` // valid, invalid or acceptable

	Key, IV, AAD, Msg, CT, Tag hexed // AEAD; Msg also for Ed25519
	Sig                        hexed
	IKM, Salt, Info, OKM       hexed
	Size                       int
	Public, Private, Shared    hexed
	Seed, EK, C, K             hexed
}

type wycheproofGroup struct {
	PublicKey struct{ PK hexed } `json:"publicKey"`
	Tests     []wycheproofCase   `json:"tests"`
}

// wycheproofFile runs check on every case of a file. check reports whether the
// primitive accepts the case and gives the result that it names.
func wycheproofFile(t *testing.T, name string, check func(g wycheproofGroup, c wycheproofCase) bool) {
	t.Helper()
	var file struct {
		Groups []wycheproofGroup `json:"testGroups"`
	}
	must(t, json.Unmarshal(must1(fs.ReadFile(wycheproof.TestVectors, name))(t), &file))
	n := 0
	for _, g := range file.Groups {
		for _, c := range g.Tests {
			n++
			if ok := check(g, c); ok != (c.Result == "valid") && c.Result != "acceptable" {
				t.Errorf("%s, case %d (%s): accepted %v, want %s", name, c.ID, c.Comment, ok, c.Result)
			}
		}
	}
	if n < 80 {
		t.Errorf("%s has %d cases", name, n)
	}
}

func TestWycheproofXChaCha20Poly1305(t *testing.T) {
	wycheproofFile(t, "xchacha20_poly1305_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		aead, err := chacha20poly1305.NewX(c.Key)
		if err != nil || len(c.IV) != aead.NonceSize() {
			return false
		}
		sealed := append(bytes.Clone(c.CT), c.Tag...)
		got, err := aead.Open(nil, c.IV, sealed, c.AAD)
		return err == nil && bytes.Equal(got, c.Msg) && bytes.Equal(aead.Seal(nil, c.IV, c.Msg, c.AAD), sealed)
	})
}

// The AEAD within HPKE.
func TestWycheproofChaCha20Poly1305(t *testing.T) {
	wycheproofFile(t, "chacha20_poly1305_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		aead, err := chacha20poly1305.New(c.Key)
		if err != nil || len(c.IV) != aead.NonceSize() {
			return false
		}
		got, err := aead.Open(nil, c.IV, append(bytes.Clone(c.CT), c.Tag...), c.AAD)
		return err == nil && bytes.Equal(got, c.Msg)
	})
}

func TestWycheproofEd25519(t *testing.T) {
	wycheproofFile(t, "ed25519_test.json", func(g wycheproofGroup, c wycheproofCase) bool {
		return len(g.PublicKey.PK) == ed25519.PublicKeySize && ed25519.Verify(ed25519.PublicKey(g.PublicKey.PK), c.Msg, c.Sig)
	})
}

func TestWycheproofHKDF(t *testing.T) {
	wycheproofFile(t, "hkdf_sha256_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		got, err := hkdf.Key(sha256.New, c.IKM, c.Salt, string(c.Info), c.Size)
		return err == nil && bytes.Equal(got, c.OKM)
	})
}

// A point of small order is acceptable to the vectors and must not be to us: it
// gives no secret.
func TestWycheproofX25519(t *testing.T) {
	wycheproofFile(t, "x25519_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		private := must1(ecdh.X25519().NewPrivateKey(c.Private))(t)
		public := must1(ecdh.X25519().NewPublicKey(c.Public))(t)
		got, err := private.ECDH(public)
		zero := bytes.Equal(c.Shared, make([]byte, 32))
		if (err != nil) != zero || err == nil && !bytes.Equal(got, c.Shared) || contributes(c.Public) == zero {
			t.Errorf("case %d (%s): %v", c.ID, c.Comment, err)
		}
		return err == nil
	})
}

func TestWycheproofMLKEM(t *testing.T) {
	wycheproofFile(t, "mlkem_768_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		k, err := mlkem.NewDecapsulationKey768(c.Seed)
		if err != nil || !bytes.Equal(k.EncapsulationKey().Bytes(), c.EK) {
			return false
		}
		got, err := k.Decapsulate(c.C)
		return err == nil && bytes.Equal(got, c.K)
	})
	wycheproofFile(t, "mlkem_768_keygen_seed_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		k, err := mlkem.NewDecapsulationKey768(c.Seed)
		return err == nil && bytes.Equal(k.EncapsulationKey().Bytes(), c.EK)
	})
	wycheproofFile(t, "mlkem_768_encaps_test.json", func(_ wycheproofGroup, c wycheproofCase) bool {
		_, err := mlkem.NewEncapsulationKey768(c.EK)
		return err == nil
	})
}
