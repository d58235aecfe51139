package storetest

import (
	"fmt"
	"time"

	"sessionferry/session"
	"sessionferry/vault"
)

// operation is one kind of call.
type operation string

const (
	opPut     operation = "put"
	opDelete  operation = "delete"
	opStatus  operation = "status"
	opLease   operation = "lease"
	opWaiting operation = "lease waiting"
	opRead    operation = "read"
	opRenew   operation = "renew"
	opRefresh operation = "refresh"
	opReport  operation = "report"
	opEnd     operation = "end lease"
	opAdvance operation = "advance"

	// These change nothing that a client can tell, and are in no history.
	opExpire operation = "expire"
	opErase  operation = "erase"
)

// call is one call of a client, and the clock's advance. Fields that do not
// apply are zero, times are milliseconds.
type call struct {
	op              operation
	client, account int

	seen     uint64
	key      string // of a put or a refresh, as the next ones
	share    uint64
	refresh  uint64
	of       string // key of the share that is refreshed
	confirm  bool
	cap, end int64

	lease  session.ID
	report vault.Report
	by     time.Duration
}

// answer is what a call returned, as far as it is promised.
type answer struct {
	code    session.Code
	applied bool
	status  status
	lease   session.ID
	until   int64
	share   uint64
	text    string
}

// status is session.Status in a form that == compares. Absent times are 0.
type status struct {
	state                  session.State
	cause                  session.Cause
	share, refresh, next   uint64
	since, until, lastUsed int64
	by, key                string
	attempt                attempt
}

type attempt struct {
	share        uint64
	key          string
	cause        session.Cause
	since, until int64
}

// status is what an owner may know.
func (s ideal) status() status {
	st := status{state: s.state, cause: s.cause, share: s.last, refresh: s.refreshes, next: s.next(), since: s.since, by: s.by, lastUsed: s.lastUsed, attempt: s.refused}
	c, w := s.current, s.waiting
	if w.number != 0 {
		st.attempt = attempt{w.number, w.key, session.CauseConfirming, w.at, w.expires}
	}
	switch {
	case c.number != 0:
		st.state, st.cause, st.since, st.until, st.key = session.StateTransferred, session.CauseShared, c.at, c.expires, c.key
	case w.number != 0:
		st.state, st.cause, st.since, st.by = session.StateConfirming, session.CauseConfirming, w.at, w.by
	case st.cause == "":
		st.state, st.cause = session.StateNone, session.CauseNever
	}
	return st
}

func statusOf(s session.Status) status {
	st := status{
		state: s.State, cause: s.Cause, share: s.Generation.Share, refresh: s.Generation.Refresh, next: s.NextShare, by: s.By, key: s.ShareKey,
		since: orZero(s.Since), until: orZero(s.Until), lastUsed: orZero(s.LastUsed),
	}
	if a := s.Attempt; a != nil {
		st.attempt = attempt{a.Share, a.ShareKey, a.Cause, millis(a.Since), orZero(a.Until)}
	}
	return st
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func orZero(t *time.Time) int64 {
	if t == nil {
		return 0
	}
	return millis(*t)
}

// principal is who a client calls as.
func principal(client int) int { return min(client, principals-1) }

// clientName is a client's name as its shares tell it.
func clientName(client int) string {
	n := principal(client)
	if n < devices {
		return fmt.Sprintf("device %d", n)
	}
	return fmt.Sprintf("runner %d", n)
}

// sealedText is what a lease of a share of world.share opens.
func sealedText(text string) string { return "stanzas of " + text + ", rest of " + text }
