package vault

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// enrolBody is a program that wants to be somebody's.
type enrolBody struct {
	Role Role   `json:"role"`
	Name string `json:"name"`
	Key  []byte `json:"key"`
}

func (b enrolBody) enrolment() (e Enrolment, err error) {
	if b.Role != RoleDevice && b.Role != RoleRunner {
		return e, session.Errorf(session.CodeRequestInvalid, "the role is device or runner")
	}
	if !isName(b.Name) {
		return e, session.Errorf(session.CodeRequestInvalid, "the name is 1 to 100 bytes without control characters")
	}
	keys, err := envelope.ParsePublicKeys(b.Key)
	if err != nil {
		return e, err
	}
	if keys.Role.String() != string(b.Role) {
		return e, session.Errorf(session.CodeKeyFileInvalid, "the key is a %s's", keys.Role)
	}
	return Enrolment{Role: b.Role, Name: b.Name, Keys: b.Key, Key: keys.DPoP}, nil
}

// begin gives a program a code for its person to type (RFC 8628). It proves the
// key that it asks for.
func (s *Server) begin(c *call) error {
	proof, err := s.proof(c, "")
	if err != nil {
		return err
	}
	if err := s.attempt(c.r.Context(), limitBegin, "begin", network(c.r)); err != nil {
		return err
	}
	var body enrolBody
	if err := c.json(&body); err != nil {
		return err
	}
	e, err := body.enrolment()
	if err != nil {
		return err
	}
	if !bytes.Equal(e.Key, proof.Key) {
		return session.Errorf(session.CodeProofInvalid, "it was made by another key")
	}
	text, hash := newToken()
	code := newCode(userCode)
	if err := s.cfg.Store.Begin(c.r.Context(), e, hash, codeHash(code)); err != nil {
		return err
	}
	return c.answer(http.StatusCreated, struct {
		Enrolment string    `json:"enrolment"`
		Code      string    `json:"code"`
		Page      string    `json:"page"`
		Until     time.Time `json:"until"`
		Interval  int       `json:"interval"`
	}{text, code, s.url + "/device", s.cfg.Now().Add(EnrolTime).UTC(), int(EnrolPolling.Seconds())})
}

// enrolled is what a program that was allowed hears.
type enrolled struct {
	Vault     string     `json:"vault"`
	Workspace session.ID `json:"workspace"`
	Person    session.ID `json:"person"`
	Principal session.ID `json:"principal"`
}

func (s *Server) enrolled(p Principal) enrolled { return enrolled{s.url, p.Workspace, p.Person, p.ID} }

// outcome tells a program what its person has said: 202 as long as that is
// nothing.
func (s *Server) outcome(c *call) error {
	proof, err := s.proof(c, "")
	if err != nil {
		return err
	}
	var body struct {
		Enrolment string `json:"enrolment"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	if len(body.Enrolment) != tokenLength { // nobody was given it
		return session.Errorf(session.CodeEnrolmentEnded, "")
	}
	if err := s.attempt(c.r.Context(), limitPoll, "outcome", body.Enrolment); err != nil {
		return err
	}
	p, err := s.cfg.Store.Outcome(c.r.Context(), sha256.Sum256([]byte(body.Enrolment)), proof.Key)
	if err != nil {
		return err
	}
	if p.ID.IsZero() {
		c.w.WriteHeader(http.StatusAccepted)
		return nil
	}
	return c.answer(http.StatusOK, s.enrolled(p))
}

// codeBody is the code that a person has read on a program's screen.
type codeBody struct {
	Code string `json:"code"`
}

// asking is a program that waits, as its person sees it.
type asking struct {
	Role        Role      `json:"role"`
	Name        string    `json:"name"`
	Fingerprint string    `json:"fingerprint"`
	Created     time.Time `json:"created"`
}

func (s *Server) findJSON(c *call) error {
	var body codeBody
	if err := c.json(&body); err != nil {
		return err
	}
	a, err := s.find(c, body.Code)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, a)
}

func (s *Server) find(c *call, code string) (a asking, err error) {
	if err := s.attempt(c.r.Context(), limitCode, "code", c.by.Person.String()); err != nil {
		return a, err
	}
	w, err := s.cfg.Store.Find(c.r.Context(), c.by, codeHash(code))
	if err != nil {
		return a, err
	}
	print, err := fingerprint(w.Keys)
	return asking{w.Role, w.Name, print, w.Created}, err
}

func (s *Server) answerJSON(c *call) error {
	var body struct {
		codeBody
		Allow bool `json:"allow"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	if err := s.answerProgram(c, body.Code, body.Allow); err != nil {
		return err
	}
	return c.noContent()
}

func (s *Server) answerProgram(c *call, code string, allow bool) error {
	if err := s.attempt(c.r.Context(), limitCode, "code", c.by.Person.String()); err != nil {
		return err
	}
	if err := s.cfg.Store.Answer(c.r.Context(), c.by, codeHash(code), allow); err != nil {
		return err
	}
	return s.pardon(c.r.Context(), "code", c.by.Person.String())
}

// fingerprint is what a person compares with the program's own screen.
func fingerprint(keys []byte) (string, error) {
	k, err := envelope.ParsePublicKeys(keys)
	if err != nil {
		return "", err
	}
	return k.ID().Fingerprint(), nil
}

// fill adds what the store does not keep.
func (p *Program) fill() (err error) {
	p.Fingerprint, err = fingerprint(p.Keys)
	return err
}

// ownPrograms lists the person's devices and runners.
func (s *Server) ownPrograms(c *call) ([]Program, error) {
	list, err := s.cfg.Store.Programs(c.r.Context(), c.by)
	for i := range list {
		err = errors.Join(err, list[i].fill())
	}
	return list, err
}

func (s *Server) programs(c *call) error {
	list, err := s.ownPrograms(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, struct {
		Programs []Program `json:"programs"`
	}{list})
}

func (s *Server) revoke(c *call) error {
	id, err := session.ParseID(c.r.PathValue("program"))
	if err != nil {
		return c.noContent() // it has ended, or never was
	}
	if err := s.cfg.Store.Revoke(c.r.Context(), c.by, id); err != nil {
		return err
	}
	return c.noContent()
}
