package dpop

import (
	"crypto/ed25519"
	"net/http"
	"strings"
	"sync"
	"time"

	"sessionferry/session"
)

// Headers of a request and of its answer.
const (
	Header      = "DPoP"
	HeaderNonce = "DPoP-Nonce"
)

// Scheme is the authentication scheme of a token that needs a proof.
const Scheme = "DPoP"

// NonceWanted is the error in WWW-Authenticate that asks for a proof with the
// nonce that came with it.
const NonceWanted = "use_dpop_nonce"

// Prover makes the proofs of one program for one vault. It follows the vault's
// nonces, and is safe for use by several goroutines.
type Prover struct {
	// Now is the clock that proofs are dated by. Change it before the first proof.
	Now func() time.Time

	key  ed25519.PrivateKey
	base string // of the vault, as it names itself

	mu    sync.Mutex
	nonce string
}

// NewProver returns a prover for the vault at base, e.g. "https://vault.example".
func NewProver(key ed25519.PrivateKey, base string) *Prover {
	return &Prover{Now: time.Now, key: key, base: base}
}

// Prove adds a fresh proof to a request and, unless it is "", the token.
func (p *Prover) Prove(r *http.Request, token string) error {
	proof := Proof{ID: session.NewID().String(), Method: r.Method, URL: p.base + r.URL.EscapedPath(), Issued: p.Now(), Nonce: p.last()}
	if token != "" {
		proof.Token = TokenHash(token)
		r.Header.Set("Authorization", Scheme+" "+token)
	}
	text, err := Sign(p.key, proof)
	if err != nil {
		return err
	}
	r.Header.Set(Header, text)
	return nil
}

// Learn takes the nonce from an answer and reports whether the vault refused the
// request only for want of it.
func (p *Prover) Learn(r *http.Response) (again bool) {
	nonce := r.Header.Get(HeaderNonce)
	if nonce == "" {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nonce = nonce
	return r.StatusCode == http.StatusUnauthorized && strings.Contains(r.Header.Get("WWW-Authenticate"), NonceWanted)
}

func (p *Prover) last() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.nonce
}
