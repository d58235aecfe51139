package vault

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"sessionferry/envelope"
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

// isName reports whether a principal's name can be shown in one line.
func isName(s string) bool {
	return s != "" && len(s) <= envelope.MaxName && utf8.ValidString(s) && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// ProofKey returns the key that a program's proofs are signed by, out of
// its keys in their encoded form.
func ProofKey(keys []byte) ([]byte, error) {
	k, err := envelope.ParsePublicKeys(keys)
	return k.DPoP, err
}
