package vault

import (
	"net/http"

	"sessionferry/envelope"
	"sessionferry/session"
)

func (s *Server) renew(c *call) error {
	id, err := c.leaseID()
	if err != nil {
		return err
	}
	l, err := s.cfg.Store.Renew(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	return c.answerLease(http.StatusOK, l)
}

// refresh takes a session back as it is after its use. The store compares it with
// what is leased; that it descends from the share of a device is in its signatures.
func (s *Server) refresh(c *call) error {
	id, err := c.leaseID()
	if err != nil {
		return err
	}
	// Whose lease it is comes before the body: a stranger's 36 MiB are not read.
	l, err := s.cfg.Store.Leased(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	if l.Share != 0 {
		return session.Errorf(session.CodeRequestInvalid, "a share that waits is not refreshed")
	}
	leave, err := s.largeBody(c)
	if err != nil {
		return err
	}
	defer leave()
	key, body, err := s.sealed(c)
	if err != nil {
		return err
	}
	p, err := parsePut(body, envelope.OriginRefresh, l.Account.ID, s.cfg.Now())
	if err != nil {
		return err
	}
	p.Key = key
	return s.storeSealed(c, p, func(put Put) (PutResult, error) {
		return s.cfg.Store.Refresh(c.r.Context(), c.by, id, put)
	})
}
