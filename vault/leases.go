package vault

import (
	"net/http"
	"slices"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

func (s *Server) lease(c *call) error {
	id, err := c.pathID("id")
	if err != nil {
		return err
	}
	var body struct {
		Seen session.Generation `json:"seen"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	l, err := s.cfg.Store.Lease(c.r.Context(), c.by, id, body.Seen)
	if err != nil {
		return err
	}
	return c.answerLease(http.StatusCreated, l)
}

func (c *call) answerLease(status int, l Lease) error {
	return c.answer(status, struct {
		Lease   session.ID      `json:"lease"`
		Until   time.Time       `json:"until"`
		Account session.Account `json:"account"`
		Share   uint64          `json:"share,omitempty"`
	}{l.ID, l.Until, l.Account, l.Share})
}

// leaseID reads the lease of the path. One that is none has ended.
func (c *call) leaseID() (session.ID, error) {
	id, err := session.ParseID(c.r.PathValue("lease"))
	if err != nil {
		return id, session.Errorf(session.CodeLeaseEnded, "")
	}
	return id, nil
}

func (s *Server) leasedEnvelope(c *call) error {
	id, err := c.leaseID()
	if err != nil {
		return err
	}
	return s.answerLarge(c, MediaType, func() ([]byte, error) {
		sealed, err := s.cfg.Store.LeasedEnvelope(c.r.Context(), c.by, id)
		if err != nil {
			return nil, err
		}
		e, err := envelope.Join(sealed.Rest, sealed.Stanzas)
		if err != nil {
			return nil, session.Errorf(session.CodeInternal, "").Because(err) // it was whole when it came
		}
		return e.Bytes(), nil
	})
}

// reportBody is what a runner says of a session.
type reportBody struct {
	Result string        `json:"result"`
	Cause  session.Cause `json:"cause"`
}

// invalidCauses are what a runner can find wrong with a session.
var invalidCauses = []session.Cause{session.CauseSignedOut, session.CauseWrongAccount, session.CauseBound}

func (b reportBody) report() (r Report, err error) {
	switch {
	case b.Result == "used" && b.Cause == "":
	case b.Result == "confirmed" && b.Cause == "":
		r.Confirmed = true
	case b.Result == "invalid" && slices.Contains(invalidCauses, b.Cause):
		r.Invalid, r.Cause = true, b.Cause
	default:
		err = session.Errorf(session.CodeRequestInvalid, "the result is used, confirmed, or invalid with its cause")
	}
	return r, err
}

func (s *Server) report(c *call) error {
	id, err := c.leaseID()
	if err != nil {
		return err
	}
	var body reportBody
	if err := c.json(&body); err != nil {
		return err
	}
	r, err := body.report()
	if err != nil {
		return err
	}
	st, err := s.cfg.Store.Report(c.r.Context(), c.by, id, r)
	if err != nil {
		return err
	}
	return c.answerStatus(http.StatusOK, st)
}

func (s *Server) endLease(c *call) error {
	id, err := c.leaseID()
	if err != nil {
		return err
	}
	if err := s.cfg.Store.EndLease(c.r.Context(), c.by, id); err != nil {
		return err
	}
	return c.noContent()
}
