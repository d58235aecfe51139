package vault

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"sessionferry/envelope"
	"sessionferry/session"
)

// enrol makes a principal of the person who owns this vault. Whoever reaches the
// socket is that person.
func (s *Server) enrol(c *call) error {
	var body struct {
		Role Role   `json:"role"`
		Name string `json:"name"`
		Key  []byte `json:"key"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	if body.Role != RoleDevice && body.Role != RoleRunner {
		return session.Errorf(session.CodeRequestInvalid, "the role is device or runner")
	}
	if !isName(body.Name) {
		return session.Errorf(session.CodeRequestInvalid, "the name is 1 to 100 bytes without control characters")
	}
	keys, err := envelope.ParsePublicKeys(body.Key)
	if err != nil {
		return err
	}
	if keys.Role.String() != string(body.Role) {
		return session.Errorf(session.CodeKeyFileInvalid, "the key is a %s's", keys.Role)
	}
	p, err := s.cfg.Store.Enrol(c.r.Context(), Enrolment{Role: body.Role, Name: body.Name, Keys: body.Key, Key: keys.DPoP})
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, struct {
		Vault     string     `json:"vault"`
		Workspace session.ID `json:"workspace"`
		Person    session.ID `json:"person"`
		Principal session.ID `json:"principal"`
	}{s.url, p.Workspace, p.Person, p.ID})
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
