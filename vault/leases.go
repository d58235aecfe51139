package vault

import (
	"net/http"
	"strconv"
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
	if err := checkSeen(body.Seen); err != nil {
		return err
	}
	l, err := s.cfg.Store.Lease(c.r.Context(), c.by, id, body.Seen)
	if err != nil {
		return err
	}
	return c.answer(http.StatusCreated, struct {
		Lease   session.ID      `json:"lease"`
		Until   time.Time       `json:"until"`
		Account session.Account `json:"account"`
	}{l.ID, l.Until, l.Account})
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
	sealed, err := s.cfg.Store.LeasedEnvelope(c.r.Context(), c.by, id)
	if err != nil {
		return err
	}
	e, err := envelope.Join(sealed.Rest, sealed.Stanzas)
	if err != nil {
		return session.Errorf(session.CodeInternal, "").Because(err) // it was whole when it came
	}
	c.extend(uploads)
	c.w.Header().Set("Content-Type", MediaType)
	c.w.Header().Set("Content-Length", strconv.Itoa(len(e.Bytes())))
	_, _ = c.w.Write(e.Bytes()) // the caller has gone away
	return nil
}

func (s *Server) report(c *call) error {
	id, err := c.leaseID()
	if err != nil {
		return err
	}
	var body struct {
		Result string        `json:"result"`
		Cause  session.Cause `json:"cause"`
	}
	if err := c.json(&body); err != nil {
		return err
	}
	var r Report
	switch {
	case body.Result == "used" && body.Cause == "":
	case body.Result == "invalid" && (body.Cause == session.CauseSignedOut || body.Cause == session.CauseWrongAccount):
		r = Report{Invalid: true, Cause: body.Cause}
	default:
		return session.Errorf(session.CodeRequestInvalid, "the result is used, or invalid with its cause")
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
