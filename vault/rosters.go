package vault

import (
	"bytes"
	"net/http"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

func (s *Server) roster(c *call) error {
	return s.answerLarge(c, "application/json", func() ([]byte, error) {
		chain, err := s.cfg.Store.Roster(c.r.Context(), c.by.Person)
		if err != nil {
			return nil, err
		}
		return session.Marshal(struct {
			Versions [][]byte `json:"versions"`
		}{chain})
	})
}

func (s *Server) appendRoster(c *call) error {
	var body struct {
		Version []byte `json:"version"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	chain, err := s.cfg.Store.Roster(c.r.Context(), c.by.Person)
	if err != nil {
		return err
	}
	if n := len(chain); n > 0 && bytes.Equal(chain[n-1], body.Version) { // sent again after a lost answer
		c.w.WriteHeader(http.StatusCreated)
		return nil
	}
	next, err := checkAppend(c.by, chain, body.Version)
	if err != nil {
		return err
	}
	a := RosterAppend{After: len(chain), Version: body.Version}
	if a.Revoked, err = revoked(chain, next, s.cfg.Now()); err != nil {
		return err
	}
	if err := s.cfg.Store.AppendRoster(c.r.Context(), c.by, a); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// restartRoster begins anew for a person who has lost every device.
func (s *Server) restartRoster(c *call) error {
	if err := s.cfg.Store.RestartRoster(c.r.Context(), c.by); err != nil {
		return err
	}
	return c.noContent()
}

// checkAppend verifies the chain with its new version.
func checkAppend(by Principal, chain [][]byte, version []byte) (*envelope.Roster, error) {
	next, _, err := verifyNext(chain, version)
	if err != nil {
		if late(chain, version) {
			return nil, session.Errorf(session.CodeRosterConflict, "the roster has %d versions", len(chain))
		}
		return nil, err
	}
	keys, err := envelope.ParsePublicKeys(by.Keys)
	switch {
	case err != nil:
		return nil, err
	case next.Workspace != by.Workspace || next.Person != by.Person:
		return nil, session.Errorf(session.CodeRosterInvalid, "it is another person's")
	case next.Signer != keys.ID():
		return nil, session.Errorf(session.CodeRosterInvalid, "another device has signed it")
	}
	return next, nil
}

func verifyNext(chain [][]byte, version []byte) (*envelope.Roster, envelope.Hash, error) {
	return envelope.VerifyChain(append(chain[:len(chain):len(chain)], version), envelope.Hash{})
}

// late reports whether the version follows one of the last few instead of the
// newest: another device was faster.
func late(chain [][]byte, version []byte) bool {
	for n := len(chain) - 1; n > 0 && n >= len(chain)-8; n-- {
		if _, _, err := verifyNext(chain[:n], version); err == nil {
			return true
		}
	}
	return false
}

// revoked lists the keys that the chain trusted and the next version does not.
func revoked(chain [][]byte, next *envelope.Roster, now time.Time) ([][]byte, error) {
	if len(chain) == 0 {
		return nil, nil
	}
	last, _, err := envelope.VerifyChain(chain, envelope.Hash{})
	if err != nil {
		return nil, err
	}
	trusted := map[envelope.KeyID]bool{}
	for _, k := range next.Recipients(now) {
		trusted[k.ID()] = true
	}
	var out [][]byte
	for _, e := range last.Entries {
		if id := e.Keys.ID(); !trusted[id] {
			out = append(out, id[:])
		}
	}
	return out, nil
}
