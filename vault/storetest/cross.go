package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
)

// envCross makes the calls of an earlier run again.
const envCross = "SESSIONFERRY_CROSS_SEED"

// crossCalls is how many calls are made of each store.
const crossCalls = 1500

// Cross makes the same random calls, one after the other and at the same times, of
// two stores, and fails where their answers differ. Then it prints all calls up to
// there with their answers, and the seed that makes them again.
func Cross(t *testing.T, one, other *Backend) {
	seed := newSeed(t, envCross)
	ops := slices.Concat(crossOps, crossPeopleOps)
	c := &cross{t: t, choices: &choices{seed}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("to make the same calls again: %s=%d\n%s", envCross, seed, strings.Join(c.log, "\n"))
		}
	})
	for n, b := range []*Backend{one, other} {
		w := newWorld(t, b)
		s := &side{world: w, names: map[session.ID]string{w.device.Workspace: "the workspace"}, principals: []vault.Principal{w.device, w.runner, w.stranger}}
		for i, p := range s.principals {
			s.names[p.ID], s.names[p.Person] = fmt.Sprint("program ", i), fmt.Sprint("person ", i/2)
		}
		s.people = []vault.Principal{w.setUp(t)}
		s.name(s.people[0].ID, "the first browser")
		c.sides[n] = s
	}
	for range crossCalls {
		oneOf(c.choices, ops)(c)
	}
	c.accounts()
	c.audit()
}

// side is one of the stores, with names for the ids that it has chosen: the n-th
// account, lease and program have the same ones on both sides.
type side struct {
	*world
	names      map[session.ID]string
	cards      []session.Account
	shares     []vault.Put // newest of each card
	leases     []vault.Lease
	holders    []session.ID // of the leases
	principals []vault.Principal
	people     []vault.Principal // their newest web sessions
}

// name gives an id a name.
func (s *side) name(id session.ID, name string) { s.names[id] = name }

// text is what an answer says, in names.
func (s *side) text(err error, answers ...any) string {
	parts := make([]string, 0, len(answers)+1)
	for _, a := range answers {
		b, fault := session.Marshal(a)
		if fault != nil {
			return fault.Error()
		}
		parts = append(parts, string(b))
	}
	if err != nil {
		parts = append(parts, err.Error())
	}
	text := strings.Join(parts, " ")
	for id, name := range s.names {
		text = strings.ReplaceAll(text, id.String(), name)
	}
	return text
}

// cross is a run of Cross.
type cross struct {
	*choices
	t        *testing.T
	sides    [2]*side
	versions int // of the roster
	invited  int // the guest who was invited last
	log      []string
}

// both makes a call of both stores and compares the answers. call answers in words
// that name what the store has named.
func (c *cross) both(what string, call func(s *side) string) {
	var said [2]string
	for n, s := range c.sides {
		said[n] = call(s)
	}
	c.log = append(c.log, what+" -> "+said[0])
	require.Equal(c.t, said[0], said[1], what)
	require.NotContains(c.t, said[0], string(session.CodeInternal), what)
}

// later lets time go by for both.
func (c *cross) later() {
	by := oneOf(c.choices, []time.Duration{
		time.Millisecond, time.Second, vault.PassTime, vault.ConfirmLeaseTime, Lease - time.Millisecond, Lease, vault.DefaultConfirmWithin,
		time.Hour, 24 * time.Hour, Window - time.Minute, Window,
	})
	c.both(fmt.Sprint("time goes by: ", by), func(s *side) string { s.Clock.Advance(by); return "" })
}

// jump changes what the clocks of both show.
func (c *cross) jump() {
	by := oneOf(c.choices, []time.Duration{-3 * time.Hour, 3 * time.Hour, Window, -Window})
	c.both(fmt.Sprint("the clock jumps: ", by), func(s *side) string { s.Clock.Jump(by); return "" })
}

// stop stops both for a while.
func (c *cross) stop() {
	by := oneOf(c.choices, []time.Duration{0, time.Minute, 2 * time.Hour})
	c.both(fmt.Sprint("a stop: ", by), func(s *side) string {
		s.Stop(c.t, func() { s.Clock.Advance(by) })
		return ""
	})
}

// audit compares the whole log. What one call did to several accounts may stand in it
// in any order, and a number may be left out.
func (c *cross) audit() {
	c.both("audit", func(s *side) string {
		list, err := s.Store.Audit(c.t.Context(), s.device, 0, 1<<20)
		var lines []string
		for _, e := range list {
			e.Seq = 0
			lines = append(lines, s.text(nil, e))
		}
		slices.Sort(lines)
		return s.text(err) + strings.Join(lines, "\n")
	})
}
