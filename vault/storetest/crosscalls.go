package storetest

import (
	"fmt"
	"time"

	"sessionferry/session"
	"sessionferry/vault"
)

// crossOps are the calls, the more often made the more often they are named.
var crossOps = []func(*cross){
	(*cross).add, (*cross).add, (*cross).remove, (*cross).accounts, (*cross).account, (*cross).status, (*cross).status,
	(*cross).put, (*cross).put, (*cross).put, (*cross).put, (*cross).put, (*cross).put, (*cross).put, (*cross).again, (*cross).delete,
	(*cross).lease, (*cross).lease, (*cross).lease, (*cross).lease, (*cross).leaseWaiting, (*cross).leaseWaiting, (*cross).leaseWaiting,
	(*cross).leased, (*cross).leased, (*cross).leased, (*cross).refresh, (*cross).refresh, (*cross).refresh, (*cross).report, (*cross).report, (*cross).report,
	(*cross).roster, (*cross).enrol, (*cross).leave, (*cross).upkeep, (*cross).upkeep, (*cross).upkeep, (*cross).fail,
	(*cross).later, (*cross).later, (*cross).later, (*cross).later, (*cross).jump, (*cross).stop,
}

// who is a program: mostly a runner of the owner's, seldom a stranger.
func (c *cross) who() int {
	if c.rarely(12) {
		return 2
	}
	return c.below(len(c.sides[0].principals))
}

// card is one of the newest cards; false if there is none.
func (c *cross) card() (int, bool) {
	n := len(c.sides[0].cards)
	if n == 0 {
		c.add()
		return 0, false
	}
	return n - 1 - c.below(min(n, 6)), true
}

func (c *cross) add() {
	p, name := c.who(), fmt.Sprint("user ", c.below(40))
	c.both(fmt.Sprintf("program %d adds %s", p, name), func(s *side) string { return s.add(c, s.principals[p], "mediawiki", name) })
}

// add makes an account and keeps it.
func (s *side) add(c *cross, p vault.Principal, app, username string) string {
	a, err := s.Store.AddAccount(c.t.Context(), p, vault.Card{App: app, Site: "https://wiki.example", Username: username})
	if err == nil {
		s.name(a.ID, fmt.Sprint("account ", len(s.cards)))
		s.cards, s.shares = append(s.cards, a), append(s.shares, vault.Put{})
	}
	return s.text(err, a)
}

// on makes a call about an account.
func (c *cross) on(what string, call func(s *side, p vault.Principal, account session.ID) string) {
	n, ok := c.card()
	if !ok {
		return
	}
	p := c.who()
	c.both(fmt.Sprintf("program %d, account %d: %s", p, n, what), func(s *side) string { return call(s, s.principals[p], s.cards[n].ID) })
}

func (c *cross) remove() {
	if !c.rarely(4) {
		return
	}
	c.on("remove", func(s *side, p vault.Principal, a session.ID) string {
		return s.text(s.Store.RemoveAccount(c.t.Context(), p, a))
	})
}

func (c *cross) account() {
	c.on("account", func(s *side, p vault.Principal, a session.ID) string {
		got, err := s.Store.Account(c.t.Context(), p, a)
		return s.text(err, got)
	})
}

// accounts compares all pages.
func (c *cross) accounts() {
	p, size := c.who(), 1+c.below(9)
	c.both(fmt.Sprintf("program %d: accounts, %d a page", p, size), func(s *side) string {
		text, cursor := "", ""
		for {
			list, next, err := s.Store.Accounts(c.t.Context(), s.principals[p], cursor, size)
			text += s.text(err, list) + "\n"
			if cursor = next; cursor == "" {
				return text
			}
		}
	})
}

// seen is what a caller claims to have seen.
func (c *cross) seen() (g session.Generation) {
	if c.rarely(10) {
		g = session.Generation{Share: uint64(c.below(12)), Refresh: uint64(c.below(3))}
	}
	return g
}

func (c *cross) status() {
	c.on("status", func(s *side, p vault.Principal, a session.ID) string {
		st, err := s.Store.Status(c.t.Context(), p, a)
		return s.text(err, st)
	})
}

func (c *cross) delete() {
	c.on("delete", func(s *side, p vault.Principal, a session.ID) string {
		st, err := s.Store.Delete(c.t.Context(), p, a)
		return s.text(err, st)
	})
}

// put shares, mostly with the right number.
func (c *cross) put() {
	n, ok := c.card()
	if !ok {
		return
	}
	p, id, seen := c.who(), session.NewID(), c.seen()
	confirm, off, lasts := c.rarely(2), c.rarely(10), c.lasts()
	foreign, unseen := c.rarely(25), c.rarely(25)
	what := fmt.Sprintf("program %d, account %d: put %s, confirm %t, number off %t, lasts %v, foreign %t, roster unseen %t, seen %v",
		p, n, id, confirm, off, lasts, foreign, unseen, seen)
	c.both(what, func(s *side) string {
		st, _ := s.Store.Status(c.t.Context(), s.device, s.cards[n].ID) // an account that is removed has none
		put := s.share(s.cards[n], max(st.NextShare, seen.Share+1), id.String())
		put.Session, put.Confirm, put.Seen, put.Roster = id, confirm, seen, c.versions
		put.NotAfter = put.Created.Add(lasts)
		put.Counts = &session.Counts{Cookies: int(put.Generation.Share)}
		if off {
			put.Generation.Share++
		}
		if foreign {
			put.App = "another"
		}
		if unseen {
			put.Roster++
		}
		r, err := s.Store.Put(c.t.Context(), s.principals[p], put)
		if err == nil && r.Applied {
			s.shares[n] = put
		}
		return s.text(err, r)
	})
}

// lasts is when the app's own sign-in ends.
func (c *cross) lasts() time.Duration {
	return oneOf(c.choices, []time.Duration{Cap, Cap, Cap, Window, time.Hour, 10 * time.Minute, time.Minute, 0})
}

// again puts a share that was applied.
func (c *cross) again() {
	n, ok := c.card()
	if !ok || c.sides[0].shares[n].Key == "" {
		return
	}
	p := c.who()
	c.both(fmt.Sprintf("program %d, account %d: the same put", p, n), func(s *side) string {
		r, err := s.Store.Put(c.t.Context(), s.principals[p], s.shares[n])
		return s.text(err, r)
	})
}
