package vault

import (
	"net/http"

	"sessionferry/envelope"
	"sessionferry/session"
)

// enrol makes a principal of the person who owns this vault. Whoever reaches the
// socket is that person.
func (s *Server) enrol(c *call) error {
	var body enrolBody
	if err := c.json(&body); err != nil {
		return err
	}
	e, err := body.enrolment()
	if err != nil {
		return err
	}
	p, err := s.cfg.Store.Enrol(c.r.Context(), e)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, s.enrolled(p))
}

// isName reports whether a person or a program may be called so.
func isName(s string) bool { return session.ValidName(s, envelope.MaxName) }

// ProofKey returns the key that a program's proofs are signed by, out of
// its keys in their encoded form.
func ProofKey(keys []byte) ([]byte, error) {
	k, err := envelope.ParsePublicKeys(keys)
	return k.DPoP, err
}
