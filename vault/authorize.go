package vault

import (
	"bytes"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"sessionferry/internal/dpop"
	"sessionferry/session"
)

// maxClock is how far a program's clock may be from the vault's.
const maxClock = 10 * time.Minute

// maxProofID is the longest id of a proof.
const maxProofID = 64

// authorize finds out who calls, and whether the route is for them: a program by
// its token and a proof of its key, a person by the cookie of a web session.
func (s *Server) authorize(c *call, access Access) (err error) {
	if access == AccessAnyone {
		return nil
	}
	if c.r.Header.Get("Authorization") == "" && access.Admits(RoleWeb) {
		c.by, err = s.webSession(c)
	} else {
		c.by, err = s.program(c)
	}
	switch {
	case err != nil:
		return err
	case !access.Admits(c.by.Role):
		return session.Errorf(session.CodeWrongRole, "only %s may do this", access)
	case access.Admin() && !c.by.Admin:
		return session.Errorf(session.CodeNotAdmin, "")
	case access.Fresh() && s.cfg.Now().Sub(c.by.Proved) > WebProved:
		return session.Errorf(session.CodeStepUpNeeded, "")
	}
	return nil
}

// program returns the program whose token and proof came with a request.
func (s *Server) program(c *call) (p Principal, err error) {
	token, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), dpop.Scheme+" ")
	if !ok || len(token) != tokenLength {
		return p, session.Errorf(session.CodeUnauthorized, "")
	}
	proof, err := s.proof(c, token)
	if err != nil {
		return p, err
	}
	if p, err = s.cfg.Store.Authenticate(c.r.Context(), sha256.Sum256([]byte(token))); err != nil {
		return p, err
	}
	if !bytes.Equal(p.Key, proof.Key) { // a token without its key is worth nothing
		return p, session.Errorf(session.CodeUnauthorized, "")
	}
	if changes(c.r.Method) {
		p.Once = onceOf(proof)
	}
	return p, nil
}

// proof checks the proof that came with a request and a token ("" for none).
func (s *Server) proof(c *call, token string) (dpop.Proof, error) {
	text := c.r.Header.Values(dpop.Header)
	if len(text) != 1 {
		return dpop.Proof{}, session.Errorf(session.CodeProofInvalid, "there is not one proof")
	}
	p, err := dpop.Parse(text[0])
	if err != nil {
		return p, err
	}
	now := s.cfg.Now()
	age, ours := s.nonces.age(p.Nonce, now)
	if !ours || age > NonceTime/2 {
		c.w.Header().Set(dpop.HeaderNonce, s.nonces.make(now))
	}
	want := ""
	if token != "" {
		want = dpop.TokenHash(token)
	}
	off := now.Sub(p.Issued)
	switch {
	case p.Method != c.r.Method || p.URL != s.url+c.r.URL.EscapedPath():
		return p, session.Errorf(session.CodeProofInvalid, "it was made for another request")
	case p.Token != want:
		return p, session.Errorf(session.CodeProofInvalid, "it was made for another token")
	case p.ID == "" || len(p.ID) > maxProofID:
		return p, session.Errorf(session.CodeProofInvalid, "its id is 1 to %d bytes", maxProofID)
	case off > maxClock || off < -maxClock:
		return p, session.Errorf(session.CodeClockWrong, "")
	case !ours || age <= -NonceTime || age >= NonceTime: // one of another process may be a little ahead
		return p, session.Errorf(session.CodeNonceNeeded, "")
	}
	return p, nil
}

// onceOf names a proof among all proofs of all keys.
func onceOf(p dpop.Proof) [32]byte { return hashOf(p.ID, string(p.Key)) }

// changes reports whether requests of a method change something. Nothing is
// stored for those that do not: a read that is sent again within its nonce's time
// is answered again.
func changes(method string) bool { return method != http.MethodGet && method != http.MethodHead }
