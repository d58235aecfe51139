package storetest

import (
	"sessionferry/session"
	"sessionferry/vault"
)

// grant is what Lease does.
func (s ideal) grant(c call, lease session.ID) (answer, ideal) {
	switch {
	case s.current.number == 0, s.last < c.seen:
		return answer{code: session.CodeSessionNone}, s
	case s.leased(s.current):
		return answer{code: session.CodeLeaseHeld}, s
	}
	s.current.give(c.client, lease, s.now+Lease.Milliseconds())
	return answer{lease: lease, until: s.current.until, status: s.status()}, s
}

// grantWaiting is what LeaseWaiting does where one account alone has the key.
func (s ideal) grantWaiting(c call, lease session.ID) (answer, ideal) {
	if h := s.waiting; h.number == 0 || s.leased(h) || s.now < h.passed[principal(c.client)] {
		return answer{code: session.CodeSessionNone}, s
	}
	s.waiting.give(c.client, lease, s.now+vault.ConfirmLeaseTime.Milliseconds())
	return answer{lease: lease, until: s.waiting.until, share: s.waiting.number, status: s.status()}, s
}

// give leases a share. No lease outlives what it is for.
func (h *share) give(client int, lease session.ID, until int64) {
	h.lease, h.holder, h.until = lease, principal(client), min(until, h.expires)
}

// withLease is what is done with a lease, which must be the caller's own.
func (s ideal) withLease(c call) (answer, ideal) {
	h, waits := &s.current, false
	if s.waiting.lease == c.lease {
		h, waits = &s.waiting, true
	}
	if h.number == 0 || h.lease != c.lease || h.holder != principal(c.client) || !s.leased(*h) {
		if c.op == opEnd {
			return answer{}, s
		}
		return answer{code: session.CodeLeaseEnded}, s
	}
	switch c.op {
	case opRead:
		return answer{text: sealedText(h.key)}, s
	case opEnd:
		h.lease, h.holder, h.until = session.ID{}, 0, 0
		if waits {
			h.passed[principal(c.client)] = s.now + vault.PassTime.Milliseconds()
		}
		return answer{}, s
	default:
		return s.report(c, waits)
	}
}

// report is what Report does with a lease that has not ended.
func (s ideal) report(c call, waits bool) (answer, ideal) {
	r := c.report
	switch {
	case r.Invalid && waits:
		s.refused = attempt{share: s.waiting.number, key: s.waiting.key, cause: r.Cause, since: s.now}
		s.waiting = share{}
	case r.Invalid:
		s = s.end(session.StateInvalid, r.Cause)
	case r.Confirmed != waits:
		return answer{code: session.CodeRequestInvalid}, s
	default:
		if waits {
			h := s.waiting
			h.lease, h.holder, h.until, h.passed = session.ID{}, 0, 0, [principals]int64{}
			s.waiting = share{}
			s = s.become(h)
		}
		s.current.slide(s.now)
		s.lastUsed = s.now
	}
	return answer{status: s.status()}, s
}
