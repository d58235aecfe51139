package storetest

import (
	"fmt"
	"testing"
	"time"

	"sessionferry/session"
	"sessionferry/vault"
)

// client is a device or a runner that calls at random. What it does comes from
// its seed and from what it has seen.
type client struct {
	*round
	*choices
	n         int
	account   int
	saw       [linearAccounts]status
	held      [linearAccounts][]session.ID // leases, even those that have ended
	refreshed [linearAccounts][]string     // keys of refreshes that the client has made
	busy      int                          // calls that the newest lease is still of use for
	waits     bool                         // it is of a share that waits
}

func newClient(r *round, n int, seed uint64) *client {
	return &client{round: r, n: n, choices: &choices{seed}}
}

// What clients do, the more often the more often it is named.
var (
	deviceOps = []operation{
		opPut, opPut, opPut, opPut, opPut, opPut, opPut, opPut, opPut, opPut,
		opStatus, opStatus, opStatus, opDelete, opLease, opRead, opExpire, opErase, opAdvance,
	}
	runnerOps = []operation{
		opLease, opLease, opLease, opLease, opLease, opLease, opWaiting, opWaiting, opWaiting, opWaiting, opWaiting, opWaiting,
		opRead, opRead, opRead, opReport, opReport, opRenew, opRefresh, opEnd, opStatus, opExpire, opAdvance,
	}
	leaseOps = []operation{opRead, opRead, opRenew, opRefresh, opRefresh, opReport, opReport, opReport, opEnd}
	// What the clock advances by. Both sides of the ends of leases, of waiting and of
	// windows are met.
	advances = []time.Duration{
		time.Millisecond, time.Millisecond, vault.PassTime, vault.PassTime, vault.ConfirmLeaseTime - time.Millisecond,
		vault.ConfirmLeaseTime, Lease, vault.DefaultConfirmWithin, Window,
	}
)

func (c *client) run(t *testing.T) {
	n, ops := runnerCalls, runnerOps
	if c.n < devices {
		n, ops = deviceCalls, deviceOps
	}
	for n := range n {
		op := oneOf(c.choices, ops)
		switch {
		case c.busy > 0:
			c.busy--
			op = oneOf(c.choices, leaseOps)
		case c.rarely(3):
			c.account = c.below(linearAccounts)
		}
		if op == opAdvance {
			c.advance(c.n, oneOf(c.choices, advances))
			continue
		}
		did, got := c.call(t, func(now int64) call { return c.choose(op, n, now) })
		if got.status != (status{}) {
			c.saw[did.account] = got.status
		}
		if !got.lease.IsZero() {
			c.held[did.account] = append(c.held[did.account], got.lease)
			c.busy, c.waits = 1+c.below(3), got.share != 0
		}
	}
}

// choose fills in what a call says.
func (c *client) choose(op operation, n int, now int64) call {
	in := call{op: op, client: c.n, account: c.account}
	switch op {
	case opPut:
		return c.choosePut(in, n, now)
	case opLease:
		in.seen = c.seen()
	case opRead, opRenew, opRefresh, opReport, opEnd:
		in.lease = c.chooseLease()
		if in.lease.IsZero() {
			return call{op: opWaiting, client: c.n, account: c.account}
		}
		switch op {
		case opReport:
			in.report = c.chooseReport()
		case opRefresh:
			return c.chooseRefresh(in, n, now)
		}
	}
	return in
}

// chooseReport is a word that fits the newest lease, seldom one that does not.
func (c *client) chooseReport() vault.Report {
	if c.rarely(3) { // it takes two of one kind
		return vault.Report{Invalid: true, Cause: oneOf(c.choices, []session.Cause{session.CauseSignedOut, session.CauseSignedOut, session.CauseWrongAccount})}
	}
	return vault.Report{Confirmed: c.waits != c.rarely(8)}
}

// chooseLease is the client's newest, seldom an older one or another's.
func (c *client) chooseLease() session.ID {
	if held := c.held[c.account]; len(held) > 0 && !c.rarely(4) {
		return held[len(held)-1]
	}
	id, _ := c.aLease(c.choices, c.account)
	return id
}

// seen is the newest share that the client knows of, or claims to.
func (c *client) seen() uint64 {
	saw := c.saw[c.account]
	if c.rarely(25) {
		return saw.next + 1
	}
	return saw.share
}

func (c *client) choosePut(in call, n int, now int64) call {
	if c.rarely(5) {
		if again, ok := c.aPut(c.choices, c.account); ok {
			again.client = c.n
			return again
		}
	}
	in.seen, in.confirm = c.seen(), c.rarely(2)
	in.key = fmt.Sprintf("%d-%d", c.n, n)
	in.share = max(c.saw[c.account].next, in.seen+1)
	if c.rarely(8) {
		in.share += uint64(c.below(3)) - 1 // the share before, or the one after next
	}
	return c.begins(c.chooseEnds(in, now))
}

// chooseEnds is when a session ends.
func (c *client) chooseEnds(in call, now int64) call {
	hour := time.Hour.Milliseconds()
	in.cap = now + oneOf(c.choices, []int64{Cap.Milliseconds(), Window.Milliseconds() + hour, hour / 4})
	in.end = oneOf(c.choices, []int64{0, 0, 0, 0, 0, in.cap, in.cap, in.cap, now + hour/6, now + hour/15, now})
	return in
}

// chooseRefresh is the next one of what the client saw last, seldom another.
func (c *client) chooseRefresh(in call, n int, now int64) call {
	saw := c.saw[c.account]
	in.key, in.of, in.share, in.refresh = fmt.Sprintf("%d-%d", c.n, n), saw.key, saw.share, saw.refresh+1
	if c.rarely(8) {
		in.refresh += uint64(c.below(3)) - 1
	}
	if c.rarely(8) && len(c.refreshed[c.account]) > 0 {
		in.key = oneOf(c.choices, c.refreshed[c.account])
	}
	c.refreshed[c.account] = append(c.refreshed[c.account], in.key)
	return c.chooseEnds(in, now)
}
