package dpop

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/go-jose/go-jose/v4"

	"sessionferry/session"
)

// proofType is the media type that RFC 9449 gives a proof.
const proofType = "dpop+jwt"

// maxProof is far above the length of a proof of ours, which is about 500 bytes.
const maxProof = 4 << 10

// Proof is what a proof says of the request that it was made for.
type Proof struct {
	Key    ed25519.PublicKey // whose signature it bears
	ID     string            // never used twice
	Method string
	URL    string // without query and fragment
	Issued time.Time
	Nonce  string // the vault's; "" before the first
	Token  string // TokenHash of the token that goes with it; "" without one
}

// claims is a proof's payload.
type claims struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"`
	Issued int64  `json:"iat"`
	Nonce  string `json:"nonce,omitempty"`
	Token  string `json:"ath,omitempty"`
}

// TokenHash is what a proof says of a token: its SHA-256 in base64url.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Sign makes the proof in its compact form. p.Key is not looked at.
func Sign(key ed25519.PrivateKey, p Proof) (string, error) {
	options := (&jose.SignerOptions{EmbedJWK: true}).WithType(proofType)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: key}, options)
	if err != nil {
		return "", err
	}
	payload, err := session.Marshal(claims{p.ID, p.Method, p.URL, p.Issued.Unix(), p.Nonce, p.Token})
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// Parse reads a proof and verifies its signature by the key that it carries. The
// error is session.CodeProofInvalid.
func Parse(text string) (Proof, error) {
	invalid := session.Errorf(session.CodeProofInvalid, "")
	if len(text) > maxProof {
		return Proof{}, invalid
	}
	signed, err := jose.ParseSignedCompact(text, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return Proof{}, invalid.Because(err)
	}
	header := signed.Signatures[0].Protected
	if header.ExtraHeaders[jose.HeaderType] != proofType || header.JSONWebKey == nil {
		return Proof{}, invalid
	}
	key, ok := header.JSONWebKey.Key.(ed25519.PublicKey)
	if !ok {
		return Proof{}, invalid
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return Proof{}, invalid.Because(err)
	}
	var c claims
	if err := session.UnmarshalLoose(payload, &c, session.CodeProofInvalid); err != nil {
		return Proof{}, err
	}
	return Proof{key, c.ID, c.Method, c.URL, time.Unix(c.Issued, 0).UTC(), c.Nonce, c.Token}, nil
}
