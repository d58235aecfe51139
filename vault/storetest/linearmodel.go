package storetest

import (
	"strings"

	"github.com/anishathalye/porcupine"

	"sessionferry/session"
	"sessionferry/vault"
)

// model is an account as the store promises it, one call after the other, from
// the time on at which it was made. A history of calls that overlap is right if
// some order of them gives the same answers.
func model(made int64) porcupine.Model {
	return porcupine.Model{
		Partition: byAccount,
		Init:      func() any { return ideal{now: made} },
		Step: func(state, input, output any) (bool, any) {
			got := output.(answer)
			want, next := state.(ideal).step(input.(call), got.lease)
			return want == got, next
		},
		DescribeOperation: func(input, output any) string { return input.(call).String() + " -> " + output.(answer).String() },
		DescribeState:     func(state any) string { return state.(ideal).String() },
	}
}

// byAccount parts a history: nothing that a call does on one account shows on
// another.
func byAccount(history []porcupine.Operation) [][]porcupine.Operation {
	var parts [][]porcupine.Operation
	for _, op := range history {
		n := op.Input.(call).account
		for len(parts) <= n {
			parts = append(parts, nil)
		}
		parts[n] = append(parts[n], op)
	}
	return parts
}

// ideal is the state of one account. It is comparable: two orders of calls that
// come to the same state are not both followed further.
type ideal struct {
	now int64

	last      uint64 // share number of the current or last session
	refreshes uint64 // of it
	floor     uint64 // highest share number that is used up or was seen elsewhere
	state     session.State
	cause     session.Cause // "" before the first session
	since     int64
	by        string
	lastUsed  int64

	current, waiting share
	refused          attempt
	applied          string // the keys of all puts, each between spaces
}

// share is what one put made, and refreshes of it; zero without one.
type share struct {
	number       uint64
	key, by      string
	text         string // what it opens to: the key of the put or refresh that sealed it
	at, cap, end int64  // end is 0 if the app sets none
	expires      int64
	why          session.Cause // it expires
	lease        session.ID
	holder       int
	until        int64
	passed       [principals]int64 // until when each principal is not handed it again
	doubt        session.Cause     // the app's answer against it, if it was the last
	doubted      int64             // when that first came
}

func (s ideal) leased(h share) bool { return !h.lease.IsZero() && s.now < h.until }

func (s ideal) next() uint64 { return max(s.last, s.floor) + 1 }

// step is what the call does and what it must answer. Only the name of a new
// lease is the store's to choose.
func (s ideal) step(c call, lease session.ID) (answer, ideal) {
	s.floor = max(s.floor, c.seen)
	switch c.op {
	case opAdvance:
		s.now += c.by.Milliseconds()
		return answer{}, s.settle()
	case opStatus:
		return answer{status: s.status()}, s
	case opPut:
		return s.put(c)
	case opDelete:
		s.waiting, s.refused = share{}, attempt{}
		s = s.end(session.StateNone, session.CauseDeleted)
		return answer{status: s.status()}, s
	case opLease:
		return s.grant(c, lease)
	case opWaiting:
		return s.grantWaiting(c, lease)
	default:
		return s.withLease(c)
	}
}

// settle ends what has expired. Expire does so later, and nobody can tell.
func (s ideal) settle() ideal {
	if h := s.current; h.number != 0 && s.now >= h.expires {
		s.current, s.state, s.cause, s.since = share{}, session.StateExpired, h.why, h.expires
	}
	if h := s.waiting; h.number != 0 && s.now >= h.expires {
		s.waiting, s.refused = share{}, attempt{share: h.number, key: h.key, cause: h.why, since: h.expires}
	}
	return s
}

// end ends the current session, if there is one.
func (s ideal) end(state session.State, cause session.Cause) ideal {
	if s.current.number != 0 {
		s.current, s.state, s.cause, s.since = share{}, state, cause, s.now
	}
	return s
}

func (s ideal) put(c call) (answer, ideal) {
	if strings.Contains(s.applied, " "+c.key+" ") {
		return answer{status: s.status()}, s
	}
	if c.share != s.next() {
		return answer{code: session.CodeGenerationConflict, status: s.status()}, s
	}
	h := share{number: c.share, key: c.key, text: c.key, by: clientName(c.client), at: s.now, cap: min(c.cap, s.now+Cap.Milliseconds())}
	if c.end != 0 && c.end < c.cap {
		h.end = c.end
	}
	h.slide(s.now)
	if within := s.now + vault.DefaultConfirmWithin.Milliseconds(); c.confirm && within < h.expires {
		h.expires, h.why = within, session.CauseUnconfirmed
	}
	if h.expires <= s.now {
		return answer{code: session.CodeEnvelopeExpired}, s
	}
	s.applied += " " + c.key + " "
	s.waiting, s.refused = share{}, attempt{}
	if c.confirm {
		s.waiting, s.floor = h, c.share
	} else {
		s = s.become(h)
	}
	return answer{applied: true, status: s.status()}, s
}

// become makes a share the current session. How the one before ended is not
// told any more.
func (s ideal) become(h share) ideal {
	s.state, s.cause, s.since = "", "", 0
	s.current, s.last, s.refreshes, s.by, s.lastUsed = h, h.number, 0, h.by, 0
	return s
}

// slide lets the window begin at a time.
func (h *share) slide(used int64) {
	h.expires, h.why = used+Window.Milliseconds(), session.CauseWindow
	if h.cap <= h.expires {
		h.expires, h.why = h.cap, session.CauseCap
	}
	if h.end != 0 && h.end <= h.expires {
		h.expires, h.why = h.end, session.CauseCookies
	}
}
