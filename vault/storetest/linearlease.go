package storetest

import (
	"strings"

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
		return answer{text: sealedText(h.text)}, s
	case opRenew:
		if waits {
			return answer{code: session.CodeRequestInvalid}, s
		}
		h.until = min(s.now+Lease.Milliseconds(), h.expires)
		return answer{lease: c.lease, until: h.until, status: s.status()}, s
	case opRefresh:
		return s.refresh(c, waits)
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
		s = s.against(r.Cause)
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
		s.current.doubt, s.current.doubted, s.lastUsed = "", 0, s.now
	}
	return answer{status: s.status()}, s
}

// against is what an answer of the app against the current session does.
func (s ideal) against(cause session.Cause) ideal {
	h := &s.current
	if h.doubt != cause {
		h.doubt, h.doubted = cause, s.now
	} else if s.now-h.doubted >= vault.DefaultRecheckAfter.Milliseconds() {
		return s.end(session.StateInvalid, cause)
	}
	h.lease, h.holder, h.until = session.ID{}, 0, 0
	return s
}

// refresh is what Refresh does with a lease that has not ended.
func (s ideal) refresh(c call, waits bool) (answer, ideal) {
	h := s.current
	switch {
	case waits:
		return answer{code: session.CodeRequestInvalid}, s
	case strings.Contains(s.applied, " "+c.key+" "):
		return answer{status: s.status()}, s
	case c.of != h.key:
		return answer{code: session.CodeEnvelopeContext}, s
	case c.share != s.last || c.refresh != s.refreshes+1:
		return answer{code: session.CodeGenerationConflict, status: s.status()}, s
	}
	h.cap, h.end, h.text = min(h.cap, c.cap), 0, c.key
	h.doubt, h.doubted = "", 0
	if c.end != 0 && c.end < c.cap {
		h.end = c.end
	}
	h.slide(s.now)
	if h.expires <= s.now {
		return answer{code: session.CodeEnvelopeExpired}, s
	}
	h.until = min(h.until, h.expires)
	s.applied += " " + c.key + " "
	s.current, s.refreshes, s.lastUsed = h, c.refresh, s.now
	return answer{applied: true, status: s.status()}, s
}
