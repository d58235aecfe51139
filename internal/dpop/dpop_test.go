package dpop

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func newKey(t testing.TB) (ed25519.PublicKey, ed25519.PrivateKey) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return public, private
}

func TestProofSaysWhatItWasMadeFor(t *testing.T) {
	public, private := newKey(t)
	want := Proof{Key: public, ID: "one", Method: "PUT", URL: "https://vault.example/v1/x", Issued: time.Unix(1_800_000_000, 0).UTC(), Nonce: "n", Token: TokenHash("t")}
	text, err := Sign(private, want)
	require.NoError(t, err)
	require.Less(t, len(text), maxProof/4)
	got, err := Parse(text)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// TestParseRefuses: each is a proof that a careless reader would take.
func TestParseRefuses(t *testing.T) {
	_, private := newKey(t)
	good, err := Sign(private, Proof{ID: "one", Method: "GET", URL: "https://vault.example/"})
	require.NoError(t, err)
	sign := func(alg jose.SignatureAlgorithm, key any, o *jose.SignerOptions) string {
		s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
		require.NoError(t, err)
		signed, err := s.Sign([]byte(`{"jti":"one","htm":"GET","htu":"https://vault.example/","iat":1}`))
		require.NoError(t, err)
		text, err := signed.CompactSerialize()
		require.NoError(t, err)
		return text
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	parts := strings.Split(good, ".")
	for name, text := range map[string]string{
		"empty":             "",
		"no proof":          "x.y.z",
		"too long":          good + strings.Repeat("A", maxProof),
		"no signature":      parts[0] + "." + parts[1] + ".",
		"another signature": parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"another payload":   parts[0] + ".e30." + parts[2],
		"another type":      sign(jose.EdDSA, private, (&jose.SignerOptions{EmbedJWK: true}).WithType("JWT")),
		"no key":            sign(jose.EdDSA, private, (&jose.SignerOptions{}).WithType(proofType)),
		"another algorithm": sign(jose.ES256, ec, (&jose.SignerOptions{EmbedJWK: true}).WithType(proofType)),
		"a shared secret":   sign(jose.HS256, []byte(strings.Repeat("k", 32)), (&jose.SignerOptions{}).WithType(proofType)),
	} {
		_, err := Parse(text)
		require.Equal(t, session.CodeProofInvalid, session.CodeOf(err), name)
	}
}

func TestProverFollowsTheNonce(t *testing.T) {
	public, private := newKey(t)
	p := NewProver(private, "https://vault.example")
	prove := func(token string) (Proof, *http.Request) {
		r := httptest.NewRequest("GET", "https://elsewhere.example/v1/a%20b?seen=1.0", nil)
		require.NoError(t, p.Prove(r, token))
		got, err := Parse(r.Header.Get(Header))
		require.NoError(t, err)
		return got, r
	}
	first, r := prove("")
	require.Equal(t, "https://vault.example/v1/a%20b", first.URL)
	require.Empty(t, first.Nonce)
	require.Empty(t, r.Header.Get("Authorization"))

	answer := &http.Response{StatusCode: 401, Header: http.Header{"Www-Authenticate": {`DPoP error="use_dpop_nonce"`}}}
	require.False(t, p.Learn(answer), "there is no nonce to try again with")
	answer.Header.Set(HeaderNonce, "fresh")
	require.True(t, p.Learn(answer))
	second, r := prove("token")
	require.Equal(t, "fresh", second.Nonce)
	require.Equal(t, TokenHash("token"), second.Token)
	require.Equal(t, "DPoP token", r.Header.Get("Authorization"))
	require.NotEqual(t, first.ID, second.ID)
	require.Equal(t, public, second.Key)

	require.False(t, p.Learn(&http.Response{StatusCode: 200, Header: http.Header{"Dpop-Nonce": {"later"}}}))
	third, _ := prove("token")
	require.Equal(t, "later", third.Nonce)
}

func FuzzParse(f *testing.F) {
	_, private := newKey(f)
	good, err := Sign(private, Proof{ID: "one", Method: "GET", URL: "https://vault.example/"})
	require.NoError(f, err)
	f.Add(good)
	f.Add("e30.e30.e30")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			require.Equal(t, session.CodeProofInvalid, session.CodeOf(err))
			return
		}
		require.Len(t, p.Key, ed25519.PublicKeySize)
	})
}

func BenchmarkParse(b *testing.B) {
	_, private := newKey(b)
	text, err := Sign(private, Proof{ID: "one", Method: "GET", URL: "https://vault.example/", Nonce: strings.Repeat("n", 32), Token: TokenHash("t")})
	require.NoError(b, err)
	for b.Loop() {
		if _, err := Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
