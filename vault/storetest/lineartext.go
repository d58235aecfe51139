package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"sessionferry/session"
)

// This is how people read a history that is wrong.

func (c call) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", c.op)
	switch c.op {
	case opAdvance:
		fmt.Fprintf(&b, " by %v", c.by)
	case opPut:
		fmt.Fprintf(&b, " %s as share %d, cap %s, end %s", c.key, c.share, clockText(c.cap), clockText(c.end))
		if c.confirm {
			b.WriteString(", to be confirmed")
		}
	case opRefresh:
		fmt.Fprintf(&b, " %s, %s of %s as %d.%d, cap %s, end %s", leaseText(c.lease), c.key, c.of, c.share, c.refresh, clockText(c.cap), clockText(c.end))
	case opReport:
		fmt.Fprintf(&b, " %s %s", leaseText(c.lease), reportText(c))
	case opRead, opRenew, opEnd:
		fmt.Fprintf(&b, " %s", leaseText(c.lease))
	}
	if c.seen != 0 {
		fmt.Fprintf(&b, ", seen %d", c.seen)
	}
	return b.String()
}

func reportText(c call) string {
	switch {
	case c.report.Invalid:
		return "invalid, " + string(c.report.Cause)
	case c.report.Confirmed:
		return "confirmed"
	}
	return "used"
}

func (a answer) String() string {
	parts := make([]string, 0, 4)
	if a.code != "" {
		parts = append(parts, string(a.code))
	}
	if a.applied {
		parts = append(parts, "applied")
	}
	if !a.lease.IsZero() {
		parts = append(parts, fmt.Sprintf("%s of share %d until %s", leaseText(a.lease), a.share, clockText(a.until)))
	}
	if a.text != "" {
		parts = append(parts, a.text)
	}
	if a.status != (status{}) {
		parts = append(parts, a.status.String())
	}
	return strings.Join(parts, "; ")
}

func (s status) String() string {
	text := fmt.Sprintf("%s (%s) share %d.%d, next %d, since %s, until %s, used %s, by %q, key %q",
		s.state, s.cause, s.share, s.refresh, s.next, clockText(s.since), clockText(s.until), clockText(s.lastUsed), s.by, s.key)
	if a := s.attempt; a.share != 0 {
		text += fmt.Sprintf("; attempt %d %q (%s) since %s, until %s", a.share, a.key, a.cause, clockText(a.since), clockText(a.until))
	}
	return text
}

func (s ideal) String() string {
	return fmt.Sprintf("%s: %s; leases %s and %s", clockText(s.now), s.status(), leaseText(s.current.lease), leaseText(s.waiting.lease))
}

// leaseText is enough of a lease's name to know it again.
func leaseText(id session.ID) string {
	if id.IsZero() {
		return "none"
	}
	return "lease " + id.String()[:4]
}

// clockText is a time as what has gone by since the clock was made.
func clockText(ms int64) string {
	if ms == 0 {
		return "-"
	}
	return (time.Duration(ms-millis(NewClock().Now())) * time.Millisecond).String()
}

// illegalText has a line for each call, in the order in which they began, and
// where the search for an order of them got to. Calls that found no place are
// marked.
func illegalText(m porcupine.Model, info porcupine.LinearizationInfo, history []porcupine.Operation) string {
	var longest []porcupine.Operation
	for _, found := range slices.Concat(info.PartialLinearizationsOperations()...) {
		if len(found) > len(longest) {
			longest = found
		}
	}
	state, placed := m.Init(), map[int64]bool{}
	for _, op := range longest {
		_, state = m.Step(state, op.Input, op.Output)
		placed[op.Call] = true
	}
	var b strings.Builder
	for _, op := range history {
		mark := " "
		if !placed[op.Call] {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s %4d-%-4d %d, %s: %s -> %s\n", mark, op.Call, op.Return, op.ClientId, clientName(op.ClientId), op.Input, op.Output)
	}
	fmt.Fprintf(&b, "after the calls without a mark: %s\n", m.DescribeState(state))
	return b.String()
}
