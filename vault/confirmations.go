package vault

import (
	"net/http"
	"time"

	"sessionferry/envelope"
	"sessionferry/session"
)

// maxWait is how many seconds a runner may wait in one call.
const maxWait = 50

// lookAgain is how often a waiting call looks for shares that no arrival told
// of: those whose lease has ended or was given back, and other processes'.
const lookAgain = 2 * time.Second

// waitBody is how many seconds a runner wants to wait.
type waitBody struct {
	Wait int `json:"wait"`
}

func (b waitBody) duration() (time.Duration, error) {
	if b.Wait < 0 || b.Wait > maxWait {
		return 0, session.Errorf(session.CodeRequestInvalid, "a call waits 0 to %d seconds", maxWait)
	}
	return time.Duration(b.Wait) * time.Second, nil
}

// confirmation leases the next share that waits for the app's word, as soon as
// there is one.
func (s *Server) confirmation(c *call) error {
	var body waitBody
	if err := c.json(&body); err != nil {
		return err
	}
	wait, err := body.duration()
	if err != nil {
		return err
	}
	keys, err := envelope.ParsePublicKeys(c.by.Keys)
	if err != nil {
		return session.Errorf(session.CodeInternal, "").Because(err) // they were checked at the enrolment
	}
	id := keys.ID()
	c.extend(wait + 30*time.Second)
	end := time.NewTimer(wait)
	defer end.Stop()
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for {
		arrival := s.arrivals.wait() // before the look, so that none is missed
		l, err := s.cfg.Store.LeaseWaiting(c.r.Context(), c.by, id[:])
		if err == nil {
			return c.answerLease(http.StatusCreated, l)
		}
		if session.CodeOf(err) != session.CodeSessionNone {
			return err
		}
		select {
		case <-arrival:
		case <-look.C:
		case <-end.C:
			return c.noContent()
		case <-s.stopping:
			return c.noContent()
		case <-c.r.Context().Done():
			return c.noContent()
		}
	}
}
