package vault

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// tokenLength is the length of a token's text: 32 random bytes in base64url
// without padding.
const tokenLength = 43

func newToken() (text string, hash [32]byte) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: crypto/rand aborts the program instead
	text = base64.RawURLEncoding.EncodeToString(raw)
	return text, sha256.Sum256([]byte(text))
}

// grant gives the program whose key signed the proof a token of short life.
func (s *Server) grant(c *call) error {
	proof, err := s.proof(c, "")
	if err != nil {
		return err
	}
	text, hash := newToken()
	until, err := s.cfg.Store.Grant(c.r.Context(), proof.Key, hash, onceOf(proof))
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, struct {
		Token string    `json:"token"`
		Until time.Time `json:"until"`
	}{text, until})
}
