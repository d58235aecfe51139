package storetest

import (
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// made is when the account of these histories was made.
var made = millis(NewClock().Now())

// told is a history of calls one after the other, each with its answer.
type told struct{ history []porcupine.Operation }

func (h *told) call(c call, a answer) *told {
	at := int64(2 * len(h.history))
	h.history = append(h.history, porcupine.Operation{ClientId: c.client, Input: c, Call: at, Output: a, Return: at + 1})
	return h
}

// overlap lets the last n calls happen at the same time.
func (h *told) overlap(n int) *told {
	last := h.history[len(h.history)-n:]
	for i := range last {
		last[i].Call, last[i].Return = last[0].Call, last[n-1].Return
	}
	return h
}

// lasting lets the first call go on until the last has returned.
func (h *told) lasting() *told {
	h.history[0].Return = h.history[len(h.history)-1].Return
	return h
}

func (h *told) want(t *testing.T, result porcupine.CheckResult) {
	t.Helper()
	require.Equal(t, result, porcupine.CheckOperationsTimeout(model(made), h.history, checkTime))
}

// shared is the status after client 0 has shared.
func shared(number uint64, key string) status {
	return status{
		state: session.StateTransferred, cause: session.CauseShared, share: number, next: number + 1,
		since: made, until: made + Window.Milliseconds(), by: "device 0", key: key,
	}
}

func put(number uint64, key string) call {
	return call{op: opPut, share: number, key: key, cap: made + Cap.Milliseconds()}
}

func refresh(number uint64, key string) call {
	return call{op: opRefresh, client: runner, lease: leaseA, share: 1, refresh: number, key: key, of: "one", cap: made + Cap.Milliseconds()}
}

func leased(id session.ID, st status) answer {
	return answer{lease: id, until: made + Lease.Milliseconds(), status: st}
}

// The numbers of clients of these histories, and the names of leases.
const (
	runner = devices
	other  = devices + 1
)

var (
	leaseA, leaseB = session.ID{1}, session.ID{2}

	none   = status{state: session.StateNone, cause: session.CauseNever, next: 1}
	one    = shared(1, "one")
	used   = func() status { st := one; st.refresh, st.lastUsed = 1, made; return st }()
	two    = shared(2, "two")
	putOne = put(1, "one")
	putTwo = put(2, "two")
	asks   = call{op: opStatus, client: 1}
	leases = call{op: opLease, client: runner}
)

func applied(st status) answer { return answer{applied: true, status: st} }

func TestModelAccepts(t *testing.T) {
	read := call{op: opRead, client: runner, lease: leaseA}
	new(told).
		call(asks, answer{status: none}).
		call(putOne, applied(one)).
		call(putOne, answer{status: one}).
		call(asks, answer{status: one}).
		call(leases, leased(leaseA, one)).
		call(read, answer{text: sealedText("one")}).
		call(putTwo, applied(two)).
		call(read, answer{code: session.CodeLeaseEnded}).
		call(call{op: opDelete}, answer{status: status{state: session.StateNone, cause: session.CauseDeleted, share: 2, next: 3, since: made, by: "device 0"}}).
		want(t, porcupine.Ok)
	new(told).
		call(putOne, applied(one)).
		call(leases, leased(leaseA, one)).
		call(refresh(1, "used"), applied(used)).
		call(refresh(1, "used"), answer{status: used}).
		call(refresh(1, "late"), answer{code: session.CodeGenerationConflict, status: used}).
		call(read, answer{text: sealedText("used")}).
		call(call{op: opAdvance, by: Lease / 2}, answer{}).
		call(call{op: opRenew, client: runner, lease: leaseA}, answer{lease: leaseA, until: made + 3*Lease.Milliseconds()/2, status: used}).
		call(call{op: opAdvance, by: Lease}, answer{}).
		call(refresh(2, "too late"), answer{code: session.CodeLeaseEnded}).
		want(t, porcupine.Ok)
	new(told).call(putOne, applied(one)).call(asks, answer{status: none}).call(asks, answer{status: one}).lasting().want(t, porcupine.Ok)
	for _, st := range []status{none, one} { // either order
		new(told).call(putOne, applied(one)).call(asks, answer{status: st}).overlap(2).want(t, porcupine.Ok)
	}
	for _, sweeps := range []time.Duration{Lease - time.Millisecond, Lease} {
		a := answer{text: sealedText("one")}
		if sweeps == Lease {
			a = answer{code: session.CodeLeaseEnded}
		}
		new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(call{op: opAdvance, by: sweeps}, answer{}).call(read, a).want(t, porcupine.Ok)
	}
}

func TestModelRefuses(t *testing.T) {
	readA := call{op: opRead, client: runner, lease: leaseA}
	confirmed := call{op: opReport, client: runner, lease: leaseA, report: vault.Report{Confirmed: true}}
	byOther := leases
	byOther.client = other
	for name, h := range map[string]*told{
		"a lost put": new(told).call(putOne, applied(one)).call(asks, answer{status: none}),
		"a status that goes back": new(told).call(putOne, applied(one)).call(putTwo, applied(two)).
			call(asks, answer{status: two}).call(asks, answer{status: one}),
		"a status that goes back while a put is made": new(told).call(putOne, applied(one)).
			call(asks, answer{status: one}).call(asks, answer{status: none}).lasting(),
		"a lease that opens an older share": new(told).call(putOne, applied(one)).call(putTwo, applied(two)).
			call(leases, leased(leaseA, two)).call(readA, answer{text: sealedText("one")}),
		"a lease that outlives its share": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(putTwo, applied(two)).call(readA, answer{text: sealedText("one")}),
		"a lease that outlives its time": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(call{op: opAdvance, by: Lease}, answer{}).call(readA, answer{text: sealedText("one")}),
		"two halves of different shares": new(told).call(putOne, applied(one)).
			call(leases, leased(leaseA, one)).call(readA, answer{text: "stanzas of one, rest of two"}),
		"two owners": new(told).call(putOne, applied(one)).
			call(leases, leased(leaseA, one)).call(byOther, leased(leaseB, one)).overlap(2),
		"a refresh over a newer share": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(putTwo, applied(two)).call(refresh(1, "used"), applied(used)),
		"a refresh that is lost": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(refresh(1, "used"), applied(used)).call(readA, answer{text: sealedText("one")}),
		"a refresh twice": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(refresh(1, "used"), applied(used)).call(refresh(1, "again"), applied(used)).overlap(2),
		"another's lease": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).
			call(call{op: opRead, client: other, lease: leaseA}, answer{text: sealedText("one")}),
		"a put twice":                    new(told).call(putOne, applied(one)).call(putOne, applied(one)).overlap(2),
		"two puts of one number":         new(told).call(putOne, applied(one)).call(put(1, "another"), applied(shared(1, "another"))).overlap(2),
		"a current session is confirmed": new(told).call(putOne, applied(one)).call(leases, leased(leaseA, one)).call(confirmed, answer{status: one}),
	} {
		t.Run(name, func(t *testing.T) { h.want(t, porcupine.Illegal) })
	}
}
